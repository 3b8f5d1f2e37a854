from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch

from rnndemo.errors import InputError
from rnndemo.export.scenes import scene_onnx_bytes, scene_writer
from rnndemo.models.scene_store import is_scene_model, load_scene_model
from rnndemo.models.scenes import SceneOutput
from tests.scene_files import small_scene_model

SIZE = (14, 21)  # neither is a multiple of the stride


@pytest.mark.parametrize(
    "settings",
    [
        {"cell": "lstm", "directions": ("down", "up")},
        {"cell": "gru", "directions": ("right",)},
        {"cell": "rnn", "directions": ("up",)},
        {"cell": "mingru", "directions": ("left",)},
        {"cell": "lru", "directions": ("down", "up")},
        {"network": "cnn"},
    ],
    ids=lambda settings: settings.get("cell", "cnn"),
)
def test_onnx_says_what_the_network_says(settings: dict[str, Any]) -> None:
    model = small_scene_model(SIZE, **settings)
    session = onnxruntime.InferenceSession(scene_onnx_bytes(model))
    assert tuple(one.name for one in session.get_outputs()) == SceneOutput._fields
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["image_size"]) == list(SIZE)
    for count in (1, 3):
        images = torch.rand(count, *SIZE)
        given = session.run(None, {"images": images.numpy()})
        for part, wanted in zip(given, model.network(images), strict=True):
            assert part == pytest.approx(wanted.numpy(), abs=1e-4)


@pytest.mark.parametrize("network", ["renet", "cnn"])
def test_one_file_is_a_model_again(network: str, tmp_path: Path) -> None:
    model, path = small_scene_model(SIZE, network=network), tmp_path / "small.safetensors"
    scene_writer("safetensors")(model, path)
    assert is_scene_model(str(path))
    again = load_scene_model(str(path))
    assert (again.config, again.card, again.classes) == (model.config, model.card, model.classes)
    images = torch.rand(2, *SIZE)
    for part, wanted in zip(again.network(images), model.network(images), strict=True):
        assert torch.equal(part, wanted)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="is missing or damaged"):
        load_scene_model(str(path))


def test_scenes_have_no_page() -> None:
    with pytest.raises(InputError, match="cannot be written as html; choose one of onnx, safe"):
        scene_writer("html")
