"""Questions, explanations and numbers of a test report, the same on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnndemo.errors import N_
from rnndemo.evaluation.examination import TestReport
from rnndemo.evaluation.report import Calibration, wilson_interval
from rnndemo.plots.look.theme import Look
from rnndemo.reading import percent as written


@dataclass(frozen=True)
class ChartQuestion:
    """The question of a figure, and how to read the answer, in English."""

    title: str
    how: str


OTHER_PICTURES = N_("The test pictures have changed since this report, so none are shown here.")
QUESTIONS = {
    "accuracy": ChartQuestion(
        N_("How often is it right?"),
        N_(
            "**{accuracy}** of {pictures} test pictures are answered correctly. For all such "
            "pictures, the share is between {low} and {high} with 95 % confidence."
        ),
    ),
    "confusion": ChartQuestion(
        N_("What does it mistake for what?"),
        N_(
            "Confusion matrix: a row holds all pictures of one class, a column all that got "
            "the same answer. On the diagonal they are right; elsewhere, the more a cell "
            "stands out, the larger the share of its row that went wrong there."
        ),
    ),
    "scores": ChartQuestion(
        N_("Which classes are hard?"),
        N_(
            "Precision: of the pictures given this answer, the share that is right. Recall: of "
            "the pictures of this class, the share that was recognised. F1 combines the two "
            "(their harmonic mean)."
        ),
    ),
    "calibration": ChartQuestion(
        N_("How well calibrated is it?"),
        N_(
            "Where it says 80 %, it should be right eight times in ten: on the dashed line. Below "
            "that line it is too sure, above it too modest; the mean distance from the line is "
            "{error}. Larger points stand for more pictures; the line through each is its 95 % "
            "interval."
        ),
    ),
    "timesteps": ChartQuestion(
        N_("How much must it read?"),
        N_(
            "How often its answer would be right if the picture ended after this many timesteps, "
            "on {pictures} test pictures. Dotted line: always answering the most common class."
        ),
    ),
    "mistakes": ChartQuestion(
        N_("Where was it sure, and wrong?"),
        N_(
            "The wrong answers it was most sure of: the true class, and its answer. Some would "
            "puzzle people too."
        ),
    ),
}

NO_MISTAKE = N_("It made no mistake on these pictures.")
SCORES_AXIS = N_("The axis begins at {low}, so that small differences show.")


def how_to_read(name: str, examination: TestReport, look: Look) -> str:
    """Return the explanation under a question, a key of `QUESTIONS`, with its numbers."""
    tested = examination.report
    low, high = tested.interval
    figures = {
        "accuracy": {
            "accuracy": percent(tested.accuracy, tested.n, look),
            "pictures": grouped(tested.n),
            "low": percent(low, tested.n, look),
            "high": percent(high, tested.n, look),
        },
        "calibration": {"error": percent(examination.calibration.error, tested.n, look)},
        "timesteps": {"pictures": grouped(examination.readout_pictures)},
    }
    return look.text(QUESTIONS[name].how, **figures.get(name, {}))


def scores_begin(examination: TestReport) -> float:
    """Return the start of the axis of scores: the tenth below the smallest, at most 0.9."""
    scores = examination.scores
    smallest = np.nanmin([scores.precision, scores.recall])  # F1 lies between both
    return max(0, min(9, int(10 * smallest))) / 10


def readout_texts(examination: TestReport, look: Look) -> list[str]:
    """Return a description of each point of the curve over the timesteps."""
    text = look.text("after {read} timesteps: {accuracy} right")
    return [
        text.format(read=t + 1, accuracy=percent(share, examination.readout_pictures, look))
        for t, share in zip(
            examination.timesteps.tolist(), examination.readout_accuracy.tolist(), strict=True
        )
    ]


def calibration_texts(calibration: Calibration, look: Look) -> list[str]:
    """Return a description of each bin of the calibration."""
    text = look.text("{confidence} sure, {accuracy} right; pictures: {count}")
    return [
        text.format(
            confidence=look.sure(sure), accuracy=percent(right, count, look), count=grouped(count)
        )
        for sure, right, count in zip(
            calibration.confidence.tolist(),
            calibration.accuracy.tolist(),
            calibration.count.tolist(),
            strict=True,
        )
    ]


def calibration_intervals(calibration: Calibration) -> list[tuple[float, float]]:
    """Return the 95 % interval of each bin's accuracy."""
    return [
        wilson_interval(round(right * count), count)
        for right, count in zip(
            calibration.accuracy.tolist(), calibration.count.tolist(), strict=True
        )
    ]


def commonest_share(examination: TestReport) -> float:
    """Return the accuracy of always answering with the commonest class."""
    return float(examination.scores.pictures.max() / examination.report.n)


def percent(share: float, n: int, look: Look) -> str:
    """Return a share of `n` pictures in per cent, with as many digits as `n` justifies."""
    return written.percent(share, written.digits_of(n), look.translate)


def grouped(number: int) -> str:
    """Return a number with thousands separators, for example "10,000"."""
    return f"{number:,}"
