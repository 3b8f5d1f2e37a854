"""The curves of a test report as inline SVG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnndemo.evaluation.examination import Examination
from rnndemo.plots.examination_texts import (
    calibration_intervals,
    calibration_texts,
    commonest_share,
    percent,
    readout_texts,
)
from rnndemo.plots.look import Translate
from rnndemo.plots.svg import Axis, Points, chart

MOST_POINTS = 120  # of one line: more are not told apart, and make the file large


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
    return chart(_steps(curves, _), high, [Points(steps, loss, titles, _small(steps))], alt)


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
            layers.append(Points(steps, shares, titles, _small(steps), line))
    if not layers:
        return ""
    alt = _("Lines: accuracy in training (solid) and validation (dashed) over the steps")
    return chart(_steps(curves, _), Axis(_("share right"), 0, 1), layers, alt)


def timesteps_curve(examination: Examination, _: Translate) -> str:
    """Return the accuracy of the readout over the timesteps read."""
    read = (examination.timesteps + 1).tolist()
    commonest = commonest_share(examination)
    layers = [
        Points([0, read[-1]], [commonest, commonest], line="dotted"),
        Points(read, examination.readout_accuracy.tolist(), readout_texts(examination, _)),
    ]
    alt = _("Line: share of right answers over the timesteps read")
    horizontal = Axis(_("timesteps read"), 0, read[-1])
    return chart(horizontal, Axis(_("share right"), 0, 1), layers, alt)


def calibration_points(examination: Examination, _: Translate) -> str:
    """Return how often answers are right over how sure they are, with 95 % intervals."""
    curve = examination.calibration
    intervals = [
        Points([sure, sure], limits)
        for sure, limits in zip(
            curve.confidence.tolist(), calibration_intervals(curve), strict=True
        )
    ]
    titles = calibration_texts(curve, _)
    sizes = (3 + 6 * np.sqrt(curve.count / curve.count.max())).round(1).tolist()
    points = Points(curve.confidence.tolist(), curve.accuracy.tolist(), titles, sizes, line="")
    layers = [Points([0, 1], [0, 1], line="dashed"), *intervals, points]
    alt = _("Points: how often answers are right over how sure they are")
    names = _("how sure it says it is"), _("how often it is right")
    return chart(Axis(names[0], 0, 1), Axis(names[1], 0, 1), layers, alt)


def _steps(curves: Curves, _: Translate) -> Axis:
    return Axis(_("optimiser steps"), 0, max(1, int(curves.steps[-1])))


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[list[int], list[float]]:
    """Return what was measured, at most `MOST_POINTS`, the first and the last among them."""
    measured = np.flatnonzero(np.isfinite(values))
    chosen = np.linspace(0, len(measured) - 1, min(len(measured), MOST_POINTS))
    places = measured[chosen.round().astype(np.int64)]
    return steps[places].tolist(), values[places].tolist()


def _small(steps: list[int]) -> list[float]:
    """Return radii of dots that do not hide their line."""
    return [3.0 if len(steps) <= 30 else 1.8] * len(steps)
