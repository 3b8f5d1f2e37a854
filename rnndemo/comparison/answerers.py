"""Peers behind one interface, from pictures to probabilities; and what their answers depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from rnndemo.comparison.classical.files import WEIGHTS, load_classical
from rnndemo.comparison.classical.neighbours import NearestNeighbours
from rnndemo.comparison.results import PEERS_FOLDER, ComparisonSpec, load
from rnndemo.data.load import load as load_data
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import probabilities_of
from rnndemo.evaluation.cards import data_digest
from rnndemo.models.store import Model, load_cached

PATCHES, PLACES = 7, 14  # side of the covered square, and its stride, as parts of a picture


class Answerer(Protocol):
    """A classifier of pictures."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it can answer."""

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return float ``(N, classes)`` for uint8 ``(N, H, W)``."""


@dataclass(frozen=True)
class NetworkAnswerer:
    """A trained network with calibrated probabilities."""

    model: Model

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it can answer."""
        return self.model.classes

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return float ``(N, classes)`` for uint8 ``(N, H, W)``."""
        shares: np.ndarray = probabilities_of(self.model, torch.from_numpy(images)).numpy()
        return shares


class _Peers(Mapping[str, Answerer]):
    """Peers by name, each read at its first use."""

    def __init__(self, folder: Path, about: ComparisonSpec, names: list[str]) -> None:
        self.folder, self.about, self.names = folder, about, names
        self.loaded: dict[str, Answerer] = {}

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __getitem__(self, name: str) -> Answerer:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.loaded:
            self.loaded[name] = self._load(self.folder / PEERS_FOLDER / name)
        return self.loaded[name]

    def _load(self, folder: Path) -> Answerer:
        if not (folder / WEIGHTS).exists():
            return NetworkAnswerer(load_cached(folder))
        one = load_classical(folder)
        if isinstance(one, NearestNeighbours):
            return load_classical(folder, NearestNeighbours.arrays_of(data_of(self.about)))
        return one


def load_answerers(folder: Path) -> Mapping[str, Answerer]:
    """Return the peers of the comparison in `folder` by name, each read at its first use.

    Raises
    ------
    InputError
        If there is no comparison, or it is damaged; at a peer's first use, if it cannot be read.
    """
    found = load(folder)
    return _Peers(folder, found.about, [row.name for row in found.rows])


def data_of(about: ComparisonSpec) -> DataSet:
    """Return the data set of a comparison.

    Raises
    ------
    InputError
        If it cannot be read, or has changed since.
    """
    data = load_data(about.data)
    if data_digest(data) != about.data_sha256:
        raise InputError(
            "The pictures of {data} have changed since this comparison; compare again.",
            data=about.data_name,
        )
    return data


def occlusion(answerer: Answerer, picture: np.ndarray) -> np.ndarray:
    """Return how much the answer depends on each pixel of a picture (Zeiler and Fergus 2014).

    A square, a seventh of the picture wide, covers one place after the other with the picture's
    median. A pixel's value is the mean, over all squares that cover it, of how far the probability
    of the whole picture's answer falls.

    Parameters
    ----------
    picture : ndarray
        uint8 ``(H, W)``.

    Returns
    -------
    ndarray
        float ``(H, W)`` in [-1, 1]; negative where the probability rises.
    """
    height, width = picture.shape
    side, step = max(1, min(height, width) // PATCHES), max(1, min(height, width) // PLACES)
    rows, columns = _starts(height, side, step), _starts(width, side, step)
    covered = np.repeat(picture[None], 1 + len(rows) * len(columns), 0)
    places = [(slice(row, row + side), slice(at, at + side)) for row in rows for at in columns]
    for number, place in enumerate(places):
        covered[1 + number][place] = np.median(picture)
    shares = answerer.probabilities(covered)
    falls = shares[0].max() - shares[1:, shares[0].argmax()]
    total, count = np.zeros((height, width)), np.zeros((height, width))
    for fall, place in zip(falls, places, strict=True):
        total[place] += fall
        count[place] += 1
    return total / count


def _starts(length: int, side: int, step: int) -> list[int]:
    """Return where squares start; the last one ends at the edge."""
    return sorted({*range(0, length - side, step), length - side})
