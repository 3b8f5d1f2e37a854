"""Models as they travel to a browser: a manifest as JSON, and weights in half precision."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from torch import Tensor, nn

from rnndemo.data.frames.table import FRAMES as TABLE
from rnndemo.data.scans import scan_table
from rnndemo.errors import N_
from rnndemo.models.cells import CELLS
from rnndemo.models.heads import ACTIVATIONS
from rnndemo.models.network import Network
from rnndemo.models.store import Model
from rnndemo.models.two_speed import TwoSpeed
from rnndemo.web import reads_cell

FRAMES = ("ink", "path")  # which the browser can make of strokes
MOST_PRODUCTS = 25_000_000  # multiplications of one reading: more takes too long beside a pen
_NAMES = {type(make()): name for name, make in ACTIVATIONS.items()}


def _too_large(model: Model) -> bool:
    largest = max(float(value.abs().max()) for value in model.network.state_dict().values())
    return largest > float(np.finfo(np.float16).max)


_OBSTACLES: dict[str, Callable[[Model], bool]] = {
    N_("it does not read pen strokes"): lambda model: model.frame not in FRAMES,
    N_("its pictures have another size than drawings"): (
        lambda model: model.image_size != TABLE[model.frame].size
    ),
    N_("it sees the whole picture at once"): lambda model: not model.network.in_order,
    N_("it reads at two speeds"): lambda model: isinstance(model.network, TwoSpeed),
    N_("it reads in two directions"): lambda model: model.config.model.bidirectional,
    N_("its kind of cell is not written for browsers"): (
        lambda model: not reads_cell(model.config.model.cell)
    ),
    N_("it is too large to follow a pen"): lambda model: products(model) > MOST_PRODUCTS,
    N_("one of its weights is too large for 16 bits"): _too_large,
}


@dataclass(frozen=True)
class Packed:
    """A model for `Reader` of ``network.js``.

    Parameters
    ----------
    manifest : dict
        All but the weights, as JSON; its ``id`` tells models apart.
    weights : bytes
        float16, little-endian, in the order of the manifest's ``tensors``: name, shape, and the
        number of the first value.
    """

    manifest: dict[str, Any]
    weights: bytes


# by network: asked at every run of a page, and a network does not change once it is loaded
_PACKED: WeakKeyDictionary[Network, Packed] = WeakKeyDictionary()
_FOUND: WeakKeyDictionary[Network, str | None] = WeakKeyDictionary()


def reads_in_browser(model: Model) -> bool:
    """Return whether a browser can read as `model` does, fast enough to follow a pen."""
    return obstacle(model) is None


def obstacle(model: Model) -> str | None:
    """Return why a browser cannot read as `model` does, a message to translate; None if it can."""
    if model.network not in _FOUND:
        standing = (reason for reason, stands in _OBSTACLES.items() if stands(model))
        _FOUND[model.network] = next(standing, None)
    return _FOUND[model.network]


def products(model: Model) -> int:
    """Return the number of multiplications by weights when `model` reads one picture."""
    time, _ = scan_table(model.config.data.scan, *model.image_size).shape
    return int(time * sum(value.numel() for value in model.network.state_dict().values()))


def packed(model: Model) -> Packed:
    """Return `model` for the browser; `reads_in_browser` says whether it can be."""
    if model.network not in _PACKED:
        _PACKED[model.network] = _pack(model)
    return _PACKED[model.network]


def _pack(model: Model) -> Packed:
    tensors, parts, start = [], [], 0
    for name, value in travelling(model.network):
        tensors.append([name, list(value.shape), start])
        parts.append(value.contiguous().numpy().ravel())
        start += value.numel()
    weights = np.concatenate(parts).astype("<f2").tobytes()
    config, card = model.config.model, model.card
    table = scan_table(model.config.data.scan, *model.image_size)
    order = table.flatten().tolist()
    manifest = {
        "cell": config.cell,
        "nonlinearity": config.nonlinearity,
        "hidden": config.hidden_size,
        "layers": config.num_layers,
        "pooling": config.pooling,
        "outputs": _outputs(model.network.head),
        "output": config.output_activation,
        "classes": list(model.classes),
        "frame": model.frame,
        "size": list(model.image_size),
        "table": None if order == list(range(len(order))) else order,
        "temperature": card.temperature,
        "threshold": card.reject_threshold,
        "tensors": tensors,
    }
    digest = hashlib.sha256(repr(manifest).encode() + weights)
    return Packed({"id": digest.hexdigest()[:32], **manifest}, weights)


def travelling(network: Network) -> Iterator[tuple[str, Tensor]]:
    """Yield every weight by its name, as float32.

    16 bits would be too few for delicate ones: they are followed by what is left of them, as
    "NAME.rest".
    """
    delicate = CELLS[network.config.cell].delicate
    for name, value in network.state_dict().items():
        value = value.float()
        yield name, value
        if name.rpartition(".")[2].partition("_")[0] in delicate:
            yield f"{name}.rest", value - value.half().float()


def _outputs(head: nn.Sequential) -> list[dict[str, Any]]:
    """Return each output layer: the name of its tensors, its size and its activation."""
    layers: list[dict[str, Any]] = []
    for number, part in enumerate(head):
        if isinstance(part, nn.Linear):
            layers.append(
                {"name": f"head.{number}", "size": part.out_features, "activation": "identity"}
            )
        elif type(part) in _NAMES:
            layers[-1]["activation"] = _NAMES[type(part)]
    return layers
