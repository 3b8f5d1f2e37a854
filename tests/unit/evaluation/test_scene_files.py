from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rnndemo.data.files.scenes import GivenScene, read_scenes
from rnndemo.evaluation.scene_files import FileScores, file_scores
from rnndemo.models.scene_answers import Detections, SceneAnswer
from tests.scene_files import CLASSES, HEIGHT, WIDTH, annotated, annotation, folder_of

SIZE = (HEIGHT, WIDTH)
BOXES = torch.tensor([[2.0, 3, 6, 8], [9, 3, 12, 8]])


def answer(*labels: int, number: tuple[int, ...] | None = None) -> SceneAnswer:
    found = Detections(BOXES[: len(labels)], torch.tensor(labels), torch.ones(len(labels)))
    nothing = torch.full(SIZE, -1)
    return SceneAnswer(nothing, torch.ones(SIZE), found, labels if number is None else number, 1.0)


def read(folder: Path, **changes: object) -> list[GivenScene]:
    return read_scenes(str(folder_of(folder, annotated(**changes))), SIZE, CLASSES)


SECOND = annotation(id=8, category_id=1, bbox=[9, 3, 3, 5])


def test_what_boxes_alone_tell(tmp_path: Path) -> None:
    scenes = read(tmp_path / "a", annotations=[SECOND, annotation()])
    right = file_scores([answer(3, 1)], scenes, CLASSES)
    assert right == FileScores(1, None, None, pytest.approx(1), pytest.approx(1), 1.0)
    wrong = file_scores([answer(3, number=(3, 1, 1))], scenes, CLASSES)
    assert (wrong.ap50, wrong.exact_sequence) == (pytest.approx(0.5), 0.0)


def test_the_number_of_the_file_counts_before_the_order_of_boxes(tmp_path: Path) -> None:
    image = {**annotated()["images"][0], "number": "1 3"}
    scenes = read(tmp_path / "a", images=[image], annotations=[SECOND, annotation()])
    assert file_scores([answer(3, 1)], scenes, CLASSES).exact_sequence == 0.0
    assert file_scores([answer(3, 1, number=(1, 3))], scenes, CLASSES).exact_sequence == 1.0


def test_of_pictures_without_objects_only_ground_and_number_are_known(tmp_path: Path) -> None:
    scenes = read(tmp_path / "a", annotations=[])
    assert file_scores([answer()], scenes, CLASSES) == FileScores(1, None, 1.0, None, None, 1.0)
