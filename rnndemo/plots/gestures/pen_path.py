"""The pen path, coloured by the network's readout at each point."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from rnndemo.data.frames.pen import fit
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.theme import Look

SIDE, MARGIN = 320, 26
BRIEF = 3  # points; shorter beliefs are skipped
THIN, THICK = 3.0, 9.0  # width of the line at probabilities 0 and 1


def path_picture(
    points: np.ndarray,
    up: np.ndarray,
    rows: np.ndarray,
    names: Sequence[str],
    decided: int | None,
    look: Look,
) -> str:
    """Return the stroke as an SVG: colour is the most probable class, width its probability.

    Parameters
    ----------
    points : ndarray
        ``(time, 2)``, y down, in any unit: the pen at each timestep.
    up : ndarray
        bool ``(time,)``: whether the pen was up before each point.
    rows : ndarray
        ``(time, classes)``: the readout at each point.
    names : sequence of str
        Of the classes, translated.
    decided : int or None
        The point from which on the answer stayed the same, which is marked; None for no mark.
    """
    (places,) = fit([points], 0, SIDE - 2 * MARGIN, SIDE)
    best, sure = rows.argmax(1), rows.max(1)
    alt = look.text(
        "The stroke, point by point: {first} at the start, {last} at the end.",
        first=names[best[0]],
        last=names[best[-1]],
    )
    segments = [
        _segment(
            places[t - 1], places[t], best[t], sure[t], up[t], _title(t, names, rows, look), look
        )
        for t in range(1, len(places))
    ]
    x, y = places[0]
    start = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{look.ink}"/>'
    mark = "" if decided is None else _mark(places[decided], decided, look)
    return (
        f'<svg class="pen-path" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(segments)}{start}{mark}</svg>"
    )


def beliefs(rows: np.ndarray) -> list[tuple[int, int]]:
    """Return the sequence of most probable classes, each as ``(class, first point)``.

    Except for the last, those of fewer than `BRIEF` points are skipped.

    Parameters
    ----------
    rows : ndarray
        ``(time, classes)``: the readout at each point.
    """
    best = rows.argmax(1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    held: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        long = end - start >= BRIEF or end == len(best)
        if long and (not held or held[-1][0] != best[start]):
            held.append((int(best[start]), start))
    return held


def belief_words(rows: np.ndarray, names: Sequence[str], look: Look) -> str:
    """Return `beliefs` as HTML: a dot in the colour of the class, its name, since when."""
    since = look.text("from point {point} on")
    parts = (
        f'<span><i style="background:{class_color(k, look)}"></i>{escape(names[k])} '
        f"<small>{escape(since.format(point=start + 1))}</small></span>"
        for k, start in beliefs(rows)
    )
    return f'<p class="beliefs">{" → ".join(parts)}</p>'


def _segment(
    start: np.ndarray, end: np.ndarray, k: int, sure: float, up: bool, title: str, look: Look
) -> str:
    color = look.muted if up else class_color(int(k), look)
    width = 1.5 if up else THIN + (THICK - THIN) * float(sure)
    dashes = ' stroke-dasharray="3 4"' if up else ""
    return (
        f'<path d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="{color}" '
        f'stroke-width="{width:.1f}" stroke-linecap="round"{dashes}>'
        f"<title>{escape(title)}</title></path>"
    )


def _title(t: int, names: Sequence[str], rows: np.ndarray, look: Look) -> str:
    order = np.argsort(-rows[t])[:3]
    shares = look.listed(f"{names[k]} {look.sure(rows[t, k])}" for k in order)
    return look.text("point {point}: {shares}", point=t + 1, shares=shares)


def _mark(place: np.ndarray, decided: int, look: Look) -> str:
    title = look.text("from point {point} on, the answer stayed the same", point=decided + 1)
    return (
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="10" fill="none" '
        f'stroke="{look.ink}" stroke-width="2.5"><title>{escape(title)}</title></circle>'
    )
