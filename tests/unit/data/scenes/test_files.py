from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo.data.files.scenes import read_scenes
from rnndemo.data.scenes import files
from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.files import write_scenes
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.scene import NOTHING
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.scene_files import file_scores
from rnndemo.evaluation.scenes import truth
from rnndemo.models.scene_answers import SceneAnswer

COUNT, SEED = 5, 3


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kind", SCENES)
def test_perfect_answers_to_written_scenes_are_all_right(
    kind: str, few_digits: DataSet, tmp_path: Path
) -> None:
    made = Composer(SCENES[kind], few_digits.test).scenes(
        COUNT, torch.Generator().manual_seed(SEED)
    )
    objects = write_scenes(tmp_path / "new", few_digits, kind, COUNT, SEED)
    assert objects == int((made.labels != NOTHING).sum())
    read = read_scenes(str(tmp_path / "new"), made.size, few_digits.classes)
    assert (np.stack([one.image for one in read]) == made.images.numpy()).all()
    answers = [
        SceneAnswer(mask, torch.ones(made.size), boxes, tuple(number), 1.0)
        for mask, boxes, number in zip(made.masks, truth(made), made.numbers(), strict=True)
    ]
    scores = file_scores(answers, read, few_digits.classes)
    assert dataclasses.asdict(scores) == pytest.approx(
        {"n": COUNT, "mean_iou": 1, "pixel_accuracy": 1, "ap50": 1, "ap75": 1, "exact_sequence": 1}
    )


def test_the_same_seed_writes_the_same_bytes(
    few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 2)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_scenes(tmp_path / name, few_digits, "default", COUNT, seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "c"}


def test_a_folder_that_holds_something_is_left_alone(few_digits: DataSet, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        write_scenes(tmp_path, few_digits, "default", COUNT, SEED)
    assert contents(tmp_path) == {"mine.txt": b"mine"}


def test_nothing_is_left_where_writing_fails(few_digits: DataSet, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        write_scenes(tmp_path / "file" / "new", few_digits, "default", COUNT, SEED)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
