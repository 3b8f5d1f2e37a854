"""Small drawings as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnndemo.data.frames.pen import fit
from rnndemo.data.frames.strokes import Strokes
from rnndemo.plots.look.theme import Look

SIDE, MARGIN = 60, 7


def sheet(groups: Sequence[tuple[str, Sequence[Strokes]]], look: Look) -> str:
    """Return drawings in groups, each with its translated name, as HTML."""
    return "".join(
        f'<figure class="stroke-sheet"><figcaption>{escape(name)}</figcaption>'
        f"<div>{''.join(small(strokes, name, look) for strokes in drawings)}</div></figure>"
        for name, drawings in groups
    )


def small(strokes: Strokes, name: str, look: Look) -> str:
    """Return a drawing, fitted into a square, with a dot at its beginning."""
    lines, color = [], look.ink
    for placed in fit(strokes, 0, SIDE - 2 * MARGIN, SIDE):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        lines.append(f'<path d="M{path}"/><circle cx="{placed[0, 0]:.1f}" cy="{placed[0, 1]:.1f}"')
        lines.append(f' r="2.6" fill="{color}" stroke="none"/>')
    return (
        f'<svg viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{escape(name)}" fill="none" '
        f'stroke="{color}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{''.join(lines)}</svg>"
    )
