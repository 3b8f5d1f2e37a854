"""The scores of the course on two digits, against cases that are counted by hand."""

from __future__ import annotations

import pytest
import torch

from benchmarks.two_digits import by_overlap, course_scores, right_at_middles, shared
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.models.scene_answers import Detections, SceneAnswer
from rnndemo.models.scenes import build_scene_network
from rnndemo.presets import PRESETS

LEFT, BESIDE, RIGHT = (0, 0, 28, 28), (14, 0, 42, 28), (36, 36, 64, 64)
MIDDLE = 100 / (2 * 784 - 100)  # of a box in the middle, with one in a corner
Box = tuple[int, int, int, int]


def scene(*digits: tuple[int, Box]) -> Scenes:
    """Return one scene whose first digit has ink on four pixels."""
    images, owners = torch.zeros(1, 64, 64, dtype=torch.uint8), torch.full((1, 64, 64), NOTHING)
    images[0, 3, 3:7], owners[0, 3, 3:7] = 255, 0
    labels, boxes = zip(*digits, strict=True)
    return Scenes(images, owners.char(), torch.tensor([boxes]).float(), torch.tensor([labels]))


def answer(*digits: tuple[int, Box]) -> SceneAnswer:
    """Return an answer with these boxes, the surest first, that takes half of the ink for a 3."""
    mask = torch.full((64, 64), NOTHING)
    mask[3, 3:5] = 3
    boxes = torch.tensor([box for _, box in digits]).float().reshape(-1, 4)
    labels = torch.tensor([label for label, _ in digits], dtype=torch.long)
    found = Detections(boxes, labels, torch.linspace(0.9, 0.5, len(digits)))
    return SceneAnswer(mask, torch.ones(64, 64), found, tuple(labels.tolist()), 1.0)


TRUE = ((3, LEFT), (7, RIGHT))


@pytest.mark.parametrize(
    ("true", "found", "right", "overlap"),
    [
        (TRUE, TRUE, 1, 1),
        (TRUE, TRUE[::-1], 1, 1),  # their order does not count
        (TRUE, ((3, BESIDE), (7, RIGHT)), 1, (1 / 3 + 1) / 2),
        (TRUE, ((9, LEFT), (7, RIGHT)), 0, 0),  # 7 9 in place of 3 7: each at the other's place
        (TRUE, ((2, LEFT), (7, RIGHT)), 1 / 2, 1),
        (TRUE, ((3, LEFT), (8, LEFT), (7, RIGHT)), 1, 1),  # a second guess at the same digit
        (TRUE, (*TRUE, (5, BESIDE)), 1, 1),  # the two surest count
        (TRUE, ((7, RIGHT),), 1 / 2, (MIDDLE + 1) / 2),  # a 0 in the middle stands for the other
        (TRUE, (), 0, MIDDLE),
        (((4, LEFT), (4, RIGHT)), ((4, RIGHT), (4, LEFT)), 1, 1),
    ],
)  # fmt: skip
def test_the_course_counts_classes_in_ascending_order(
    true: tuple[tuple[int, Box], ...],
    found: tuple[tuple[int, Box], ...],
    right: float,
    overlap: float,
) -> None:
    classes, boxes = course_scores([answer(*found)], scene(*true))
    assert classes.item() == pytest.approx(right)
    assert boxes.item() == pytest.approx(overlap, abs=1e-6)


def test_errors_are_told_by_what_the_boxes_share() -> None:
    apart, close = scene(*TRUE), scene((3, LEFT), (7, BESIDE))
    assert shared(apart).item() == 0
    assert shared(close).item() == pytest.approx(1 / 3)
    rows = {title: figures for title, *figures in by_overlap([answer(*TRUE)], apart)}
    assert rows["nothing"] == ["100.0%", "100.0%", "50.0%", "100.0%"]
    assert rows["up to 40%"][0] == "0.0%"
    rows = {title: figures for title, *figures in by_overlap([answer((7, BESIDE))], close)}
    assert rows["up to 40%"] == ["100.0%", "50.0%", "50.0%", "0.0%"]


def test_the_place_of_a_middle_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    network = build_scene_network(PRESETS["scenes-lstm"], 10).eval()
    true = scene(*TRUE)  # middles at 14 and 50: places 3 and 12 of 4 pixels
    output = network(true.images.float() / 255)
    said = torch.zeros_like(output.classes)
    said[0, 3, 3, 3] = said[0, 12, 12, 5] = 1
    monkeypatch.setattr(network, "forward", lambda images: output._replace(classes=said))
    assert right_at_middles(network, true).tolist() == [0.5]
