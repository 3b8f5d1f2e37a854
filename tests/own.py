"""Sets of own classes for tests: distinct drawings and photographs, and their shelf."""

from __future__ import annotations

import io
import itertools

import numpy as np
from PIL import Image

from rnndemo.data.load import load
from rnndemo.data.own import examples
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.evaluation.cards import finished_model
from rnndemo.models.store import Model
from tests.plain_training import train
from tests.small import changed

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


def learnt(own_set: OwnSetFolder) -> Model:
    """Return a small model that has learnt a set for some steps."""
    config, data = changed(data__name=own_set.spec, data__train_size=0), load(own_set.spec)
    return finished_model("of signs", config, train(config, data).model, data, 1.0)


def one_more(own_set: OwnSetFolder) -> None:
    """Add a drawing to the first class of a set: its parts are dealt anew."""
    shelf = OwnSets(own_set.folder.parent.name)
    shelf.add(own_set.id, own_set.content.classes[0].name, [drawing("tick", 99)])
