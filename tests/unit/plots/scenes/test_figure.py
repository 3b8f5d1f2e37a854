from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL.ImageColor import getrgb

from rnndemo.models.scene_answers import Detections, SceneAnswer
from rnndemo.plots.look.colors import BOARD, class_color
from rnndemo.plots.look.theme import Look
from rnndemo.plots.scenes.figure import Layers, boxes_of, colored, on_board, scene_figure

CLASSES = (*"012345678", "<9 & more>")
SHOWN = Layers(score=0.4, sure=0.6)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def answer() -> SceneAnswer:
    mask = torch.full((64, 96), -1)
    mask[10:20, 10:20] = 3
    found = Detections(
        torch.tensor([[50.0, 2, 70, 30], [10, 10, 20, 20], [80, 50, 95, 63]]),
        torch.tensor([9, 3, 1]),
        torch.tensor([0.9, 0.5, 0.3]),
    )
    return SceneAnswer(mask, torch.ones(64, 96), found, (3, 9), 0.9)


def drawing(answer: SceneAnswer, shown: Layers) -> ElementTree.Element:
    return ElementTree.fromstring(
        scene_figure(np.zeros((64, 96), np.uint8), answer, CLASSES, shown, Look())
    )


def test_boxes_stand_from_the_left_with_exact_values(answer: SceneAnswer) -> None:
    svg = drawing(answer, SHOWN)
    titles = [one.text for one in svg.iter(f"{SVG}title")]
    assert titles == [
        "3: score 0.50, columns 10 to 20, rows 10 to 20",
        "<9 & more>: score 0.90, columns 50 to 70, rows 2 to 30",
    ]
    assert svg.get("viewBox") == "0 0 96 64"
    assert svg.get("aria-label") == "Found from left to right: 3 (0.50), <9 & more> (0.90)."


def test_a_doubtful_box_is_dashed_and_asks(answer: SceneAnswer) -> None:
    doubtful, sure = drawing(answer, SHOWN).iter(f"{SVG}g")
    assert doubtful.find(f"{SVG}rect").get("stroke-dasharray")  # type: ignore[union-attr]
    assert doubtful.find(f"{SVG}text").text == "3? 0.50"  # type: ignore[union-attr]
    assert not sure.find(f"{SVG}rect").get("stroke-dasharray")  # type: ignore[union-attr]


def test_layers_can_be_left_out(answer: SceneAnswer) -> None:
    assert not list(drawing(answer, Layers(0.4, 0.6, boxes=False)).iter(f"{SVG}g"))
    whole, plain = (
        next(drawing(answer, shown).iter(f"{SVG}image")).get("href")
        for shown in (SHOWN, Layers(0.4, 0.6, masks=False))
    )
    assert whole != plain


def test_ink_has_the_colour_of_its_class_on_the_colour_of_the_board(answer: SceneAnswer) -> None:
    picture = np.zeros((64, 96), np.uint8)
    picture[10:20, 10:20] = 255
    drawn = colored(picture, answer.mask.numpy(), Look())
    assert tuple(drawn[15, 15]) == getrgb(class_color(3, on_board(Look())))
    assert tuple(drawn[40, 40]) == getrgb(BOARD)


def test_a_higher_score_shows_fewer_boxes(answer: SceneAnswer) -> None:
    counts = [len(boxes_of(answer, CLASSES, score)) for score in (0.1, 0.4, 0.6, 0.95)]
    assert counts == [3, 2, 1, 0]
