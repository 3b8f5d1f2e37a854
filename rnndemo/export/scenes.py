"""Export a model of scenes: as an ONNX file, or as one file that this program opens again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from rnndemo.errors import InputError
from rnndemo.export.formats import metadata, onnx_content, write
from rnndemo.export.onnx import onnx_layer
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import AxisSweeps, ColumnReader, SceneOutput
from rnndemo.models.store import packed


class OnnxScenes(nn.Module):
    """From pictures ``(batch, H, W)`` to what is decoded into masks, boxes and a number.

    The outputs are those of `rnndemo.models.scenes.SceneOutput`, in that order.
    """

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        # a copy: the exporter modifies the network, which other threads may use
        self.network = copy.deepcopy(model.network).float()
        config = self.network.config
        for part in [
            one for one in self.network.modules() if isinstance(one, AxisSweeps | ColumnReader)
        ]:
            both = isinstance(part, ColumnReader) or part.width > part.size
            part.reader = onnx_layer(part.reader, replace(config, bidirectional=both))
        self.eval()

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return what the network says of pictures ``(batch, H, W)`` in [0, 1]."""
        return tuple(self.network(images))


def scene_onnx_bytes(model: SceneModel) -> bytes:
    """Return the content of an ONNX file.

    Its network takes ``images`` float32 ``(N, H, W)`` in [0, 1], light ink on dark, of the size and
    classes in the file's metadata, and returns ``masks``, ``objects``, ``classes``, ``boxes`` and
    ``number`` (`rnndemo.models.scenes.SceneOutput`).

    Raises
    ------
    InputError
        If a required package is not installed, or ONNX has no operator for the cells.
    """
    images = torch.zeros(2, *model.image_size)
    return onnx_content(OnnxScenes(model), images, SceneOutput._fields, metadata(model))


def _onnx(model: SceneModel, path: Path) -> None:
    write(path, scene_onnx_bytes(model))


def _safetensors(model: SceneModel, path: Path) -> None:
    write(path, packed(model))


# format -> (model, path), which writes it
WRITERS: dict[str, Callable[[SceneModel, Path], None]] = {
    "onnx": _onnx,
    "safetensors": _safetensors,
}


def scene_writer(name: str) -> Callable[[SceneModel, Path], None]:
    """Return what writes a model of scenes in the format `name`.

    Raises
    ------
    InputError
        If such models have no such format.
    """
    if name not in WRITERS:
        raise InputError(
            "A model that reads scenes cannot be written as {name}; choose one of {known}.",
            name=name, known=", ".join(WRITERS),
        )  # fmt: skip
    return WRITERS[name]
