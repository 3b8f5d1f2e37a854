"""Models as files: ``config.json``, ``model.safetensors`` and ``card.json`` in one folder.

The header of the safetensors file has the classes and the picture size of the weights; the
configuration rebuilds the network; the card has the measurements. No file uses pickle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.errors import InputError
from rnndemo.models.build import build_network
from rnndemo.models.network import Layered, Network
from rnndemo.storage.files import read_json, write_bytes, write_json
from rnndemo.storage.folders import ASSETS
from rnndemo.storage.names import CARD, CONFIG, WEIGHTS
from rnndemo.storage.records import read

SHIPPED = ASSETS / "models"
MAX_SIDE, MAX_CLASSES = 512, 10_000
SCENE = "scene"  # the frame of a model that reads scenes


@dataclass(frozen=True)
class Card:
    """What was measured of a model, and how to make it again: what ``card.json`` holds."""

    name: str = ""
    data: str = ""
    data_sha256: str = ""
    config_hash: str = ""
    seed: int = 0
    parameters: int = 0
    test_accuracy: float = 0.0
    test_size: int = 0
    train_seconds: float = 0.0
    machine: str = ""
    date: str = ""
    command: str = ""
    temperature: float = 1.0
    reject_threshold: float = 0.0
    limits: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)


Built = TypeVar("Built", bound=Layered)


@dataclass(frozen=True)
class Stored(Generic[Built]):
    """A trained network with all that its use requires; `frame` is the kind of its pictures."""

    name: str
    config: RunConfig
    network: Built
    classes: tuple[str, ...]
    image_size: tuple[int, int]
    card: Card
    frame: str = "ink"


@dataclass(frozen=True)
class Model(Stored[Network]):
    """A trained network that says what a picture shows."""

    def probabilities(self, logits: Tensor) -> Tensor:
        """Return calibrated probabilities for logits ``(…, classes)``."""
        return self.network.probabilities(logits, self.card.temperature)


def shipped_names() -> list[str]:
    """Return the names of the models that ship with the product."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{WEIGHTS}"))


def save_model(folder: Path, model: Stored[Any]) -> None:
    """Write a model into `folder`, each file atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / CONFIG, codec.to_json(model.config))
    save_card(folder, model.card)
    # last: a folder with weights is a complete model
    write_bytes(folder / WEIGHTS, file_of(model))


def save_card(folder: Path, card: Card) -> None:
    """Write another card for the model in `folder`, atomically."""
    write_json(folder / CARD, asdict(card))


def size_of(model: Stored[Any]) -> int:
    """Return the size of the model's file of weights, in bytes."""
    return len(file_of(model))


def packed(model: Stored[Any]) -> bytes:
    """Return a model as one file: its configuration and card are in the header of its weights."""
    return file_of(
        model,
        config=json.dumps(codec.to_json(model.config), ensure_ascii=False),
        card=json.dumps(asdict(model.card), ensure_ascii=False),
    )


def file_of(model: Stored[Any], **more: str) -> bytes:
    """Return the file of weights of a model, with `more` in its header."""
    header = {
        "classes": json.dumps(model.classes),
        "image_size": json.dumps(model.image_size),
        "frame": model.frame,
        **more,
    }
    weights = {name: value.contiguous() for name, value in model.network.state_dict().items()}
    return _in_order(save(weights, metadata=header))


def _in_order(content: bytes) -> bytes:
    """Return a safetensors file with a sorted header, so that equal models are equal files.

    A file is eight bytes for the length of its header, the header as JSON, and the numbers.
    """
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.dumps(json.loads(content[8:start]), sort_keys=True).encode()
    header = header.ljust(-(-len(header) // 8) * 8)  # keeps the numbers aligned
    return len(header).to_bytes(8, "little") + header + content[start:]


def load_model(name: str) -> Model:
    """Return the shipped model `name`, or the model in the folder `name`.

    Raises
    ------
    InputError
        If there is none, a file is missing or damaged, or weights and configuration disagree.
    """
    if name in shipped_names():
        return load_cached(SHIPPED / name)
    folder = Path(name)
    if not (folder / WEIGHTS).is_file() or not (folder / CONFIG).is_file():
        raise no_model(name, shipped_names())
    return load_folder(folder)


def no_model(name: str, known: list[str]) -> InputError:
    """Return the error of a name or folder that is no model; `known` are some that are."""
    return InputError(
        "There is no model {name!r}; choose one of {known}, or a folder that contains {files}.",
        name=name, known=", ".join(known), files=f"{CONFIG}, {WEIGHTS}",
    )  # fmt: skip


def load_cached(folder: Path) -> Model:
    """Return the model in `folder`, read again only when its weights or its card have changed.

    Raises
    ------
    InputError
        If a file is missing or damaged, or weights and configuration disagree.
    """
    try:
        changed = (folder / WEIGHTS).stat().st_mtime_ns
    except OSError:
        raise _damaged(folder / WEIGHTS, folder.name) from None
    card = folder / CARD
    return _load_version(folder, changed, card.stat().st_mtime_ns if card.is_file() else 0)


@lru_cache(maxsize=32)
def _load_version(folder: Path, changed: int, card_changed: int) -> Model:
    return load_folder(folder)


def load_folder(folder: Path) -> Model:
    """Return the model in `folder`.

    Raises
    ------
    InputError
        If a file is missing or damaged, weights and configuration disagree, or it reads scenes.
    """
    parts = read_parts(folder)
    if reads_scenes(parts.config):
        raise InputError(
            "The model {name!r} reads scenes, several digits in one picture: see the page Scenes. "
            "Here a model is needed that reads one.",
            name=parts.name,
        )
    network = fitted(
        parts, lambda: build_network(parts.config, parts.image_size, len(parts.classes))
    )
    return Model(
        parts.name, parts.config, network, parts.classes, parts.image_size, parts.card, parts.frame
    )


@dataclass(frozen=True)
class Parts:
    """What was read from the folder of a model."""

    name: str
    config: RunConfig
    classes: tuple[str, ...]
    image_size: tuple[int, int]
    card: Card
    frame: str
    weights: dict[str, Tensor]


def read_parts(folder: Path) -> Parts:
    """Return what the folder of a model holds.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    name = folder.name
    config = _read_config(folder / CONFIG, name)
    card = read_card(folder / CARD, name)
    weights, header = _read_weights(folder / WEIGHTS, name)
    try:
        classes, size, frame = _read_header(header)
    except (KeyError, ValueError, TypeError):
        raise _others(name) from None
    return Parts(name, config, classes, size, card, frame, weights)


def read_packed(path: Path) -> Parts:
    """Return what a file holds that `packed` made.

    Raises
    ------
    InputError
        If it is missing or damaged, or no such file.
    """
    name = path.stem
    weights, header = _read_weights(path, name)
    try:
        config = codec.from_json(json.loads(header["config"]))
        card = _card_of(json.loads(header["card"]))
        classes, size, frame = _read_header(header)
    except InputError:
        raise
    except (KeyError, ValueError, TypeError, RecursionError):
        raise InputError(
            "{file} holds no whole model; name the folder of one, or a file that export wrote for "
            "a model of scenes.",
            file=path.name,
        ) from None
    return Parts(name, config, classes, size, card, frame, weights)


def fitted(parts: Parts, build: Callable[[], Built]) -> Built:
    """Return the network of a model, ready to answer.

    Raises
    ------
    InputError
        If weights and configuration disagree.
    """
    try:
        network = build()
        network.load_state_dict(parts.weights)
    except (KeyError, ValueError, TypeError, RuntimeError):
        raise _others(parts.name) from None
    network.eval().requires_grad_(False)
    return network


def _others(name: str) -> InputError:
    return InputError(
        "The weights of model {name!r} do not fit its configuration; they belong to another model.",
        name=name,
    )


def _read_header(header: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[int, int], str]:
    """Return classes, picture size and frame, within limits because they determine memory use."""
    classes = tuple(str(label) for label in json.loads(header["classes"]))
    height, width = (int(side) for side in json.loads(header["image_size"]))
    if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE and 0 < len(classes) <= MAX_CLASSES):
        raise ValueError("no size of a picture, or no number of classes")
    frame = header.get("frame", "ink")
    if frame not in (*FRAMES, SCENE):
        raise ValueError("no frame of this version")
    return classes, (height, width), frame


def _read_weights(path: Path, name: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            header = file.metadata() or {}
    except (OSError, SafetensorError):
        raise _damaged(path, name) from None
    if not all(torch.isfinite(value).all() for value in weights.values()):
        raise _damaged(path, name)
    return weights, header


def _read_config(path: Path, name: str) -> RunConfig:
    try:
        content = read_json(path)
    except InputError:
        raise _damaged(path, name) from None
    return codec.from_json(content)


def read_card(path: Path, name: str) -> Card:
    """Return the card in the file `path` of the model `name`.

    Raises
    ------
    InputError
        If it is damaged.
    """
    if not path.is_file():  # a folder from elsewhere may have none: the model is not calibrated
        return Card(name=name)
    try:
        return _card_of(read_json(path))
    except ValueError:
        raise _damaged(path, name) from None


def _card_of(content: Any) -> Card:
    card = read(Card, content)
    if not (card.temperature > 0 and 0 <= card.reject_threshold <= 1):
        raise ValueError("out of range")
    return card


def _damaged(path: Path, name: str) -> InputError:
    return InputError(
        "Model {name!r} cannot be read: {file} is missing or damaged. Restore the file, or train "
        "the model again.",
        name=name, file=path.name,
    )  # fmt: skip
