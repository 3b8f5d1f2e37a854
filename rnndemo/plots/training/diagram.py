"""The elements of a diagram: texts, boxes and arrows as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnndemo.plots.look.theme import Look


class Pen:
    """Draws the elements of an SVG from the bottom up: `y` is the upper edge so far."""

    def __init__(self, look: Look, y: float) -> None:
        self.look, self.y = look, y
        self.parts: list[str] = []

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "middle") -> None:
        """Write `text` at a point of its baseline, without covering hover texts below it."""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{self.look.ink}" '
            f'pointer-events="none" {style}>{escape(text)}</text>'
        )

    def box(self, x: float, y: float, width: float, height: float, title: str = "") -> None:
        """Draw a box with a hover text."""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" stroke-width='
            f'"1.3" fill="{self.look.ground}" stroke="{self.look.ink}">{_title(title)}</rect>'
        )

    def strip(self, x: float, y: float, side: float, values: Sequence[float], title: str) -> None:
        """Draw a row of pixels in [0, 1], centred at `x`, with a hover text."""
        left = x - side * len(values) / 2
        cells = "".join(
            f'<rect x="{left + i * side:g}" y="{y:g}" width="{side:g}" height="9" '
            f'fill="{self.look.ink}" fill-opacity="{0.04 + 0.9 * value:g}" '
            f'stroke="{self.look.muted}" stroke-width="0.6"/>'
            for i, value in enumerate(values)
        )
        self.parts.append(f"<g>{_title(title)}{cells}</g>")

    def dots(self, x: float, y: float) -> None:
        """Draw three dots, for repeated elements that are left out."""
        self.parts += [
            f'<circle cx="{x + step:g}" cy="{y:g}" r="1.8" fill="{self.look.ink}"/>'
            for step in (-7, 0, 7)
        ]

    def arrow(self, x: float, y: float, dx: float, dy: float, color: str, wide: float) -> None:
        """Draw an arrow of length (dx, dy), one of which is 0."""
        long = abs(dx or dy)
        ux, uy = dx / long, dy / long
        tip_x, tip_y, head = x + dx, y + dy, 3 + 1.5 * wide
        side_x, side_y = -uy * head * 0.62, ux * head * 0.62
        back_x, back_y = tip_x - ux * head, tip_y - uy * head
        self.parts.append(
            f'<path d="M{x:g} {y:g}L{back_x:g} {back_y:g}" stroke="{color}" stroke-width="{wide}"/>'
            f'<path d="M{tip_x:g} {tip_y:g}L{back_x + side_x:g} {back_y + side_y:g}'
            f'L{back_x - side_x:g} {back_y - side_y:g}Z" fill="{color}"/>'
        )

    def lines(self, x: float, middle: float, lines: Sequence[str], pitch: float) -> None:
        """Write lines from `x` on, vertically centred at `middle`, the first one bold."""
        for i, line in enumerate(lines):
            style = "" if i else 'font-weight="650"'
            self.text(x, middle + 4 + pitch * (i - (len(lines) - 1) / 2), line, style, "start")

    def drawn(self, width: float, margin: float, sentence: str) -> str:
        """Return the drawing at full width; `sentence` describes it to screen readers."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(sentence)}" '
            f'viewBox="0 {self.y - margin:g} {width} {2 * margin - self.y:g}" width="100%" '
            f'style="display: block; max-width: 520px; margin: 0 auto" font-size="12">'
            f"{''.join(self.parts)}</svg>"
        )


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""
