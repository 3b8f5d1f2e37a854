"""The charts of a test report as inline SVG, without scripts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from rnndemo.evaluation.examination import TestReport
from rnndemo.plots.look.gaps import is_gap
from rnndemo.plots.look.templates import render
from rnndemo.plots.look.theme import Look
from rnndemo.plots.report.texts import (
    calibration_intervals,
    calibration_texts,
    commonest_share,
    grouped,
    percent,
    readout_texts,
)
from rnndemo.training.history import History

MAX_POINTS = 120  # of one line: more cannot be distinguished and make the file large
WIDTH, HEIGHT = 460, 260
LEFT, RIGHT, TOP, BOTTOM = 54, WIDTH - 22, 12, HEIGHT - 44  # edges of the plot
TICKS = 5  # per axis, about


@dataclass(frozen=True)
class Axis:
    """An axis with its name and range, ``low`` < ``high``."""

    name: str
    low: float
    high: float

    def share(self, value: float) -> float:
        """Return the position of a value between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return round numbers in the range, at steps of 1, 2 or 5 times a power of ten."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


@dataclass(frozen=True)
class ChartPoints:
    """The points of one layer of a chart.

    Parameters
    ----------
    titles : sequence of str
        One per point, shown on hover; without titles, there are no dots.
    sizes : sequence of float
        Radii of the dots, by default 3.
    line : str
        Style of the line through the points: "solid", "dashed", "dotted", or "" for none.
    """

    x: Sequence[float]
    y: Sequence[float]
    titles: Sequence[str] = ()
    sizes: Sequence[float] = ()
    line: str = "solid"

    def each(self) -> Iterator[tuple[float, float, float, str]]:
        """Yield x, y, radius and title of each point."""
        sizes, titles = self.sizes or [3] * len(self.x), self.titles or [""] * len(self.x)
        return zip(self.x, self.y, sizes, titles, strict=True)

    def part(self, start: int, end: int) -> ChartPoints:
        """Return the points from the place `start` to before `end`."""
        chosen = {name: getattr(self, name)[start:end] for name in ("x", "y", "titles", "sizes")}
        return replace(self, **chosen)


def chart(x: Axis, y: Axis, layers: Sequence[ChartPoints], alt: str) -> Markup:
    """Return a chart as an ``<svg>`` element that fills its parent's width.

    Parameters
    ----------
    layers : sequence of ChartPoints
        The last is on top.
    alt : str
        Description for people who cannot see the chart.
    """

    def across(value: float) -> float:
        return round(LEFT + x.share(value) * (RIGHT - LEFT), 1)

    def up(value: float) -> float:
        return round(BOTTOM - y.share(value) * (BOTTOM - TOP), 1)

    placed = [
        (points.line, [(across(a), up(b), size, title) for a, b, size, title in points.each()])
        for points in layers
    ]
    return render(
        "report_chart.svg", width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, top=TOP,
        bottom=BOTTOM, x=x, y=y, across=across, up=up, layers=placed, alt=alt,
    )  # fmt: skip


def loss_curve(history: History, look: Look) -> str:
    """Return the training loss over the steps; "" if it was never measured."""
    steps, loss = _thinned(history, "steps", "loss")
    if not steps:
        return ""
    text = look.text("step {step}: loss {loss}")
    titles = [
        text.format(step=grouped(step), loss=f"{value:.4f}")
        for step, value in zip(steps, loss, strict=True)
    ]
    high = Axis(look.text("loss"), 0, 1.05 * max(loss) or 1.0)
    alt = look.text("Line: training loss against the steps")
    layers = _joined(ChartPoints(steps, loss, titles, _small(steps)), history)
    return chart(_steps(history, look), high, layers, alt)


def accuracy_curves(history: History, look: Look) -> str:
    """Return training (solid) and validation accuracy (dashed); "" if neither was measured."""
    layers: list[ChartPoints] = []
    training = look.text("step {step}: {accuracy} of training pictures right")
    validation = look.text("step {step}: {accuracy} of validation pictures right")
    if count := history.validation_pictures:
        validation = look.text("step {step}: {accuracy} of {count} validation pictures right")
    for text, kind, name, line in (
        (training, "steps", "accuracy", "solid"),
        (validation, "validation", "validation_accuracy", "dashed"),
    ):
        steps, shares = _thinned(history, kind, name)
        titles = [
            text.format(
                step=grouped(step), accuracy=percent(share, 1000, look), count=grouped(count)
            )
            for step, share in zip(steps, shares, strict=True)
        ]
        layers += _joined(ChartPoints(steps, shares, titles, _small(steps), line), history)
    if not layers:
        return ""
    alt = look.text("Lines: training (solid) and validation (dashed) accuracy against the steps")
    return chart(_steps(history, look), Axis(look.text("accuracy"), 0, 1), layers, alt)


def timesteps_curve(examination: TestReport, look: Look) -> str:
    """Return the accuracy of the readout over the timesteps read."""
    read = (examination.timesteps + 1).tolist()
    commonest = commonest_share(examination)
    layers = [
        ChartPoints([0, read[-1]], [commonest, commonest], line="dotted"),
        ChartPoints(read, examination.readout_accuracy.tolist(), readout_texts(examination, look)),
    ]
    alt = look.text("Line: accuracy against the timesteps read")
    horizontal = Axis(look.text("timesteps read"), 0, read[-1])
    return chart(horizontal, Axis(look.text("accuracy"), 0, 1), layers, alt)


def calibration_points(examination: TestReport, look: Look) -> str:
    """Return the accuracy of answers over their confidence, with 95 % intervals."""
    curve = examination.calibration
    intervals = [
        ChartPoints([sure, sure], limits)
        for sure, limits in zip(
            curve.confidence.tolist(), calibration_intervals(curve), strict=True
        )
    ]
    titles = calibration_texts(curve, look)
    sizes = (3 + 6 * np.sqrt(curve.count / curve.count.max())).round(1).tolist()
    points = ChartPoints(curve.confidence.tolist(), curve.accuracy.tolist(), titles, sizes, line="")
    layers = [ChartPoints([0, 1], [0, 1], line="dashed"), *intervals, points]
    alt = look.text("Points: how often answers are right against how sure they are")
    names = look.text("how sure it says it is"), look.text("how often it is right")
    return chart(Axis(names[0], 0, 1), Axis(names[1], 0, 1), layers, alt)


def _steps(history: History, look: Look) -> Axis:
    return Axis(look.text("training steps"), 0, max(1, history.last_step))


def _joined(points: ChartPoints, history: History) -> list[ChartPoints]:
    """Return the points over the steps in parts without a gap, each of which a line joins."""
    steps, last = [int(step) for step in points.x], history.last_step
    gaps = [k for k in range(1, len(steps)) if is_gap(steps[k - 1], steps[k], last)]
    return [
        points.part(start, end) for start, end in pairwise([0, *gaps, len(steps)]) if end > start
    ]


def _thinned(history: History, kind: str, name: str) -> tuple[list[int], list[float]]:
    """Return at most `MAX_POINTS` of the measured points, including the first and the last."""
    steps, values = history.series(kind, name)
    measured = np.flatnonzero(np.isfinite(np.array(values, float)))  # None is NaN
    chosen = np.linspace(0, len(measured) - 1, min(len(measured), MAX_POINTS))
    places = measured[chosen.round().astype(np.int64)]
    return [steps[place] for place in places], [values[place] for place in places]


def _small(steps: list[int]) -> list[float]:
    """Return radii of dots, small enough not to hide the line."""
    return [3.0 if len(steps) <= 30 else 1.8] * len(steps)
