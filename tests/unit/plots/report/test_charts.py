from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.data.sets import DataSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.evaluation.report import wilson_interval
from rnndemo.languages import translator
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import Option
from rnndemo.plots.report.charts import calibration_chart, scores_chart, timesteps_chart
from rnndemo.plots.report.confusion import cell_of, confusion_matrix, mistake_strength
from rnndemo.plots.report.texts import QUESTIONS, how_to_read, percent, scores_begin
from tests.patience import PATIENCE

NAMES = ("cat", "dog", "<b>owl")
CONFUSION = np.array([[96, 3, 1], [0, 5, 0], [0, 0, 0]])


def made(labels: list[int], answers: list[int], classes: int = 3) -> TestReport:
    count = len(labels)
    return TestReport(
        classes=classes,
        labels=np.array(labels),
        answers=np.array(answers),
        confidences=np.linspace(0.5, 0.9995, count).astype(np.float32),
        rejected=np.zeros(count, bool),
        timesteps=np.arange(4),
        readout_accuracy=np.array([0.1, 0.5, 0.75, 1.0]),
        readout_pictures=count,
        mistakes=np.zeros(0, np.int64),
        mistake_rows=np.zeros((0, 4, classes), np.float32),
    )


FEW = made([0, 0, 1, 1, 0], [0, 1, 1, 1, 0])  # class 2 is neither shown nor answered

CHARTS: dict[str, Callable[[bool], Option]] = {
    "confusion": lambda dark: confusion_matrix(CONFUSION, NAMES, Look(dark)),
    "calibration": lambda dark: calibration_chart(FEW.calibration, Look(dark)),
    "timesteps": lambda dark: timesteps_chart(FEW, Look(dark)),
    "scores": lambda dark: scores_chart(FEW, NAMES, Look(dark)),
}


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_plain_json_with_named_axes_and_their_own_colours(name: str) -> None:
    light, night = CHARTS[name](False), CHARTS[name](True)
    json.dumps(light, allow_nan=False)
    assert light["xAxis"]["name"]
    assert light["yAxis"]["name"]
    assert light != night
    assert light["tooltip"]["formatter"] == "{b}"


def test_rows_of_the_matrix_are_true_classes() -> None:
    cells = CHARTS["confusion"](False)["series"][0]["data"]
    cell = cells[1]
    assert cell["value"][:2] == [1, 0]  # column, row
    assert cell["label"]["formatter"] == "3"
    assert cell["name"] == "cat answered as dog: 3 of 100 (3.0 %)"
    assert cells[3]["label"]["formatter"] == ""


def test_mistakes_are_not_drowned_by_the_diagonal() -> None:
    strength = mistake_strength(CONFUSION)
    assert strength.max() == strength[0, 1] == 1
    assert strength[0, 2] == pytest.approx((1 / 3) ** 0.5)
    assert not strength.diagonal().any()
    assert not mistake_strength(np.eye(3, dtype=int)).any()


def test_many_classes_have_no_numbers_in_their_cells() -> None:
    names = [str(i) for i in range(47)]
    option = confusion_matrix(np.eye(47, dtype=int), names, Look())
    assert not option["series"][0]["label"]["show"]


@pytest.mark.parametrize("place", range(9))
def test_clicked_cell_is_found(place: int) -> None:
    cells = CHARTS["confusion"](False)["series"][0]["data"]
    column, row, _share = cells[place]["value"]
    assert cell_of([{"series_index": 0, "data_indices": [place]}], 3) == (row, column)


@pytest.mark.parametrize("selected", [[], [{"data_indices": []}], [{"data_indices": [9]}]])
def test_no_cell_or_one_of_a_larger_report_is_none(selected: list[dict[str, list[int]]]) -> None:
    assert cell_of(selected, 3) is None


def test_calibration_points_carry_their_interval() -> None:
    series = CHARTS["calibration"](False)["series"][0]
    counts = FEW.calibration.count
    (sure, low), (_sure, high) = (end["coord"] for end in series["markLine"]["data"][0])
    assert [sure, series["data"][0]["value"][0]] == pytest.approx([0.5, 0.5], abs=1e-4)
    assert (low, high) == pytest.approx(wilson_interval(1, counts[0]), abs=1e-4)


def test_curve_counts_timesteps_from_one_and_shows_the_commonest_class() -> None:
    option = CHARTS["timesteps"](False)
    series = option["series"][0]
    assert [point["value"] for point in series["data"]][::3] == [[1, 0.1], [4, 1.0]]
    assert series["markLine"]["data"] == [{"yAxis": 0.6}]


def test_score_that_is_not_defined_has_no_bar() -> None:
    precision, recall, f1 = CHARTS["scores"](False)["series"]
    for series in (precision, recall, f1):
        assert series["data"][2]["value"] is None
    assert precision["data"][1]["name"] == "dog: precision 0.667"
    assert CHARTS["scores"](False)["yAxis"]["min"] == 0.6


def test_axis_of_scores_begins_at_a_tenth_below_all() -> None:
    assert scores_begin(made([0, 1], [0, 1])) == 0.9
    assert scores_begin(made([0, 1], [1, 0])) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_take_their_figures(language: str) -> None:
    for name in QUESTIONS:
        text = how_to_read(name, FEW, Look(translate=translator(language)))
        assert text
        assert "{" not in text
    assert "**80 %** of 5" in how_to_read("accuracy", FEW, Look())


def test_percent_has_as_many_digits_as_the_pictures_give() -> None:
    assert [percent(0.98765, n, Look()) for n in (5, 200, 10_000)] == ["99 %", "98.8 %", "98.77 %"]
    assert [Look().sure(share) for share in (0.5, 0.9995)] == ["50.0 %", "≥ 99.9 %"]


def section() -> None:
    import streamlit as st
    import torch

    from rnndemo.data.load import load
    from rnndemo.evaluation.examination import examine
    from rnndemo.models.store import load_model
    from rnndemo.ui.shell import session
    from rnndemo.ui.train.examination import examination_section

    session.start()
    model, test = load_model("digits-rnn"), load("digits").test.take(torch.arange(0, 10_000, 50))
    shown = test.take(torch.arange(3)) if st.session_state.get("others") else test
    examination_section(model, examine(model, test), shown)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_section_runs_in_both_languages(language: str, digits: DataSet) -> None:
    app = AppTest.from_function(section, default_timeout=PATIENCE)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    _ = translator(language)
    titles = [heading.value for heading in app.subheader]
    assert sorted(titles) == sorted(_(question.title) for question in QUESTIONS.values())


def test_mistake_can_be_picked(digits: DataSet) -> None:
    app = AppTest.from_function(section, default_timeout=PATIENCE).run()
    last = app.button[-1]
    last.click().run()
    assert not app.exception
    truth, answered = last.label.split(" → ")
    sentence = next(text.value for text in app.markdown if text.value.startswith("The correct"))
    assert f"The correct answer is {truth}, but it answered {answered}" in sentence


def test_pictures_of_another_test_part_are_not_shown(digits: DataSet) -> None:
    app = AppTest.from_function(section, default_timeout=PATIENCE)
    app.session_state["others"] = True
    app.run()
    assert not app.exception
    assert "have changed" in app.info[0].value
    assert not app.button
