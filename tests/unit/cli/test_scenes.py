"""The command scenes, and the others where they are given a model of scenes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnndemo.cli import commands
from rnndemo.data.sets import DataSet
from rnndemo.models.store import save_model
from tests.scene_files import small_scene_model
from tests.terminal import Captured, refused, run, run_json

SIZE = (36, 36)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_model(tmp_path / "small", small_scene_model(SIZE))
    return tmp_path / "small"


@pytest.fixture
def folder(digits: DataSet, tmp_path: Path, capsys: Captured) -> Path:
    words = ("scenes", "--number", 3, "--kind", "multi", "--seed", 4, "--out", tmp_path / "made")
    assert run_json(capsys, *words) == {
        "out": str(tmp_path / "made"), "n": 3, "kind": "multi", "seed": 4, "objects": 6,
        "image_size": [36, 36],
    }  # fmt: skip
    return tmp_path / "made"


def test_a_folder_is_written_predicted_and_measured(
    folder: Path, model: Path, capsys: Captured
) -> None:
    assert len(list(folder.glob("*.png"))) == 3
    said = run_json(capsys, "predict", "--model", model, folder)["predictions"]
    assert len(said) == 3
    assert set(said[0]) == {"number", "probability", "boxes", "doubtful"}
    figures = run_json(capsys, "evaluate", "--model", model, folder)
    assert list(figures) == ["n", "mean_iou", "pixel_accuracy", "ap50", "ap75", "exact_sequence"]
    assert figures["n"] == 3
    status, out, err = run(capsys, "evaluate", "--model", model, folder)
    assert (status, err) == (0, "")
    assert "the ground counts too" in out


def test_one_file_that_cannot_be_read_hides_no_other(
    model: Path, tmp_path: Path, capsys: Captured
) -> None:
    Image.fromarray(np.zeros((50, 50), np.uint8)).save(tmp_path / "a.png")
    status, out, err = run(capsys, "predict", "--model", model, tmp_path / "a.png", "gone.png")
    assert status == 2
    assert out == "a.png  nothing is found\n"
    assert "gone.png" in err
    said = run_json(capsys, "predict", "--model", model, tmp_path / "a.png")
    assert said["predictions"] == [
        {"number": "", "probability": 0.0, "boxes": [], "doubtful": True}
    ]


def test_the_shipped_model_finds_boxes_in_pixels_of_the_picture(
    tmp_path: Path, capsys: Captured
) -> None:
    run_json(capsys, "scenes", "--number", 4, "--out", tmp_path / "made")
    small = run_json(capsys, "predict", "--model", "scenes-lstm", tmp_path / "made")["predictions"]
    boxes = [box["box"] for one in small for box in one["boxes"]]
    assert boxes
    true = json.loads((tmp_path / "made" / "annotations.json").read_text())["annotations"]
    middles = [(b[0] + b[2] / 2, b[1] + b[3] / 2) for b in boxes]
    wanted = [(b[0] + b[2] / 2, b[1] + b[3] / 2) for b in (one["bbox"] for one in true)]
    near = [min(np.hypot(x - u, y - v) for u, v in wanted) for x, y in middles]
    assert np.median(near) < 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--number", 0), "--number = 0: a whole number from 1 to 100000"),
        (("--number", 5, "--kind", "other"), "--kind = 'other': choose one of default"),
        (("--number", 5, "--seed", -1), "--seed = -1"),
        (("--number", "x"), "--number"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_line(
    words: tuple[object, ...], said: str, tmp_path: Path, capsys: Captured
) -> None:
    assert said in refused(capsys, "scenes", "--out", tmp_path / "new", *words)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_written_twice(folder: Path, capsys: Captured) -> None:
    assert "is there already" in refused(capsys, "scenes", "--number", 1, "--out", folder)


def test_other_commands_say_why_not(model: Path, tmp_path: Path, capsys: Captured) -> None:
    Image.fromarray(np.zeros((50, 50), np.uint8)).save(tmp_path / "a.png")
    named = ("--model", model)
    out = ("--out", tmp_path / "new")
    said = refused(capsys, "trace", *named, tmp_path / "a.png", *out)
    assert "which have no timesteps to save" in said
    said = refused(capsys, "export", *named, "--format", "html", *out)
    assert "choose one of onnx, safetensors" in said
    said = refused(capsys, "evaluate", *named, tmp_path / "a.png")
    assert "the command scenes writes one" in said
    assert not (tmp_path / "new").exists()


def test_an_exported_file_is_a_model(folder: Path, model: Path, capsys: Captured) -> None:
    packed = model.parent / "packed.safetensors"
    words = ("--model", model, "--format", "safetensors", "--out", packed)
    assert run_json(capsys, "export", *words)["bytes"] == packed.stat().st_size
    both = [run_json(capsys, "predict", "--model", name, folder) for name in (model, packed)]
    assert both[0] == both[1]
    packed.write_bytes(b"damaged")
    assert "missing or damaged" in refused(capsys, "predict", "--model", packed, folder)


def test_shipped_models_of_scenes_are_listed(capsys: Captured) -> None:
    names = [card["name"] for card in run_json(capsys, "models")["models"]]
    assert set(commands.shipped_scene_names()) <= set(names)


def test_a_training_says_how_right_masks_boxes_and_numbers_are(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.scenes.data.TESTED", 20)
    monkeypatch.setattr("rnndemo.evaluation.scene_cards.FITTED", 20)
    small = ("data.train_size=48", "model.hidden_size=6", "model.num_layers=1", "scenes.kind=multi")
    words = ("train", "--preset", "scenes", "--set", *small, "--out")
    made = run_json(capsys, *words, tmp_path / "a")
    assert {"mean_iou", "pixel_accuracy", "ap50", "ap75", "exact_sequence"} <= set(made)
    assert made["test_accuracy"] == made["exact_sequence"]
    status, out, _ = run(capsys, *words, tmp_path / "b")
    assert status == 0
    assert "20 test scenes read from left to right" in out
    assert "mean IoU" in out
