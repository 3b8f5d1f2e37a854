"""The curves of a test report as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from rnndemo.evaluation.examination import TestReport
from rnndemo.plots.look.plotly import Translate
from rnndemo.plots.report.texts import (
    calibration_intervals,
    calibration_texts,
    commonest_share,
    percent,
    readout_texts,
)

MAX_POINTS = 120  # of one line: more cannot be distinguished, and make the file large


@dataclass(frozen=True)
class Curves:
    """How a training went; every array is ``(n,)``, NaN where a figure was not measured.

    Parameters
    ----------
    steps : ndarray
        int, rising: the optimiser steps made so far.
    train_loss : ndarray
    train_accuracy, validation_accuracy : ndarray
        Shares in [0, 1].
    """

    steps: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    validation_accuracy: np.ndarray


def loss_curve(curves: Curves, _: Translate) -> str:
    """Return the training loss over the steps; "" where none was measured."""
    steps, loss = _thinned(curves.steps, curves.train_loss)
    if not steps:
        return ""
    text = _("step {step}: loss {loss}")
    titles = [
        text.format(step=step, loss=f"{value:.4f}") for step, value in zip(steps, loss, strict=True)
    ]
    high = Axis(_("loss"), 0, 1.05 * max(loss) or 1.0)
    alt = _("Line: training loss over the steps")
    return chart(_steps(curves, _), high, [ChartPoints(steps, loss, titles, _small(steps))], alt)


def accuracy_curves(curves: Curves, _: Translate) -> str:
    """Return training (solid) and validation accuracy (dashed) over the steps; "" without any."""
    layers = []
    for text, values, line in (
        (_("step {step}: {accuracy} of training pictures"), curves.train_accuracy, "solid"),
        (_("step {step}: {accuracy} of validation pictures"), curves.validation_accuracy, "dashed"),
    ):
        steps, shares = _thinned(curves.steps, values)
        titles = [
            text.format(step=step, accuracy=percent(share, 1000))
            for step, share in zip(steps, shares, strict=True)
        ]
        if titles:
            layers.append(ChartPoints(steps, shares, titles, _small(steps), line))
    if not layers:
        return ""
    alt = _("Lines: accuracy in training (solid) and validation (dashed) over the steps")
    return chart(_steps(curves, _), Axis(_("share right"), 0, 1), layers, alt)


def timesteps_curve(examination: TestReport, _: Translate) -> str:
    """Return the accuracy of the readout over the timesteps read."""
    read = (examination.timesteps + 1).tolist()
    commonest = commonest_share(examination)
    layers = [
        ChartPoints([0, read[-1]], [commonest, commonest], line="dotted"),
        ChartPoints(read, examination.readout_accuracy.tolist(), readout_texts(examination, _)),
    ]
    alt = _("Line: share of right answers over the timesteps read")
    horizontal = Axis(_("timesteps read"), 0, read[-1])
    return chart(horizontal, Axis(_("share right"), 0, 1), layers, alt)


def calibration_points(examination: TestReport, _: Translate) -> str:
    """Return how often answers are right over how sure they are, with 95 % intervals."""
    curve = examination.calibration
    intervals = [
        ChartPoints([sure, sure], limits)
        for sure, limits in zip(
            curve.confidence.tolist(), calibration_intervals(curve), strict=True
        )
    ]
    titles = calibration_texts(curve, _)
    sizes = (3 + 6 * np.sqrt(curve.count / curve.count.max())).round(1).tolist()
    points = ChartPoints(curve.confidence.tolist(), curve.accuracy.tolist(), titles, sizes, line="")
    layers = [ChartPoints([0, 1], [0, 1], line="dashed"), *intervals, points]
    alt = _("Points: how often answers are right over how sure they are")
    names = _("how sure it says it is"), _("how often it is right")
    return chart(Axis(names[0], 0, 1), Axis(names[1], 0, 1), layers, alt)


def _steps(curves: Curves, _: Translate) -> Axis:
    return Axis(_("optimiser steps"), 0, max(1, int(curves.steps[-1])))


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[list[int], list[float]]:
    """Return what was measured, at most `MAX_POINTS`, the first and the last among them."""
    measured = np.flatnonzero(np.isfinite(values))
    chosen = np.linspace(0, len(measured) - 1, min(len(measured), MAX_POINTS))
    places = measured[chosen.round().astype(np.int64)]
    return steps[places].tolist(), values[places].tolist()


def _small(steps: list[int]) -> list[float]:
    """Return radii of dots that do not hide their line."""
    return [3.0 if len(steps) <= 30 else 1.8] * len(steps)


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
class ChartPoints:
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


def chart(x: Axis, y: Axis, layers: Sequence[ChartPoints], alt: str) -> str:
    """Return a chart as an ``<svg>`` element that fills its parent's width.

    Parameters
    ----------
    x, y : Axis
    layers : sequence of ChartPoints
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


def _layer(x: Axis, y: Axis, points: ChartPoints) -> str:
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
