"""Measures of scenes: computed by hand, and as the tools that everyone uses compute them."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import numpy as np
import pytest
import torch
from faster_coco_eval import COCO, COCOeval_faster
from torch import Tensor

from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.scene_cards import fitted_score, measured
from rnndemo.evaluation.scenes import MaskCounter, average_precision, scores, truth
from rnndemo.models.scene_answers import Detections, SceneAnswer

CLASSES = 4


def boxes(*rows: tuple[float, ...]) -> Detections:
    """Return detections, each given as (left, top, right, bottom, label, score)."""
    table = torch.tensor(rows).view(-1, 6)
    return Detections(table[:, :4], table[:, 4].long(), table[:, 5])


NONE = boxes()
ONE = boxes((0, 0, 10, 10, 0, 1))
WRONG_PLACE, WRONG_CLASS = boxes((20, 0, 30, 10, 0, 1)), boxes((0, 0, 10, 10, 1, 1))
HALF = boxes((0, 0, 10, 5, 0, 0.9))  # intersection over union 0.5


@pytest.mark.parametrize(("found", "true", "ap50", "ap75"), [
    ([ONE], [ONE], 1, 1),
    ([NONE], [ONE], 0, 0),
    ([WRONG_PLACE], [ONE], 0, 0),
    ([WRONG_CLASS], [ONE], 0, 0),
    ([HALF], [ONE], 1, 0),
    ([ONE, ONE], [ONE, NONE], 0.5, 0.5),  # as sure, in a scene that has none: one of two is right
    ([boxes((0, 0, 10, 10, 0, 0.9), (0, 0, 10, 10, 0, 0.8))], [ONE], 1, 1),  # found twice, late
    # one of two is found: precision 1 at the 51 recalls up to a half, of 101
    ([ONE, NONE], [ONE, ONE], 51 / 101, 51 / 101),
    # class 0 is found, class 1 is not; classes 2 and 3 are nowhere and do not count
    ([ONE], [boxes((0, 0, 10, 10, 0, 1), (5, 5, 9, 9, 1, 1))], 0.5, 0.5),
    ([boxes((0, 0, 10, 10, 0, 1), (0, 0, 10, 10, 3, 1))], [ONE], 1, 1),
])  # fmt: skip
def test_average_precision_by_hand(
    found: list[Detections], true: list[Detections], ap50: float, ap75: float
) -> None:
    if ap50 == 0.5 and len(found) == 2:  # the wrong one first
        found, true = found[::-1], true[::-1]
    assert average_precision(found, true, CLASSES, 0.5) == pytest.approx(ap50)
    assert average_precision(found, true, CLASSES, 0.75) == pytest.approx(ap75)


def test_without_any_true_box_there_is_no_average_precision() -> None:
    assert math.isnan(average_precision([ONE], [NONE], CLASSES, 0.5))


def some_boxes(rng: np.random.Generator, count: int, near: Detections | None = None) -> Detections:
    """Return random boxes; most are those of `near`, moved a little and now and then misread."""
    corners = rng.uniform(0, 60, (count, 2))
    each = np.concatenate([corners, corners + rng.uniform(4, 30, (count, 2))], 1)
    labels = rng.integers(0, CLASSES, count)
    if near is not None and len(near):
        index = rng.integers(0, len(near), count)
        close = rng.random(count) < 0.8
        moved = near.boxes.numpy()[index] + rng.normal(0, 1.5, (count, 4))
        each = np.where(close[:, None], moved, each)
        labels = np.where(close & (rng.random(count) < 0.8), near.labels.numpy()[index], labels)
    order = -np.sort(-rng.random(count))
    return Detections(*(torch.from_numpy(np.asarray(part)) for part in (each, labels, order)))


def coco_says(found: list[Detections], true: list[Detections]) -> tuple[float, float]:
    """Return AP50 and AP75 as faster-coco-eval computes them."""

    def listed(part: list[Detections]) -> list[dict[str, Any]]:
        rows = []
        for scene, here in enumerate(part):
            for box, label, score in zip(here.boxes, here.labels, here.scores, strict=True):
                left, top, right, bottom = box.tolist()
                width, height = right - left, bottom - top
                rows.append({
                    "id": len(rows) + 1, "image_id": scene + 1, "category_id": int(label) + 1,
                    "bbox": [left, top, width, height], "area": width * height, "iscrowd": 0,
                    "score": float(score),
                })  # fmt: skip
        return rows

    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO({
            "images": [{"id": scene + 1} for scene in range(len(true))],
            "categories": [{"id": label + 1, "name": str(label)} for label in range(CLASSES)],
            "annotations": listed(true),
        })  # fmt: skip
        evaluation = COCOeval_faster(truth, truth.loadRes(listed(found)), iouType="bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[1]), float(evaluation.stats[2])


@pytest.mark.parametrize("seed", range(8))
def test_average_precision_is_that_of_coco(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = [some_boxes(rng, rng.integers(0, 6)) for _ in range(30)]
    found = [some_boxes(rng, rng.integers(0, 9), near) for near in true]
    ours = [average_precision(found, true, CLASSES, threshold) for threshold in (0.5, 0.75)]
    assert ours == pytest.approx(coco_says(found, true), abs=1e-6)
    assert 0.02 < ours[1] < ours[0] < 0.98  # a case that tells right from wrong


def test_a_hundred_boxes_of_a_scene_count_as_for_coco() -> None:
    rng = np.random.default_rng(0)
    wrong = some_boxes(rng, 140)
    late = Detections(
        torch.cat([wrong.boxes, ONE.boxes]), torch.zeros(141, dtype=torch.long),
        torch.cat([wrong.scores, torch.tensor([0.0])]),
    )  # fmt: skip
    assert average_precision([late], [ONE], CLASSES, 0.9) == 0
    assert average_precision([late.take(torch.arange(60, 141))], [ONE], CLASSES, 0.9) > 0


# -------------------------------------------------------------------------------------------- masks


def mask(*rows: str) -> Tensor:
    """Return a mask; a point is ground."""
    return torch.tensor([[NOTHING if c == "." else int(c) for c in row] for row in rows])[None]


def test_overlap_of_masks_by_hand() -> None:
    counter = MaskCounter(CLASSES)
    counter.add(mask("00.", "11."), mask("000", "1.2"))
    assert counter.overlaps().tolist()[:3] == pytest.approx([2 / 3, 1 / 2, 0])
    assert math.isnan(counter.overlaps()[3])  # nowhere
    assert counter.mean_iou == pytest.approx((2 / 3 + 1 / 2) / 3)
    assert counter.accuracy == pytest.approx(3 / 6)


def test_ground_counts_for_accuracy_alone() -> None:
    counter = MaskCounter(CLASSES)
    counter.add(mask("...", "..."), mask("...", "..0"))
    assert (counter.mean_iou, counter.accuracy) == (0, pytest.approx(5 / 6))


def test_without_any_object_there_is_no_overlap() -> None:
    counter = MaskCounter(CLASSES)
    counter.add(mask("..", ".."), mask("..", ".."))
    assert math.isnan(counter.mean_iou)
    assert counter.accuracy == 1


def test_overlap_of_masks_is_that_of_plain_numpy() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(NOTHING, CLASSES - 1, (20, 9, 11))  # the last class is nowhere in these,
    found = np.where(rng.random(true.shape) < 0.6, true, rng.integers(NOTHING, CLASSES, true.shape))
    counter = MaskCounter(CLASSES)
    for part in (slice(0, 7), slice(7, 20)):  # in two batches
        counter.add(torch.from_numpy(found[part]), torch.from_numpy(true[part]))
    each = [
        np.sum((found == label) & (true == label)) / np.sum((found == label) | (true == label))
        for label in range(CLASSES)
    ]  # fmt: skip
    assert counter.overlaps().tolist() == pytest.approx(each)
    assert counter.mean_iou == pytest.approx(np.mean(each))
    assert counter.accuracy == pytest.approx(np.mean(found == true))


# ------------------------------------------------------------------------------------- whole scenes


def perfect(scenes: Scenes) -> list[SceneAnswer]:
    there = zip(scenes.masks, truth(scenes), scenes.numbers(), strict=True)
    return [
        SceneAnswer(mask, torch.ones(scenes.size), found, tuple(number), 1.0)
        for mask, found, number in there
    ]


@pytest.fixture(scope="module")
def scenes(few_digits: DataSet) -> Scenes:
    return Composer(SCENES["default"], few_digits.test).scenes(40, torch.Generator().manual_seed(0))


def test_perfect_answers_score_one(scenes: Scenes) -> None:
    found = scores(perfect(scenes), scenes, 10)
    assert (found.mean_iou, found.pixel_accuracy, found.ap50, found.ap75) == (1, 1, 1, 1)
    assert (found.exact_sequence, found.n) == (1, 40)
    assert found.interval[0] < 1 <= found.interval[1]


def test_a_number_is_right_from_end_to_end_or_wrong(scenes: Scenes) -> None:
    found = perfect(scenes)
    for place, wrong in ((0, found[0].number[:-1]), (1, (*found[1].number, 0)), (2, ())):
        one = found[place]
        found[place] = SceneAnswer(one.mask, one.sureness, one.found, wrong, 1.0)
    tested = scores(found, scenes, 10)
    assert tested.exact_sequence == pytest.approx(37 / 40)
    assert tested.interval[0] < 37 / 40 < tested.interval[1]


def test_no_answer_at_all_scores_nothing_but_the_ground(scenes: Scenes) -> None:
    nothing = torch.full(scenes.size, NOTHING)
    blank = SceneAnswer(nothing, torch.ones(scenes.size), NONE, (), 1.0)
    found = scores([blank] * len(scenes), scenes, 10)
    assert (found.mean_iou, found.ap50, found.ap75, found.exact_sequence) == (0, 0, 0, 0)
    assert found.pixel_accuracy == pytest.approx((scenes.masks == NOTHING).double().mean().item())


def test_a_card_leaves_out_classes_that_are_nowhere(scenes: Scenes) -> None:
    alone = int((scenes.labels[:, 1] == NOTHING).nonzero()[0])
    only = scenes.take(slice(alone, alone + 1))
    figures = measured(scores(perfect(only), only, 10), [str(n) for n in range(10)])
    shown = f"iou_{int(only.labels[0, 0])}"
    assert [name for name in figures if name.startswith("iou_")] == [shown]
    assert all(math.isfinite(value) for value in figures.values())


def test_the_score_is_chosen_that_gets_most_scenes_right(scenes: Scenes) -> None:
    noisy = []
    for answer in perfect(scenes):
        sure = Detections(
            answer.found.boxes, answer.found.labels, torch.full((len(answer.found),), 0.7)
        )
        doubt = boxes((1, 1, 5, 5, 9, 0.4))
        both = Detections(
            torch.cat([sure.boxes, doubt.boxes]), torch.cat([sure.labels, doubt.labels]),
            torch.cat([sure.scores, doubt.scores]),
        )  # fmt: skip
        noisy.append(SceneAnswer(answer.mask, answer.sureness, both, answer.number, 1.0))
    assert 0.4 < fitted_score(noisy, scenes) <= 0.7


def test_the_score_is_chosen_for_digits_that_lie_on_each_other_too() -> None:
    on_each_other = torch.tensor([[[0.0, 0, 20, 30], [6, 0, 26, 30]]])
    ground = torch.zeros(1, 64, 96)
    scenes = Scenes(ground.byte(), ground.char(), on_each_other, torch.tensor([[3, 2]]))
    found = boxes((0, 0, 20, 30, 3, 0.9), (6, 0, 26, 30, 2, 0.6), (60, 0, 70, 9, 1, 0.4))
    answer = SceneAnswer(ground[0].long(), ground[0], found, (3, 2), 1.0)
    assert 0.4 < fitted_score([answer], scenes, same_digit=0.9) <= 0.6
