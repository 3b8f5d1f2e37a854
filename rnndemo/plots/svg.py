"""Small charts as inline SVG: for a file that must show itself, without any script.

Exact values are the native titles of the points. Colours are CSS variables, ``--ink`` and
``--muted``, so that one drawing serves light and dark grounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 460, 260
LEFT, RIGHT, TOP, BOTTOM = 54, 22, 12, 44
TICKS = 5


@dataclass(frozen=True)
class Axis:
    """An axis with its name and the range ``low`` < ``high`` that it shows."""

    name: str
    low: float
    high: float

    def ticks(self) -> list[float]:
        """Return round numbers in the range, 1, 2 or 5 times a power of ten apart."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


@dataclass(frozen=True)
class Points:
    """Points of one chart.

    Parameters
    ----------
    x, y : sequence of float
        A point with a y that is NaN is left out.
    titles : sequence of str
        One a point, shown on hover; none, and there are no dots.
    sizes : sequence of float
        Radii of the dots; 3 where there are none.
    line : str
        Of the line through the points: "solid", "dashed", "dotted", or "" for none.
    """

    x: Sequence[float]
    y: Sequence[float]
    titles: Sequence[str] = ()
    sizes: Sequence[float] = ()
    line: str = "solid"


def chart(x: Axis, y: Axis, layers: Sequence[Points], alt: str) -> str:
    """Return a chart as an ``<svg>`` element that fills its parent's width.

    Parameters
    ----------
    x, y : Axis
    layers : sequence of Points
        The last is on top.
    alt : str
        What the chart shows, for those who cannot see it.
    """
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">',
        *(_tick_x(x, tick) for tick in x.ticks()),
        *(_tick_y(y, tick) for tick in y.ticks()),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" class="name">'
        f"{escape(x.name)}</text>",
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" class="name">'
        f"{escape(y.name)}</text>",
        *(_layer(x, y, points) for points in layers),
        "</svg>",
    ]
    return "".join(parts)


def _at_x(axis: Axis, value: float) -> float:
    share = (value - axis.low) / (axis.high - axis.low)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _at_y(axis: Axis, value: float) -> float:
    share = (value - axis.low) / (axis.high - axis.low)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _tick_x(axis: Axis, tick: float) -> str:
    return f'<text x="{_at_x(axis, tick)}" y="{HEIGHT - BOTTOM + 17}" class="tick">{tick:g}</text>'


def _tick_y(axis: Axis, tick: float) -> str:
    y = _at_y(axis, tick)
    return (
        f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" class="grid"/>'
        f'<text x="{LEFT - 8}" y="{y + 4}" class="tick left">{tick:g}</text>'
    )


def _layer(x: Axis, y: Axis, points: Points) -> str:
    places = [
        (number, _at_x(x, a), _at_y(y, b))
        for number, (a, b) in enumerate(zip(points.x, points.y, strict=True))
        if math.isfinite(b)
    ]
    drawn = ""
    if points.line and places:
        way = "L".join(f"{a} {b}" for _number, a, b in places)
        drawn = f'<path d="M{way}" class="line {points.line}"/>'
    if not points.titles:
        return drawn
    return drawn + "".join(
        f'<circle cx="{a}" cy="{b}" r="{points.sizes[number] if points.sizes else 3:g}">'
        f"<title>{escape(points.titles[number])}</title></circle>"
        for number, a, b in places
    )
