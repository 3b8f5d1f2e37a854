"""Every chart of a page has a name that says what somebody who sees it would conclude."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from rnndemo.comparison.results import Comparison
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.languages import translator
from rnndemo.plots.compare.charts import cost_chart, robustness_chart
from rnndemo.plots.look.names import introduced, lines_said, name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading import answers, inside
from rnndemo.plots.report.charts import calibration_chart, scores_chart, timesteps_chart
from rnndemo.plots.report.confusion import confusion_matrix
from rnndemo.plots.sweeps.study import StudyView
from rnndemo.plots.sweeps.views import VIEWS
from rnndemo.reading.answers import Answer
from tests.compared import comparison
from tests.studies import random_study

LOOK, CLASSES = Look(), ("a", "b", "c")
ROWS = np.eye(3)[[0, 0, 1, 2]] * 0.8 + 0.05
IMAGE = np.pad(np.ones((2, 1)), 1)
REPORT = TestReport(
    classes=3, labels=np.array([0, 0, 1, 1, 2]), answers=np.array([0, 1, 1, 1, 2]),
    confidences=np.linspace(0.5, 0.9, 5).astype(np.float32), rejected=np.zeros(5, bool),
    timesteps=np.arange(4), readout_accuracy=np.array([0.1, 0.5, 0.75, 1.0]), readout_pictures=5,
    mistakes=np.zeros(0, np.int64), mistake_rows=np.zeros((0, 4, 3), np.float32),
)  # fmt: skip
COURSE = "a from row 0 on, b from row 2 on, c from row 3 on"
WAY = inside.Trajectory("me", np.zeros((4, 2)), ROWS.argmax(1))

# function of a page's chart -> chart, and a part of the name with figures of its data
CHARTS: dict[Callable[..., Any], tuple[Callable[[], Any], str]] = {
    answers.probability_bars: (
        lambda: answers.probability_bars(
            Answer("b", 0.7, False, np.array([0.1, 0.7, 0.2]), ROWS, 2), CLASSES, LOOK
        ),
        "b 70.0 %, c 20.0 %, a 10.0 %",
    ),
    answers.row_by_row: (lambda: answers.row_by_row(IMAGE, ROWS, CLASSES, 3, LOOK), COURSE),
    inside.lines_by_row: (
        lambda: inside.lines_by_row({"LSTM": np.array([0.5, 2, 1])}, "size", LOOK),
        "LSTM: 0.5 at the start, 1 at the end, 2 at most",
    ),
    inside.saliency: (
        lambda: inside.saliency(np.eye(4)[:, 1:] * [1, 3, 1], IMAGE, LOOK), "row 2, column 1",
    ),
    inside.readouts: (
        lambda: inside.readouts({"plain": ROWS}, CLASSES, LOOK),
        f"plain: Its answer, row by row: {COURSE}",
    ),
    inside.trajectory: (
        lambda: inside.trajectory(np.zeros((3, 4, 2)), np.ones(2) / 2, [WAY], CLASSES, LOOK),
        f"me: Its answer, row by row: {COURSE}",
    ),
    inside.unit_courses: (
        lambda: inside.unit_courses(np.arange(12).reshape(3, 4) / 10, CLASSES, LOOK),
        "c: 0.8 at the start, 1.1 at the end",
    ),
    inside.firing_pictures: (
        lambda: inside.firing_pictures(IMAGE[None], ["a"], np.array([2]), np.array([0.75]), LOOK),
        "a, row 2: 0.750",
    ),
    inside.picture: (
        lambda: inside.picture(IMAGE, LOOK), "from row 1 to row 2, from column 1 to column 1",
    ),
    confusion_matrix: (
        lambda: confusion_matrix(REPORT.report.confusion.numpy(), CLASSES, LOOK),
        "a answered as b: 1 of 2",
    ),
    calibration_chart: (lambda: calibration_chart(REPORT.calibration, LOOK), "%"),
    timesteps_chart: (lambda: timesteps_chart(REPORT, LOOK), "4"),
    scores_chart: (
        lambda: scores_chart(REPORT, CLASSES, LOOK), "Highest F1: c, 1.000. Lowest: a, 0.667",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def measured(digits: DataSet) -> Comparison:
    return comparison(digits)


@pytest.mark.parametrize("function", CHARTS, ids=lambda one: one.__name__)
def test_a_name_holds_the_figures_of_its_chart(function: Callable[..., Any]) -> None:
    draw, part = CHARTS[function]
    assert part in name_of(draw())


def test_every_chart_of_these_modules_has_a_name() -> None:
    modules = ("reading.answers", "reading.inside", "report.charts", "report.confusion")
    for name in modules:
        module = import_module(f"rnndemo.plots.{name}")
        for function in vars(module).values():
            if not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            drawn = function.__annotations__.get("return") in ("Option", "go.Figure")
            assert not drawn or function.__name__.startswith("_") or function in CHARTS


def test_sentences_stand_side_by_side_as_the_language_puts_them() -> None:
    chinese = Look(translate=translator("zh"))
    two = [("甲", [0.5, 1.0]), ("乙", [2.0])]
    assert introduced("Best: 7.", "Bars: of all", LOOK) == "Bars: of all. Best: 7."
    assert introduced("Best: 7.", "What now?", LOOK) == "What now? Best: 7."
    assert introduced("", "", LOOK) == ""
    assert introduced("最好：7。", "怎么办？", chinese) == "怎么办？最好：7。"
    assert introduced("最好：7。", "条形图", chinese) == "条形图。最好：7。"
    for said in (
        lines_said(two, chinese),
        name_of(inside.readouts({"甲": ROWS}, "一二三", chinese)),
    ):
        assert "。" in said
        assert not {"。 ", ": ", ", "} & {said[i : i + 2] for i in range(len(said))}


def test_nothing_drawn_is_said() -> None:
    assert "nothing is drawn" in name_of(answers.probability_bars(None, CLASSES, LOOK))


def test_a_comparison_names_the_best_and_the_cheapest(measured: Comparison) -> None:
    said = name_of(cost_chart(measured, "parameters", LOOK))
    best = max(measured.rows, key=lambda row: row.accuracy)
    assert f"Fewest mistakes: {best.title}: {100 * best.accuracy:.2f} % right" in said
    assert "Cheapest: " in said
    for kind in measured.about.levels:
        assert " at the start, " in name_of(robustness_chart(measured, kind, LOOK))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_a_study_says_how_many_trials_and_which_is_best(view: str) -> None:
    study = StudyView(*random_study(40))
    said = name_of(VIEWS[view].figure(study, LOOK))
    assert f"Trials with a result: {len(study.measured)}." in said
    assert "hidden size" in said.lower() or "learning rate" in said.lower()
    assert "No trial has a result" in name_of(VIEWS[view].figure(StudyView([], study.space), LOOK))
