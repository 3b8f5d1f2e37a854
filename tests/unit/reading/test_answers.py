"""One picture, one answer: the label, its row of decision, and the figures that show it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet
from rnndemo.models.build import build_network
from rnndemo.models.store import Card, Model
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import probability_bars, row_by_row
from rnndemo.reading.answers import (
    Answer,
    answer,
    as_read,
    decision_step,
    settled_at,
    states_as_read,
)

CLASSES = ("a", "b", "c")
ROWS = np.array([[0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7], [0.0, 0.1, 0.9]])


def made(rejected: bool = False) -> Answer:
    return Answer("c", 0.9, rejected, ROWS[-1], ROWS, decision_step(ROWS))


@pytest.mark.parametrize(
    ("best", "decided"),
    [([0, 0, 0], 0), ([1, 1, 0], 2), ([0, 1, 0], 2), ([1, 0, 0], 1)],
)
def test_decision_is_the_first_row_after_the_last_other_answer(
    best: list[int], decided: int
) -> None:
    assert decision_step(np.eye(2)[best]) == decided


def test_answer_is_the_last_readout(tiny: Model, digits: DataSet) -> None:
    image = digits.test.images[0]
    result = answer(tiny, image.numpy() / 255)
    sequence = to_sequence(image[None].float() / 255, "rows")
    with torch.no_grad():
        expected = tiny.probabilities(tiny.network(sequence))[0]
    np.testing.assert_allclose(result.probabilities, expected.numpy(), atol=1e-5)
    assert result.label == tiny.classes[int(expected.argmax())]
    assert result.rejected == (result.probability < tiny.card.reject_threshold)
    assert result.rows.shape == (28, 10)


def test_network_reads_once_for_answer_rows_and_states(
    tiny: Model, digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, readings = tiny.network.hidden_states, []

    def hidden_states(sequence: torch.Tensor) -> list[torch.Tensor]:
        readings.append(sequence)
        return read(sequence)

    monkeypatch.setattr(tiny.network, "hidden_states", hidden_states)
    image = digits.test.images[0].numpy() / 255
    result = answer(tiny, image)
    assert result.states is not None
    assert states_as_read(result, image) is not None
    assert len(readings) == 1


def test_a_network_that_reads_both_ways_has_the_states_of_the_whole_picture() -> None:
    config = RunConfig(model=ModelConfig(hidden_size=6, bidirectional=True))
    network = build_network(config, (28, 28), 3).eval()
    model = Model("any", config, network, CLASSES, (28, 28), Card())
    image = np.random.default_rng(0).uniform(0, 1, (28, 28)).astype(np.float32)
    with torch.no_grad():
        sequence = to_sequence(torch.from_numpy(image)[None], "rows")
        states, rows = network.hidden_states(sequence)[-1][0], network.readouts(sequence)
    result = answer(model, image)
    np.testing.assert_array_equal(result.states, states.numpy())
    np.testing.assert_allclose(result.rows, model.probabilities(rows)[0].numpy(), atol=1e-6)


def test_bars_hold_the_probabilities_and_the_answer_stands_out() -> None:
    bars = probability_bars(made(), CLASSES, Look())["series"][0]["data"]
    assert [bar["value"] for bar in bars] == [0.0, 0.1, 0.9]
    assert [bar["itemStyle"]["opacity"] for bar in bars] == [0.45, 0.45, 1.0]


def test_no_bar_stands_out_when_rejected_and_all_are_empty_before_a_drawing() -> None:
    rejected = probability_bars(made(rejected=True), CLASSES, Look(dark=True))
    assert {bar["itemStyle"]["opacity"] for bar in rejected["series"][0]["data"]} == {0.45}
    empty = probability_bars(None, CLASSES, Look(dark=True))
    assert {bar["value"] for bar in empty["series"][0]["data"]} == {0.0}


def test_rows_stand_beside_the_rows_of_the_picture_with_the_decision_marked() -> None:
    image = np.arange(16).reshape(4, 4) / 15
    option = row_by_row(image, ROWS, CLASSES, 2, Look())
    picture, *bands, line = option["series"]
    assert [1, 2, round(9 / 15, 3)] in picture["data"]
    assert [[item["value"] for item in band["data"]] for band in bands] == ROWS.T.tolist()
    assert [band["name"] for band in bands] == list(CLASSES)
    assert line["markLine"]["data"] == [{"yAxis": 2}]


def test_no_chart_says_that_a_network_is_certain() -> None:
    rows = np.array([[0.0, 0.0, 1.0]] * 4)
    sure = Answer("c", 1.0, False, rows[-1], rows, 0)
    bars = probability_bars(sure, CLASSES, Look())["series"][0]["data"]
    said = [bar["tooltip"]["formatter"] for bar in bars]
    assert said == ["{b}: < 0.1 %", "{b}: < 0.1 %", "{b}: ≥ 99.9 %"]
    _picture, *bands, _line = row_by_row(np.zeros((4, 4)), rows, CLASSES, 0, Look())["series"]
    assert max(item["value"] for band in bands for item in band["data"]) < 1


def test_a_network_that_does_not_answer_has_not_made_up_its_mind() -> None:
    assert settled_at(made(), ROWS) == 2
    assert settled_at(made(rejected=True), ROWS) is None
    line = row_by_row(np.zeros((4, 4)), ROWS, CLASSES, None, Look())["series"][-1]
    assert line["markLine"]["data"] == []


def test_small_pictures_are_png_data() -> None:
    assert data_uri(np.eye(3)).startswith("data:image/png;base64,iVBOR")


def test_bars_of_rows_carry_the_names_of_their_classes() -> None:
    series = row_by_row(np.ones((8, 8)), np.eye(3)[[0] * 4 + [1] * 4], CLASSES, 4, Look())["series"]
    bars = [one for one in series if one["type"] == "bar" and one["name"] in CLASSES]
    assert {one["label"]["formatter"] for one in bars} == {"{a}"}
    assert any(row["label"]["show"] for row in bars[0]["data"])


@pytest.mark.parametrize(
    ("scan", "lines", "every"),
    [("rows", 28, 1), ("patches", 49, 1), ("pixels", 28, 28), ("permuted-pixels", 28, 28)],
)
def test_states_are_those_of_the_lines_that_are_shown(scan: str, lines: int, every: int) -> None:
    config = RunConfig(model=ModelConfig(hidden_size=6), data=DataConfig(scan=scan))
    network = build_network(config, (28, 28), 3).eval()
    model = Model("any", config, network, CLASSES, (28, 28), Card())
    image = np.random.default_rng(0).uniform(0, 1, (28, 28)).astype(np.float32)
    with torch.no_grad():
        sequence = to_sequence(torch.from_numpy(image)[None], scan)
        expected = network.hidden_states(sequence)[-1][0].numpy()
    said = answer(model, image)
    found = states_as_read(said, image)
    assert found is not None
    assert found.shape == (lines, 6)
    np.testing.assert_array_equal(found, expected[every - 1 :: every])
    shown, readouts = as_read(image, said.rows, scan)
    assert readouts.shape == (lines, 3)
    np.testing.assert_array_equal(shown.ravel(), sequence[0].numpy().ravel())


def test_a_network_that_sees_all_at_once_has_no_states() -> None:
    config = RunConfig(model=ModelConfig(network="mlp", hidden_size=4))
    network = build_network(config, (28, 28), 3).eval()
    model = Model("any", config, network, CLASSES, (28, 28), Card())
    image = np.zeros((28, 28), np.float32)
    assert states_as_read(answer(model, image), image) is None


@pytest.mark.parametrize(("row", "widest"), [((0.5, 0.3, 0.2), 1.0), ((0.9, 0.8, 0.7), 2.5)])
def test_bars_that_add_up_to_more_than_one_are_not_cut(
    row: tuple[float, ...], widest: float
) -> None:
    option = row_by_row(np.zeros((4, 4)), np.array([row] * 4), CLASSES, 0, Look())
    assert option["xAxis"][1]["max"] == widest
