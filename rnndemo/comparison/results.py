"""A comparison on disk, checked when it is read.

========================  ======================================================================
in its folder              content
========================  ======================================================================
``comparison.json``        `ComparisonSpec`, and a `Measured` for each finished peer
``answers.npz``            the labels of the test part, and the answers of each peer
``peers/NAME``             the peer itself, trained with the first seed
``runs/NAME-SEED``         trainings of a peer that is not finished
``comparing``              a lock, held by the process that compares
========================  ======================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

from rnndemo.comparison.peers import PEERS
from rnndemo.data.files.arrays import MAX_IMAGES
from rnndemo.errors import InputError
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.npz import opened, read_array, write_arrays
from rnndemo.storage.records import read

COMPARISON, ANSWERS, PEERS_FOLDER = "comparison.json", "answers.npz", "peers"
SCHEMA = 1
MAX_ROWS = 100
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # of a peer, whose folder has this name
KINDS = ("rnn", "picture", "classical", "own")
# fields of a row that earlier versions did not write
LATER = {"validation_accuracy": 0.0, "train_size": 0, "train_data": ""}


@dataclass(frozen=True)
class ComparisonSpec:
    """Data and budget of a comparison, the same for all peers.

    Parameters
    ----------
    data : str
        The data set as requested: ``digits``, ``set:ID``, ``folder:PATH``, ...
    data_name, data_sha256 : str
        Its name on cards, and the sha256 of its content.
    image_size : tuple of int
        Height and width.
    frame : str
        "ink" or "photo".
    train_size, validation_size, test_size : int
        Pictures in each part, all of which were used.
    robust_size : int
        Test pictures on which robustness was measured.
    augmentation : str
        Of the networks' training pictures; classical peers get them unchanged.
    seeds : tuple of int
        Of the trainings of each network.
    levels : mapping of str to tuple of float
        A key of `rnndemo.data.corruptions.compared.COMPARED` -> the levels that were measured; the
        first is 0, the unchanged pictures.
    machine, date, command : str
        Where, when (the last peer) and by which command it was measured.
    """

    data: str
    data_name: str
    data_sha256: str
    classes: tuple[str, ...]
    image_size: tuple[int, int]
    frame: str
    train_size: int
    validation_size: int
    test_size: int
    robust_size: int
    epochs: int
    batch_size: int
    augmentation: str
    seeds: tuple[int, ...]
    levels: Mapping[str, tuple[float, ...]]
    machine: str = ""
    date: str = ""
    command: str = ""


@dataclass(frozen=True)
class Measured:
    """The measurements of one peer.

    Parameters
    ----------
    name : str
        A key of `rnndemo.comparison.peers.PEERS`, or the name of an own run.
    title : str
        A gettext key of the table of peers, or the name of an own run.
    kind : str
        "rnn", "picture", "classical" or "own".
    accuracies : tuple of float
        On the whole test part, one for each seed.
    accuracy, low, high : float
        Their mean, and its 95 % interval (see `rnndemo.comparison.measure.interval`).
    parameters : int
        Trainable weights; of a classical peer, the numbers that it stores.
    flops : int
        Of all matrix products, for one drawing.
    train_seconds : float
        Mean CPU time of one training, on one thread.
    latency : float
        CPU time for one drawing, its preparation (HOG) included, on one thread.
    bytes : int
        Size on disk.
    robustness : mapping of str to tuple of float
        Kind of corruption -> accuracy at each of `ComparisonSpec.levels`.
    settings : mapping of str to float or str
        Values chosen on the validation part: ``lr``, ``k``, ``C``, ...
    validation_accuracy : float
        Of the first training, on the whole validation part, by which the best of several is chosen;
        0 where an earlier version did not measure it.
    train_size : int
        Of an own run: the pictures it was trained on, 0 for all of its data.
    train_data : str
        Of an own run: the name of its data if these are not the comparison's, else "".
    """

    name: str
    title: str
    kind: str
    accuracies: tuple[float, ...]
    accuracy: float
    low: float
    high: float
    parameters: int
    flops: int
    train_seconds: float
    latency: float
    bytes: int
    robustness: Mapping[str, tuple[float, ...]]
    settings: Mapping[str, float | str] = field(default_factory=dict)
    validation_accuracy: float = 0.0
    train_size: int = 0
    train_data: str = ""

    @property
    def repeated(self) -> bool:
        """Whether the luck of a training is known: trained several times, or without any luck."""
        return self.kind == "classical" or len(self.accuracies) > 1


@dataclass(frozen=True)
class Comparison:
    """Peers side by side.

    Parameters
    ----------
    rows : tuple of Measured
        The finished peers, in the order of the table.
    labels : ndarray
        ``(test_size,)``: the class of each test picture.
    answers : mapping of str to ndarray
        Name of a peer -> the answers of its first seed, ``(test_size,)``.
    """

    about: ComparisonSpec
    rows: tuple[Measured, ...]
    labels: np.ndarray
    answers: Mapping[str, np.ndarray]

    def row(self, name: str) -> Measured | None:
        """Return the measurements of a peer, None if it has none."""
        return next((row for row in self.rows if row.name == name), None)


def only_right(answers: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return, for each peer, the test pictures that no other peer answers right.

    Parameters
    ----------
    answers : mapping of str to ndarray
        ``(N,)`` each.
    labels : ndarray
        ``(N,)``.

    Returns
    -------
    dict of str to ndarray
        int64: ascending indices into the test part.
    """
    right = np.array([answer == labels for answer in answers.values()]).reshape(-1, len(labels))
    alone = right.sum(0) == 1
    return {name: np.flatnonzero(row & alone) for name, row in zip(answers, right, strict=True)}


def save(folder: Path, comparison: Comparison) -> None:
    """Write a comparison into `folder`, each file atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = {f"answers {name}": one for name, one in comparison.answers.items()}
    content = {
        "schema": SCHEMA,
        "about": asdict(comparison.about),
        "rows": [asdict(row) for row in comparison.rows],
    }
    # before the table, so that every row of it has its answers
    write_arrays(folder / ANSWERS, {"labels": comparison.labels, **answers})
    write_json(folder / COMPARISON, content)


def load(folder: Path) -> Comparison:
    """Return the comparison in `folder`.

    Raises
    ------
    InputError
        If there is none, a file is damaged, or it is of a newer version.
    """
    content = read_json(folder / COMPARISON)
    try:
        if content["schema"] > SCHEMA:
            raise InputError(
                "This comparison was written by a newer version of the app. Update the app to "
                "open it."
            )
        about = _about(content["about"])
        rows = tuple(_row(about, row) for row in content["rows"][:MAX_ROWS])
    except InputError:
        raise
    except (KeyError, TypeError, ValueError):
        raise _damaged(COMPARISON) from None
    labels, answers = _read_answers(folder / ANSWERS, about, [row.name for row in rows])
    return Comparison(about, rows, labels, answers)


def _damaged(file: str) -> InputError:
    return InputError(
        "The comparison cannot be read: {file} is missing or damaged. Compare again.", file=file
    )


def _about(content: Any) -> ComparisonSpec:
    about = read(ComparisonSpec, content, low=0, whole=True)
    if not (0 < about.test_size <= MAX_IMAGES and about.classes and about.seeds):
        raise ValueError("sizes")
    return about


def _row(about: ComparisonSpec, content: Any) -> Measured:
    row = read(Measured, {**LATER, **content}, low=0, whole=True)
    if not NAME.fullmatch(row.name) or row.kind not in KINDS or not row.accuracies:
        raise ValueError("name or kind")
    if any(len(found) != len(about.levels[kind]) for kind, found in row.robustness.items()):
        raise ValueError("levels")
    shares = [
        *row.accuracies, row.accuracy, row.low, row.high, row.validation_accuracy,
        *chain(*row.robustness.values()),
    ]  # fmt: skip
    if max(shares) > 1:
        raise ValueError("no share")
    # today's title, which the catalogues translate, whatever it was when this was measured
    return replace(row, title=PEERS[row.name].title) if row.name in PEERS else row


def _read_answers(
    path: Path, about: ComparisonSpec, names: list[str]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    with opened(path, _damaged(ANSWERS)) as file:
        labels = _array(file, "labels", about)
        return labels, {name: _array(file, f"answers {name}", about) for name in names}


def _array(file: ZipFile, name: str, about: ComparisonSpec) -> np.ndarray:
    values = read_array(
        file, name, 8 * MAX_IMAGES,
        lambda shape, kind: shape == (about.test_size,) and kind.kind == "u",
    )  # fmt: skip
    if int(values.max()) >= len(about.classes):
        raise ValueError("no class")
    return values
