"""Sets of own classes for tests: distinct drawings and photographs, and their shelf."""

from __future__ import annotations

import io
import itertools

import numpy as np
from PIL import Image

from rnndemo.data.own import examples
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets

SHAPES = {
    "tick": [[0, 5], [3, 9], [9, 0]],
    "roof": [[0, 9], [5, 0], [9, 9]],
    "corner": [[0, 0], [0, 9], [9, 9]],
}


def drawing(shape: str, seed: int = 0, side: float = 20.0) -> bytes:
    """Return an example of a shape of `SHAPES`, drawn by a hand that trembles."""
    rng = np.random.default_rng(seed)
    corners = np.array(SHAPES[shape], float)
    way = np.concatenate([np.linspace(a, b, 8) for a, b in itertools.pairwise(corners)])
    stroke = (way + rng.normal(0, 0.25, way.shape)) * side + rng.uniform(0, side, 2)
    return examples.drawn([stroke])


def photograph(seed: int = 0, side: int = 64, kind: str = "PNG") -> bytes:
    """Return a picture file: a light blob on dark noise."""
    rng = np.random.default_rng(seed)
    grey = rng.integers(0, 60, (side, side), np.uint8)
    at = int(rng.integers(side // 8, side // 2))
    grey[at : at + side // 3, at : at + side // 3] = 220
    file = io.BytesIO()
    Image.fromarray(grey).save(file, kind)
    return file.getvalue()


def drawn_set(
    shelf: OwnSets, count: int = 6, shapes: tuple[str, ...] = ("tick", "roof")
) -> OwnSetFolder:
    """Return a set with `count` drawings of each shape."""
    own = shelf.create("my signs", "drawn")
    for shape in shapes:
        shelf.change(own.id, lambda content, shape=shape: content.with_class(shape))
        own = shelf.add(own.id, shape, [drawing(shape, seed) for seed in range(count)])
    return own


def photographed_set(shelf: OwnSets, count: int = 6) -> OwnSetFolder:
    """Return a set with `count` photographs of each of two classes."""
    own = shelf.create("my hands", "photographed")
    for number, label in enumerate(("open", "closed")):
        shelf.change(own.id, lambda content, label=label: content.with_class(label))
        photos = [photograph(100 * number + seed) for seed in range(count)]
        own = shelf.add(own.id, label, [examples.photographed(photo) for photo in photos])
    return own
