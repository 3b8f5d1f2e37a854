"""Small folders of annotated scenes, and a small model that reads scenes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from rnndemo.config import DataConfig, ModelConfig, RunConfig, ScenesConfig
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import build_scene_network
from rnndemo.models.store import Card

CLASSES = tuple("0123456789")
HEIGHT, WIDTH = 12, 16  # of the pictures in a folder


def small_scene_model(size: tuple[int, int] = (64, 96), **settings: Any) -> SceneModel:
    scenes = ScenesConfig(directions=settings.pop("directions", ("down", "left")))
    model = ModelConfig(**{"network": "renet", "hidden_size": 6, "num_layers": 1, **settings})
    config = RunConfig(data=DataConfig(name="scenes"), model=model, scenes=scenes)
    torch.manual_seed(0)
    network = build_scene_network(config, len(CLASSES)).eval().requires_grad_(False)
    return SceneModel("small", config, network, CLASSES, size, Card(name="small"))


def annotation(**changes: Any) -> dict[str, Any]:
    return {"id": 7, "image_id": 1, "category_id": 3, "bbox": [2, 3, 4, 5], **changes}


def annotated(**changes: Any) -> dict[str, Any]:
    """Return the annotations of one picture, which is in the folder that `folder_of` makes."""
    return {
        "images": [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}],
        "annotations": [annotation()],
        "categories": [{"id": n, "name": label} for n, label in enumerate(CLASSES)],
        **changes,
    }


def folder_of(folder: Path, content: Any, size: tuple[int, int] = (HEIGHT, WIDTH)) -> Path:
    folder.mkdir(exist_ok=True)
    Image.fromarray(np.zeros(size, np.uint8)).save(folder / "a.png")
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "annotations.json").write_text(text, encoding="utf-8")
    return folder
