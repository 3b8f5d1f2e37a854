"""The charts of a test report in a file: inline SVG that no script has to draw."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rnndemo.evaluation.examination import TestReport
from rnndemo.plots.look.theme import Look
from rnndemo.plots.report.templates import render
from rnndemo.plots.report.texts import (
    calibration_intervals,
    calibration_texts,
    commonest_share,
    percent,
    readout_texts,
)

MAX_POINTS = 120  # of one line: more cannot be distinguished, and make the file large
WIDTH, HEIGHT = 460, 260
LEFT, RIGHT, TOP, BOTTOM = 54, WIDTH - 22, 12, HEIGHT - 44  # the edges of what is drawn
TICKS = 5


@dataclass(frozen=True)
class Axis:
    """An axis with its name and the range ``low`` < ``high`` that it shows."""

    name: str
    low: float
    high: float

    def share(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

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

    def each(self) -> Iterator[tuple[float, float, float, str]]:
        """Return x, y, the radius and the title of each."""
        sizes, titles = self.sizes or [3] * len(self.x), self.titles or [""] * len(self.x)
        return zip(self.x, self.y, sizes, titles, strict=True)


def chart(x: Axis, y: Axis, layers: Sequence[ChartPoints], alt: str) -> Markup:
    """Return a chart as an ``<svg>`` element that fills its parent's width.

    Parameters
    ----------
    x, y : Axis
    layers : sequence of ChartPoints
        The last is on top.
    alt : str
        What the chart shows, for those who cannot see it.
    """

    def across(value: float) -> float:
        return round(LEFT + x.share(value) * (RIGHT - LEFT), 1)

    def up(value: float) -> float:
        return round(BOTTOM - y.share(value) * (BOTTOM - TOP), 1)

    placed = [
        (
            points.line,
            [
                (across(a), up(b), size, title)
                for a, b, size, title in points.each()
                if math.isfinite(b)
            ],
        )
        for points in layers
    ]
    return render(
        "report_chart.svg", width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, top=TOP,
        bottom=BOTTOM, x=x, y=y, across=across, up=up, layers=placed, alt=alt,
    )  # fmt: skip


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


def loss_curve(curves: Curves, look: Look) -> str:
    """Return the training loss over the steps; "" where none was measured."""
    steps, loss = _thinned(curves.steps, curves.train_loss)
    if not steps:
        return ""
    text = look.text("step {step}: loss {loss}")
    titles = [
        text.format(step=step, loss=f"{value:.4f}") for step, value in zip(steps, loss, strict=True)
    ]
    high = Axis(look.text("loss"), 0, 1.05 * max(loss) or 1.0)
    alt = look.text("Line: training loss against the steps")
    return chart(_steps(curves, look), high, [ChartPoints(steps, loss, titles, _small(steps))], alt)


def accuracy_curves(curves: Curves, look: Look) -> str:
    """Return training (solid) and validation accuracy (dashed) over the steps; "" without any."""
    layers = []
    training = look.text("step {step}: {accuracy} of training pictures right")
    validation = look.text("step {step}: {accuracy} of validation pictures right")
    for text, values, line in (
        (training, curves.train_accuracy, "solid"),
        (validation, curves.validation_accuracy, "dashed"),
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
    alt = look.text("Lines: training (solid) and validation (dashed) accuracy against the steps")
    return chart(_steps(curves, look), Axis(look.text("accuracy"), 0, 1), layers, alt)


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
    """Return how often answers are right over how sure they are, with 95 % intervals."""
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


def _steps(curves: Curves, look: Look) -> Axis:
    return Axis(look.text("training steps"), 0, max(1, int(curves.steps[-1])))


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[list[int], list[float]]:
    """Return what was measured, at most `MAX_POINTS`, the first and the last among them."""
    measured = np.flatnonzero(np.isfinite(values))
    chosen = np.linspace(0, len(measured) - 1, min(len(measured), MAX_POINTS))
    places = measured[chosen.round().astype(np.int64)]
    return steps[places].tolist(), values[places].tolist()


def _small(steps: list[int]) -> list[float]:
    """Return radii of dots that do not hide their line."""
    return [3.0 if len(steps) <= 30 else 1.8] * len(steps)
