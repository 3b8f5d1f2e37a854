"""Small models to export, and what their exports answer."""

from __future__ import annotations

import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from rnndemo.config import DataConfig, RunConfig
from rnndemo.data.scans import to_sequence
from rnndemo.models.store import Card, Model
from tests.small import side_of, small_model

CLASSES = ("zero", "one", "お")  # as many as a small model has


def small(scan: str = "rows", side: int = 0, threshold: float = 0.0, **config: Any) -> Model:
    side = side or side_of(scan)
    network = small_model(scan, side, **config).float()
    run = RunConfig(data=DataConfig(scan=scan), model=network.config)
    card = Card(name="small", temperature=0.7, reject_threshold=threshold)
    return Model("small", run, network, CLASSES, (side, side), card)


def answers(model: Model, images: Tensor) -> np.ndarray:
    with torch.inference_mode():
        logits = model.network(to_sequence(images, model.config.data.scan))
        return model.probabilities(logits).numpy()


def run_script(
    folder: Path, code: Path, picture: np.ndarray, alone: bool = False
) -> tuple[dict[str, float], str]:
    """Answer a picture, uint8 ``(H, W)``, by a script; return probabilities and last word.

    Alone, it runs in a Python of its own that knows nothing of the project; else here, which is
    quicker.
    """
    Image.fromarray(picture).save(folder / "picture.png")
    words = [str(code), str(folder / "picture.png")]
    if alone:
        command = [sys.executable, "-I", "-X", "utf8", *words]
        said = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", check=True
        ).stdout
    else:
        with redirect_stdout(StringIO()) as out, patch.object(sys, "argv", words):
            runpy.run_path(words[0])
        said = out.getvalue()
    *lines, last = said.splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines}, last
