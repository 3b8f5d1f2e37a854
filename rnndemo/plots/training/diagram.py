"""The elements of a network's diagram as SVG: texts, boxes and arrows, output layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from torch import nn

from rnndemo.config import ModelConfig
from rnndemo.plots.look.theme import Look

# in units of the SVG, on a phone a little less than a pixel each
WIDTH, MARGIN = 376, 8
LEFT, RIGHT = 82, 368  # edges of the bars; their names are to the left
MIDDLE = (LEFT + RIGHT) / 2
BAR, GAP = 32, 30  # heights of a bar, and of the arrows below it


class Pen:
    """Draws the elements of an SVG from the bottom up: `y` is the upper edge so far."""

    def __init__(self, look: Look) -> None:
        self.look, self.y = look, float(-MARGIN)
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

    def rise(self, shape: str, columns: Iterable[float] = (MIDDLE,), wide: float = 1.2) -> None:
        """Draw arrows to what comes next, labelled with the shape of the data."""
        for x in columns:
            self.arrow(x, self.y - 3, 0, -(GAP - 6), self.look.ink, wide)
            at, anchor = (x + 7, "start") if x < RIGHT - 50 else (x - 7, "end")
            self.text(at, self.y - GAP / 2 + 4, shape, anchor=anchor)
        self.y -= GAP

    def bar(self, name: str, text: str, count: int = 0, title: str = "") -> None:
        """Draw a layer as a wide box with its name, number of parameters and hover text."""
        self.box(LEFT, self.y - BAR, RIGHT - LEFT, BAR, title)
        self.text(MIDDLE, self.y - BAR / 2 + 4, text)
        self.name(self.y - BAR / 2, name, count=count)
        self.y -= BAR

    def name(self, middle: float, name: str, detail: str = "", count: int = 0) -> None:
        """Write the name of a part to its left and, below that, its shape or size."""
        lines = [name, detail] if detail else [name]
        if count:
            lines += [f"{count:,}", self.look.text("parameters")]
        for i, line in enumerate(lines):
            style = "" if i else 'font-weight="650"'
            y = middle + 4 + 14 * (i - (len(lines) - 1) / 2)
            self.text(MARGIN, y, line, style, "start")

    def outputs(self, config: ModelConfig, size: int, classes: int) -> None:
        """Draw the output layers, which take `size` numbers, and the answer."""
        look = self.look
        for number, wide in enumerate((*config.head_sizes, classes)):
            self.rise(f"{size:,}")
            last = number == len(config.head_sizes)
            name = look.text("Output") if last else look.text("Output {number}", number=number + 1)
            activation = (config.head_activations[number:] or ("relu",))[0]
            text = f"{size:,} → {wide}" if last else f"{size:,} → {wide}, {activation}"
            title = look.text("{size} × {wide} weights and {wide} biases", size=size, wide=wide)
            self.bar(name, text, (size + 1) * wide, title)
            size = wide
        self.rise(str(size))
        answer = look.text(
            "{activation}: {classes} probabilities",
            activation=config.output_activation, classes=classes,
        )  # fmt: skip
        self.bar(look.text("Answer"), answer)

    def drawn(self, count: int, sentence: str) -> str:
        """Return the drawing at full width, with the number of all parameters at its top.

        `sentence` describes it to screen readers.
        """
        total = self.look.text("{count} parameters in all", count=f"{count:,}")
        self.text(WIDTH / 2, self.y - 16, total, 'font-weight="650" font-size="14"')
        top = self.y - 30 - MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(sentence)}" '
            f'viewBox="0 {top:g} {WIDTH} {MARGIN - top:g}" width="100%" '
            f'style="display: block; max-width: 520px; margin: 0 auto" font-size="12">'
            f"{''.join(self.parts)}</svg>"
        )


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def count_of(layer: nn.Module) -> int:
    """Return the number of a layer's parameters."""
    return sum(weight.numel() for weight in layer.parameters())
