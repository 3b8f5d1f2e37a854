"""What a network says becomes masks, boxes and a number."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.scenes.scene import NOTHING
from rnndemo.models.scene_answers import (
    LEAST,
    Detections,
    decoded,
    detections,
    mask_of,
    number_of_boxes,
    numbers_of,
)
from rnndemo.models.scenes import SceneOutput

CLASSES, SURE = 3, 12.0


def said(**parts: Tensor) -> SceneOutput:
    """Return what a network says of a scene of 4 × 8 pixels, two places of 4 × 4."""
    blank = {
        "masks": torch.zeros(1, CLASSES + 1, 4, 8), "objects": torch.full((1, 1, 2), -SURE),
        "classes": torch.zeros(1, 1, 2, CLASSES), "boxes": torch.zeros(1, 1, 2, 4),
        "number": torch.zeros(1, 2, CLASSES + 1),
    }  # fmt: skip
    return SceneOutput(**blank | parts)


def boxes(score: list[float], label: list[int], sides: list[list[float]]) -> SceneOutput:
    odds = torch.tensor(score).clamp(1e-6, 1 - 1e-6)
    return said(
        objects=odds.logit().view(1, 1, 2),
        classes=SURE * 9 * F.one_hot(torch.tensor(label), CLASSES).float().view(1, 1, 2, CLASSES),
        boxes=torch.tensor(sides).view(1, 1, 2, 4),
    )


APART = [[0.0, 0, 3, 4], [5, 0, 8, 4]]
NEAR = [[0.0, 0, 4, 4], [0, 0, 4, 3]]  # intersection over union 0.75


@pytest.mark.parametrize(("score", "label", "sides", "overlap", "kept"), [
    ([0.6, 0.9], [1, 2], APART, 0.5, [2, 1]),  # the surest first
    ([0.6, 0.9], [1, 2], NEAR, 0.5, [2]),  # whatever their classes
    ([0.6, 0.9], [1, 2], NEAR, 0.8, [2, 1]),
    ([0.6, LEAST / 2], [1, 2], APART, 0.5, [1]),
    ([0.0, 0.0], [1, 2], APART, 0.5, []),
])  # fmt: skip
def test_boxes_are_those_that_are_sure_and_apart(
    score: list[float], label: list[int], sides: list[list[float]], overlap: float, kept: list[int]
) -> None:
    (found,) = detections(boxes(score, label, sides), overlap)
    assert found.labels.tolist() == kept
    assert found.scores.tolist() == pytest.approx(
        sorted([s for s in score if s >= LEAST], reverse=True)[: len(kept)]
    )


def test_boxes_are_read_from_the_left_and_above_a_score() -> None:
    (found,) = detections(boxes([0.6, 0.9], [1, 2], APART))
    assert found.in_reading_order().labels.tolist() == [1, 2]
    assert found.above(0.7).labels.tolist() == [2]
    assert found.above(0.95).labels.tolist() == []
    assert found.of(1).scores.tolist() == pytest.approx([0.6])
    assert len(Detections(torch.zeros(0, 4), torch.zeros(0).long(), torch.zeros(0))) == 0


def test_a_mask_says_nothing_where_there_is_no_ink() -> None:
    masks = torch.zeros(1, CLASSES + 1, 4, 8)
    masks[0, 1], masks[0, CLASSES, :, 6:] = SURE, 2 * SURE  # clutter on the right
    images = torch.zeros(1, 4, 8, dtype=torch.uint8)
    images[0, :, 4:] = 200
    mask, sureness = mask_of(said(masks=masks), images)
    assert mask[0, 0].tolist() == [NOTHING] * 4 + [1, 1] + [NOTHING] * 2
    assert (sureness[0, :, :4] == 1).all()
    assert (sureness[0, :, 4:] > 0.99).all()


# columns, each saying a class or nothing (3) -> the number
@pytest.mark.parametrize(("columns", "number"), [
    ([3, 3, 3], ()),
    ([3, 1, 3, 2], (1, 2)),
    ([1, 1, 3, 3, 2, 2], (1, 2)),
    ([1, 3, 1], (1, 1)),  # the same digit twice needs a gap
    ([1, 1, 1], (1,)),
    ([2, 1, 0], (2, 1, 0)),
])  # fmt: skip
def test_a_number_is_read_along_the_columns(columns: list[int], number: tuple[int, ...]) -> None:
    logits = SURE * F.one_hot(torch.tensor([columns]), CLASSES + 1).float()
    (found,), (probability,) = numbers_of(said(number=logits))
    assert found == number
    assert probability == pytest.approx(1, abs=1e-3)


def test_probability_of_a_number_is_that_of_all_ways_to_read_it() -> None:
    odds = torch.tensor([[[0.6, 0.0, 0.0, 0.4], [0.7, 0.0, 0.0, 0.3]]]).clamp_min(1e-9)
    numbers, probabilities = numbers_of(said(number=odds.log()))
    assert numbers == [(0,)]
    # 0 0, 0 -, - 0
    assert probabilities == pytest.approx([0.6 * 0.7 + 0.6 * 0.3 + 0.4 * 0.7], abs=1e-5)


def test_boxes_make_a_number_as_probable_as_they_are_there_or_not() -> None:
    (found,) = detections(boxes([0.6, 0.9], [1, 2], APART))
    number, probability = number_of_boxes(found)
    assert number == (1, 2)
    assert probability == pytest.approx(0.6 * 0.9)
    (found,) = detections(boxes([0.2, 0.9], [1, 2], APART))
    number, probability = number_of_boxes(found)
    assert number == (2,)
    assert probability == pytest.approx(0.8 * 0.9)


def test_of_two_boxes_around_one_digit_the_surer_is_read() -> None:
    (found,) = detections(boxes([0.6, 0.9], [1, 2], [[0.0, 0, 4, 4], [0, 0, 4, 1.6]]))
    assert len(found) == 2  # they overlap by 0.4
    assert number_of_boxes(found)[0] == (2,)


def test_digits_that_may_lie_on_each_other_are_both_read() -> None:
    odds = torch.full((1, 2, CLASSES + 1), 1 / (CLASSES + 1))
    sides = [[0.0, 0, 3, 4], [0, 0, 4, 4]]  # they overlap by 0.75
    output = boxes([0.8, 0.9], [1, 2], sides)._replace(number=odds.log())
    picture = torch.zeros(1, 4, 8, dtype=torch.uint8)
    numbers = [decoded(output, picture, overlap)[0].number for overlap in (0.5, 0.7, 0.8)]
    assert numbers == [(2,), (2,), (1, 2)]


def test_sides_on_whole_pixels_are_the_nearest() -> None:
    found = Detections(torch.tensor([[0.4, 1.6, 3.2, 4.7]]), torch.tensor([1]), torch.tensor([0.9]))
    assert found.on_pixels().boxes.tolist() == [[0, 2, 3, 5]]


@pytest.mark.parametrize(("columns", "number", "agreed"), [
    ([0.999, 0.001], (0, 2), False),  # column by column, and surer than the boxes
    ([0.6, 0.4], (1, 2), False),
])  # fmt: skip
def test_the_more_probable_of_two_readings_is_the_number(
    columns: list[float], number: tuple[int, ...], agreed: bool
) -> None:
    sure, rest = columns
    odds = torch.tensor(
        [[[sure, rest / 3, rest / 3, rest / 3], [rest / 3, rest / 3, sure, rest / 3]]]
    )
    output = boxes([0.8, 0.9], [1, 2], APART)._replace(number=odds.log())
    (answer,) = decoded(output, torch.zeros(1, 4, 8, dtype=torch.uint8))
    assert (answer.number, answer.agreed) == (number, agreed)


def test_boxes_that_show_nothing_do_not_outvote_the_line() -> None:
    line = torch.tensor([[[0.0, 2, 0, 0], [0, 0, 0, 2]]])  # "1", rather
    output = boxes([0.0, 0.0], [1, 2], APART)
    (answer,) = decoded(
        SceneOutput(output.masks, output.objects, output.classes, output.boxes, line),
        torch.zeros(1, 4, 8, dtype=torch.uint8),
    )
    assert answer.number == (1,)
    assert 0 < answer.probability < 1
    assert not answer.agreed
