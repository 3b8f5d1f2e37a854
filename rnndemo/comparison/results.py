"""A comparison on disk: ``comparison.json`` and ``answers.npz``, read with suspicion.

========================  ======================================================================
in its folder              what it holds
========================  ======================================================================
``comparison.json``        `ComparisonSpec`, and a `Measured` for each peer that is done
``answers.npz``            the labels of the test part, and what each peer answered there
``peers/NAME``             the peer itself, trained with the first seed
``runs/NAME-SEED``         trainings of the peer that is not done yet
``comparing``              a lock, held by the one process that compares
========================  ======================================================================
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.data.files.arrays import BROKEN, MAX_IMAGES
from rnndemo.errors import InputError
from rnndemo.storage.files import read_json, write_bytes, write_json

COMPARISON, ANSWERS, PEERS_FOLDER = "comparison.json", "answers.npz", "peers"
SCHEMA = 1
MAX_ROWS = 100
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # of a peer: it becomes a folder
KINDS = ("rnn", "picture", "classical", "own")


@dataclass(frozen=True)
class ComparisonSpec:
    """What was compared, and by which budget; the same for all peers.

    Parameters
    ----------
    data : str
        The data set as it was asked for: ``digits``, ``set:ID``, ``folder:PATH``, ...
    data_name, data_sha256 : str
        What it is called on cards, and the sha256 of its content.
    classes : tuple of str
    image_size : tuple of int
        Height and width.
    frame : str
        "ink" or "photo".
    train_size, validation_size, test_size : int
        Pictures in each part; all of them were used.
    robust_size : int
        Test pictures on which robustness was measured, every fifth of the part.
    epochs, batch_size : int
    augmentation : str
        How training pictures were varied for the networks; the classical ones see them as they are.
    seeds : tuple of int
        Of the trainings of each network.
    levels : mapping of str to tuple of float
        A key of `rnndemo.evaluation.corruptions.CORRUPTIONS` -> the levels that were measured, the
        first of them 0: the pictures as they are.
    machine, date, command : str
        Where, when (of the last peer) and by which command it was measured.
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
    """What was measured of one peer.

    Parameters
    ----------
    name : str
        A key of `rnndemo.comparison.peers.PEERS`, or of an own run.
    title : str
        In English, as in the table of peers (a gettext key there); of an own run what it is called.
    kind : str
        "rnn", "picture", "classical" or "own".
    accuracies : tuple of float
        On the whole test part, one for each seed that it was trained with.
    accuracy, low, high : float
        Their mean, and its 95 % interval (see `rnndemo.comparison.measure.interval`).
    parameters : int
        Trainable weights; of a classical peer, the numbers that it keeps.
    flops : int
        Of all products, for one drawing.
    train_seconds : float
        Of one training, in the mean; like the next, seconds of computing on one thread.
    latency : float
        For one drawing, its preparation (HOG) included.
    bytes : int
        What it takes on the disk.
    robustness : mapping of str to tuple of float
        Kind of corruption -> accuracy at each of `ComparisonSpec.levels`.
    settings : mapping of str to float or str
        What was chosen for it on the validation part: ``lr``, ``k``, ``C``, ...
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


@dataclass(frozen=True)
class Comparison:
    """Peers side by side.

    Parameters
    ----------
    about : ComparisonSpec
    rows : tuple of Measured
        The peers that are done, in the order of the table.
    labels : ndarray
        ``(test_size,)``: the class of each test picture, in the order of the test part.
    answers : mapping of str to ndarray
        Name of a peer -> its answers on the test part, ``(test_size,)``, first seed.
    """

    about: ComparisonSpec
    rows: tuple[Measured, ...]
    labels: np.ndarray
    answers: Mapping[str, np.ndarray]

    def row(self, name: str) -> Measured | None:
        """Return what was measured of a peer, or None where it is not there."""
        return next((row for row in self.rows if row.name == name), None)


def only_right(answers: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return, for each peer, the test pictures that it alone of all gets right.

    Parameters
    ----------
    answers : mapping of str to ndarray
        ``(N,)`` each.
    labels : ndarray
        ``(N,)``.

    Returns
    -------
    dict of str to ndarray
        int64: places in the test part, rising.
    """
    right = np.array([answer == labels for answer in answers.values()]).reshape(-1, len(labels))
    alone = right.sum(0) == 1
    return {
        name: np.flatnonzero(row & alone) for name, row in zip(answers, right, strict=True)
    }  # fmt: skip


def save(folder: Path, comparison: Comparison) -> None:
    """Write a comparison into `folder`, each file beside its place and then renamed into it."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {f"answers {name}": a for name, a in comparison.answers.items()}
    file = io.BytesIO()
    np.savez_compressed(file, labels=comparison.labels, **arrays)
    content = {
        "schema": SCHEMA,
        "about": asdict(comparison.about),
        "rows": [asdict(row) for row in comparison.rows],
    }
    write_bytes(folder / ANSWERS, file.getvalue())  # first: a row in the other has its answers
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
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(COMPARISON) from None
    labels, answers = _read_answers(folder / ANSWERS, about, [row.name for row in rows])
    return Comparison(about, rows, labels, answers)


def _damaged(file: str) -> InputError:
    return InputError(
        "The comparison cannot be read: {file} is missing or damaged. Compare again.", file=file
    )


def _about(content: Mapping[str, Any]) -> ComparisonSpec:
    values = _fields(ComparisonSpec, content)
    values["levels"] = {str(kind): _numbers(v) for kind, v in content["levels"].items()}
    values["image_size"] = _size(content["image_size"])
    about = ComparisonSpec(**values)
    if not (0 < about.test_size <= MAX_IMAGES and about.classes and about.seeds):
        raise ValueError("sizes")
    return about


def _row(about: ComparisonSpec, content: Mapping[str, Any]) -> Measured:
    values = _fields(Measured, content)
    values["robustness"] = {str(kind): _numbers(v) for kind, v in content["robustness"].items()}
    row = Measured(**values)
    shares = [*row.accuracies, row.accuracy, row.low, row.high]
    for kind, measured in row.robustness.items():
        if len(measured) != len(about.levels[kind]):
            raise ValueError("levels")
        shares.extend(measured)
    if not NAME.fullmatch(row.name) or row.kind not in KINDS or not row.accuracies:
        raise ValueError("name or kind")
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError("no share")
    return row


# a dataclass's annotation -> how a value of JSON becomes it
_READERS: dict[str, Any] = {
    "str": lambda value: _kind(value, str),
    "int": lambda value: _whole(value),
    "float": lambda value: _number(value),
    "tuple[str, ...]": lambda values: tuple(_kind(value, str) for value in _list(values)),
    "tuple[int, ...]": lambda values: tuple(_whole(value) for value in _list(values)),
    "tuple[float, ...]": lambda values: _numbers(values),
    "Mapping[str, float | str]": lambda values: {
        str(key): value if isinstance(value, str) else _number(value)
        for key, value in values.items()
    },
}


def _fields(kind: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a dataclass's plain fields, each seen to be of its type."""
    return {
        part.name: _READERS[str(part.type)](content[part.name])
        for part in fields(kind)
        if str(part.type) in _READERS
    }


def _kind(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError("another kind")
    return value


def _list(value: Any) -> list[Any]:
    found: list[Any] = _kind(value, list)
    return found


def _whole(value: Any) -> int:
    if _kind(value, int) < 0:
        raise ValueError("negative")
    return int(value)


def _number(value: Any) -> float:
    number = float(_kind(value, int | float))  # type: ignore[arg-type]
    if not math.isfinite(number) or number < 0:
        raise ValueError("no number")
    return number


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(_number(value) for value in _list(values))


def _size(values: Any) -> tuple[int, int]:
    height, width = (_whole(value) for value in _list(values))
    return height, width


def _read_answers(
    path: Path, about: ComparisonSpec, names: list[str]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    try:
        with zipfile.ZipFile(path) as file:
            labels = _array(file, "labels", about)
            answers = {name: _array(file, f"answers {name}", about) for name in names}
    except (*BROKEN, KeyError, TypeError, MemoryError):
        raise _damaged(ANSWERS) from None
    return labels, answers


def _array(file: zipfile.ZipFile, name: str, about: ComparisonSpec) -> np.ndarray:
    info = file.getinfo(f"{name}.npy")
    if info.file_size > 8 * MAX_IMAGES:
        raise ValueError("too large")
    content = io.BytesIO(file.read(info))
    values: np.ndarray = np.lib.format.read_array(content, allow_pickle=False)
    fits = values.shape == (about.test_size,) and values.dtype.kind == "u"
    if not fits or int(values.max()) >= len(about.classes):
        raise ValueError("another kind")
    return values
