"""Models for scenes as files: they come back, and what is damaged or foreign is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.models.scene_store import (
    SHIPPED,
    SceneModel,
    is_scene_model,
    load_cached_scene_model,
    load_scene_folder,
    load_scene_model,
    shipped_scene_names,
)
from rnndemo.models.scenes import build_scene_network
from rnndemo.models.store import Card, load_folder, load_model, save_model, size_of
from rnndemo.storage.names import CARD, CONFIG, WEIGHTS

SMALL = RunConfig(
    data=DataConfig(name="scenes"),
    model=ModelConfig(network="renet", hidden_size=4, num_layers=1),
)


@pytest.fixture
def model() -> SceneModel:
    network = build_scene_network(SMALL, 3).eval()
    return SceneModel("signs", SMALL, network, ("a", "b", "c"), (40, 60), Card(name="signs"))


@pytest.fixture
def folder(model: SceneModel, tmp_path: Path) -> Path:
    save_model(tmp_path / "signs", model)
    return tmp_path / "signs"


def test_a_model_comes_back(folder: Path, model: SceneModel) -> None:
    found = load_scene_model(str(folder))
    assert (found.classes, found.image_size, found.config) == (("a", "b", "c"), (40, 60), SMALL)
    assert (found.frame, found.card, found.name) == ("scene", model.card, "signs")
    images = torch.rand(2, 40, 60)
    with torch.inference_mode():
        for one, other in zip(found.network(images), model.network(images), strict=True):
            assert torch.equal(one, other)
    assert is_scene_model(str(folder))
    assert load_cached_scene_model(folder) is load_cached_scene_model(folder)


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, CARD])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00" * 40, b"[]"])
def test_a_damaged_file_is_named(name: str, content: bytes, folder: Path) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(InputError) as said:
        load_scene_model(str(folder))
    assert "signs" in str(said.value) or "configuration" in str(said.value)
    if name != CARD:  # what it reads is in its configuration
        assert not is_scene_model(str(folder))


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=r"config\.json, model\.safetensors"):
        load_scene_model(str(folder))
    assert not is_scene_model(str(folder))


@pytest.mark.parametrize(("path", "value"), [
    ("hidden_size", 5), ("num_layers", 2), ("network", "cnn"), ("network", "mlp"), ("cell", "gru"),
])  # fmt: skip
def test_weights_of_another_network_are_refused(path: str, value: object, folder: Path) -> None:
    content = json.loads((folder / CONFIG).read_text())
    content["model"][path] = value
    (folder / CONFIG).write_text(json.dumps(content))
    with pytest.raises(InputError, match="signs|does not read scenes"):
        load_scene_model(str(folder))


def test_models_of_scenes_and_of_digits_are_not_taken_for_each_other(
    folder: Path, tiny_folder: Path
) -> None:
    with pytest.raises(InputError, match="reads scenes, several digits in one picture"):
        load_folder(folder)
    with pytest.raises(InputError, match="reads one digit or gesture"):
        load_scene_folder(tiny_folder)
    assert not is_scene_model(str(tiny_folder))
    assert not is_scene_model("digits-lstm")
    with pytest.raises(InputError):
        load_scene_model("digits-lstm")
    with pytest.raises(InputError):
        load_model(shipped_scene_names()[0])


def test_a_copy_of_new_weights_is_read_again(folder: Path) -> None:
    before = load_cached_scene_model(folder)
    other = SceneModel(
        "signs", SMALL, build_scene_network(SMALL, 3), ("a", "b", "c"), (40, 60), Card(name="signs")
    )
    save_model(folder.with_name("new"), other)
    shutil.move(folder.with_name("new") / WEIGHTS, folder / WEIGHTS)
    after = load_cached_scene_model(folder)
    assert not torch.equal(before.network.head["mask"].weight, after.network.head["mask"].weight)


@pytest.mark.parametrize("name", shipped_scene_names())
def test_a_shipped_model_is_whole_and_small(name: str) -> None:
    model = load_scene_model(name)
    assert is_scene_model(name)
    assert (model.name, model.classes) == (name, tuple("0123456789"))
    assert size_of(model) < 8_000_000
    assert model.card.parameters == model.network.count_parameters()
    assert {"mean_iou", "pixel_accuracy", "ap50", "ap75", "exact_sequence"} <= set(
        model.card.measured
    )
    assert (SHIPPED / name / CARD).is_file()
