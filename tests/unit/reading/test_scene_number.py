"""The number that a scene shows, and when it is doubtful."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.data.files.scenes import GivenScene
from rnndemo.models.scene_answers import Detections, SceneAnswer
from rnndemo.models.scene_store import SceneModel, load_scene_model
from rnndemo.reading.scene_files import predicted
from rnndemo.reading.scenes import LIKELY, digits_of_boxes, number_of, sure_score

BOXES = torch.tensor([[30.0, 0, 50, 30], [0, 0, 20, 30], [60, 0, 80, 30]])


@pytest.fixture(scope="module")
def model() -> SceneModel:
    return load_scene_model("scenes-lstm")


def answer(
    number: tuple[int, ...], probability: float, scores: list[float], agreed: bool = True
) -> SceneAnswer:
    found = Detections(BOXES, torch.tensor([7, 3, 1]), torch.tensor(scores))
    nothing = torch.full((64, 96), -1)
    return SceneAnswer(nothing, torch.ones(64, 96), found, number, probability, agreed)


def test_a_number_on_which_both_readings_agree_is_not_doubtful(model: SceneModel) -> None:
    said = answer((3, 7, 1), 0.9, [0.99, 0.98, 0.97])
    assert digits_of_boxes(model, said) == ("3", "7", "1")
    assert number_of(model, said) == (("3", "7", "1"), False)


def test_digits_that_lie_on_each_other_are_both_read_where_they_have_been_learnt(
    model: SceneModel,
) -> None:
    on_each_other = torch.tensor([[0.0, 0, 20, 30], [6, 0, 26, 30]])  # they share more than half
    found = Detections(on_each_other, torch.tensor([3, 7]), torch.tensor([0.99, 0.98]))
    nothing = torch.full((64, 96), -1)
    said = SceneAnswer(nothing, torch.ones(64, 96), found, (3, 7), 0.9)
    crossing = replace(model.config, scenes=replace(model.config.scenes, kind="multi"))
    learnt = replace(model, config=crossing)
    assert (model.same_digit, learnt.same_digit) == (0.5, 0.9)
    assert digits_of_boxes(learnt, said, learnt.same_digit) == ("3", "7")
    assert digits_of_boxes(model, said, model.same_digit) == ("3",)
    scene = GivenScene("any", np.full((64, 96), 255, np.uint8), (96, 64), (1, 1), (0, 0))
    assert [box.label for box in predicted(learnt, scene, said).boxes] == ["3", "7"]


def test_it_is_doubtful_if_improbable_or_if_its_two_readings_differ(model: SceneModel) -> None:
    assert number_of(model, answer((3, 7, 1), LIKELY - 0.01, [0.99] * 3))[1]
    said = answer((3, 7), 0.9, [0.99] * 3, agreed=False)
    assert number_of(model, said) == (("3", "7"), True)


def test_boxes_below_the_score_of_the_card_do_not_count(model: SceneModel) -> None:
    low = sure_score(model) - 0.01
    assert digits_of_boxes(model, answer((), 0.9, [0.99, low, low])) == ("7",)
