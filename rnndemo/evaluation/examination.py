"""Examine a trained model on a test part, and store the test report in one file.

The file holds answers; accuracy, confusion, calibration and the like are derived from them, so that
it cannot contradict itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.files.arrays import MAX_IMAGES
from rnndemo.data.scans import scan_table, to_sequence
from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import EVALUATION_BATCH, logits_of
from rnndemo.evaluation.calibration import confidence
from rnndemo.evaluation.report import (
    Calibration,
    ClassScores,
    TestScores,
    calibration_curve,
    class_scores,
    report,
)
from rnndemo.models.build import reader
from rnndemo.models.network import evaluating
from rnndemo.models.store import Model
from rnndemo.storage.npz import opened, read_array, write_arrays

WORST = 12
MAX_TIMESTEPS = 128  # of the curve; longer readings are thinned
PREFIX_BUDGET = 400_000  # timesteps that a bidirectional network may read for its curve
COVERED = 200  # pictures for the curve of a network that sees the picture at once

SCHEMA = 1
MAX_BYTES = 64_000_000  # of one array, unpacked
MAX_NUMBERS = 20_000_000  # of a table (N, classes)

# name -> (dimensions, numpy kinds allowed in a file, type in memory)
FORMS: dict[str, tuple[int, str, type]] = {
    "classes": (0, "iu", int),
    "labels": (1, "iu", np.int64),
    "answers": (1, "iu", np.int64),
    "confidences": (1, "f", np.float32),
    "rejected": (1, "b", np.bool_),
    "timesteps": (1, "iu", np.int64),
    "readout_accuracy": (1, "f", np.float64),
    "readout_pictures": (0, "iu", int),
    "mistakes": (1, "iu", np.int64),
    "mistake_rows": (3, "f", np.float32),
}


@dataclass(frozen=True)
class TestReport:
    """A model's answers on a test part, and the course of its worst mistakes.

    Parameters
    ----------
    labels : ndarray
        int64 ``(N,)``: the true classes.
    answers : ndarray
        int64 ``(N,)``: the likeliest classes.
    confidences : ndarray
        float32 ``(N,)``: their calibrated probabilities.
    rejected : ndarray
        bool ``(N,)``: whether the reject option turns the picture away.
    timesteps : ndarray
        int64 ``(S,)``: the timesteps, from 0, of the readouts below; evenly spaced, the last is
        T - 1.
    readout_accuracy : ndarray
        float64 ``(S,)``: the share that would be right if the reading ended there.
    readout_pictures : int
        The number of pictures behind that share: fewer than N where a curve of all costs too much.
    mistakes : ndarray
        int64 ``(k,)``: the wrong answers with the highest confidence, in descending order.
    mistake_rows : ndarray
        float32 ``(k, S, classes)``: their readouts, as probabilities (stored to 3 digits).
    """

    classes: int
    labels: np.ndarray
    answers: np.ndarray
    confidences: np.ndarray
    rejected: np.ndarray
    timesteps: np.ndarray
    readout_accuracy: np.ndarray
    readout_pictures: int
    mistakes: np.ndarray
    mistake_rows: np.ndarray

    @cached_property
    def report(self) -> TestScores:
        """Accuracy with its interval, confusion, the share rejected."""
        table = F.one_hot(torch.from_numpy(self.answers), self.classes)
        return report(table, torch.from_numpy(self.labels), torch.from_numpy(self.rejected))

    @cached_property
    def scores(self) -> ClassScores:
        """Precision, recall and F1 of every class."""
        return class_scores(self.report.confusion.numpy())

    @cached_property
    def calibration(self) -> Calibration:
        """Confidences against the share of right answers."""
        return calibration_curve(self.confidences, self.answers == self.labels)

    def matching(self, test: ImageSet) -> ImageSet:
        """Return the pictures `test`; none if their labels are not those of the report."""
        same = np.array_equal(test.labels.numpy(), self.labels)
        return test if same else test.take(torch.arange(0))

    def save(self, path: Path) -> None:
        """Write an ``.npz`` file, a few tens of kB for 10,000 pictures."""
        narrow = np.min_scalar_type(-self.classes)
        kinds: dict[str, Any] = {"labels": narrow, "answers": narrow, "mistake_rows": np.float16}
        arrays = {name: np.asarray(getattr(self, name), kinds.get(name)) for name in FORMS}
        write_arrays(path, {"schema": SCHEMA, **arrays})

    @classmethod
    def load(cls, path: Path) -> TestReport:
        """Return what `save` wrote.

        Raises
        ------
        InputError
            If the file is missing, damaged or of another kind or version.
        """
        broken = InputError(
            "The test report {file} is missing, damaged or of another kind. Test the model again.",
            file=path.name,
        )
        with opened(path, broken) as file:
            if int(_array(file, "schema")) > SCHEMA:
                raise InputError(
                    "The test report {file} was written by a newer version of the app. "
                    "Update the app to open it.",
                    file=path.name,
                )
            found = {
                name: _array(file, name, ndim, kinds) for name, (ndim, kinds, _) in FORMS.items()
            }
            if not _agree(found):
                raise ValueError("sizes or ranges")
        values: dict[str, Any] = {
            name: found[name].astype(kind) if ndim else int(found[name])
            for name, (ndim, _, kind) in FORMS.items()
        }
        return cls(**values)


def examine(model: Model, test: ImageSet) -> TestReport:
    """Return the test report of `model` on a whole test part.

    A network that reads in one direction yields all readouts in one pass, so its curve is over all
    pictures. A bidirectional one must read each prefix separately, and one that sees the picture at
    once reads it with ever fewer rows covered: their curves use evenly spaced pictures of the part,
    as many as a few seconds allow.

    Parameters
    ----------
    test : ImageSet
        N pictures, not necessarily of every class.

    Raises
    ------
    InputError
        If there is no test picture.
    """
    if not len(test):
        raise InputError("There are no test pictures, so the model cannot be tested; add some.")
    timesteps = chosen_timesteps(len(scan_table(model.config.data.scan, *model.image_size)), test)
    if model.config.model.bidirectional or not model.network.in_order:
        prefixes = PREFIX_BUDGET // int((timesteps + 1).sum())
        some = test.evenly(max(1, prefixes) if model.network.in_order else COVERED)
        _, right = _read(model, some, timesteps)
        logits = logits_of(model.network, test.images, model.config.data.scan)
    else:
        some = test
        logits, right = _read(model, test, timesteps)
    probabilities = model.probabilities(logits.double())
    answers, sure = probabilities.argmax(1), confidence(probabilities)
    mistakes = _worst(answers, sure, test.labels)
    rows = model.probabilities(_readouts(model, test.images[mistakes], timesteps))
    return TestReport(
        classes=len(model.classes),
        labels=test.labels.numpy(),
        answers=answers.numpy(),
        confidences=sure.float().numpy(),
        rejected=(sure < model.card.reject_threshold).numpy(),
        timesteps=timesteps.numpy(),
        readout_accuracy=(right.double() / len(some)).numpy(),
        readout_pictures=len(some),
        mistakes=mistakes.numpy(),
        mistake_rows=rows.half().float().numpy(),  # in the file's precision
    )


def chosen_timesteps(time: int, test: ImageSet) -> Tensor:
    """Return the timesteps of the curve: all, or evenly spaced ones of a long reading.

    Where pixels are read one by one, these are the ends of the picture's rows.

    Parameters
    ----------
    time : int
        T.

    Returns
    -------
    Tensor
        int64 ``(S,)``, ascending to T - 1; S divides T.
    """
    height = test.images.shape[1]
    if time <= MAX_TIMESTEPS:
        count = time
    elif time % height == 0:
        count = height
    else:
        count = max(n for n in range(1, MAX_TIMESTEPS + 1) if time % n == 0)
    return torch.arange(1, count + 1) * (time // count) - 1


def _readouts(model: Model, images: Tensor, timesteps: Tensor) -> Tensor:
    """Return the logits at `timesteps`, ``(N, S, classes)``, for uint8 ``(N, H, W)``."""
    network = model.network
    with evaluating(network), torch.inference_mode():
        sequence = to_sequence(images.float() / 255, model.config.data.scan)
        if not network.in_order:
            return network.readouts(sequence)[:, timesteps]
        if network.config.bidirectional or reader(network).last_alone:
            return torch.stack([network(sequence[:, : int(t) + 1]) for t in timesteps], 1)
        hidden = reader(network).hidden_states(sequence)[-1]
        return network.head(reader(network).pool(hidden)[:, timesteps])


def _read(model: Model, part: ImageSet, timesteps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logits ``(N, classes)``, and how many are right at each timestep ``(S,)``."""
    right, logits = torch.zeros(len(timesteps), dtype=torch.int64), []
    for images, labels in zip(
        part.images.split(EVALUATION_BATCH), part.labels.split(EVALUATION_BATCH), strict=True
    ):
        read = _readouts(model, images, timesteps)
        right += (read.argmax(-1) == labels[:, None]).sum(0)
        logits.append(read[:, -1].clone())  # frees the rest of the batch
    return torch.cat(logits), right


def _worst(answers: Tensor, sure: Tensor, labels: Tensor) -> Tensor:
    """Return the indices of the wrong answers with the highest confidence, ``(k,)``."""
    wrong = (answers != labels).nonzero()[:, 0]
    return wrong[sure[wrong].argsort(descending=True, stable=True)[:WORST]]


def _array(file: ZipFile, name: str, ndim: int = 0, kinds: str = "iu") -> np.ndarray:
    return read_array(
        file, name, MAX_BYTES, lambda shape, kind: len(shape) == ndim and kind.kind in kinds
    )  # fmt: skip


def _agree(found: Mapping[str, np.ndarray]) -> bool:
    """Return whether all sizes agree and every number is in its range."""
    n, classes, times = len(found["labels"]), int(found["classes"]), len(found["timesteps"])
    sizes = (
        0 < n <= MAX_IMAGES
        and classes > 0
        and max(n, classes) * classes <= MAX_NUMBERS
        and all(len(found[name]) == n for name in ("answers", "confidences", "rejected"))
        and len(found["readout_accuracy"]) == times > 0
        and found["mistake_rows"].shape == (len(found["mistakes"]), times, classes)
    )
    limits = {
        "labels": (0, classes - 1),
        "answers": (0, classes - 1),
        "confidences": (0, 1),
        "timesteps": (0, np.iinfo(np.int64).max),
        "readout_accuracy": (0, 1),
        "readout_pictures": (1, n),
        "mistakes": (0, n - 1),
        "mistake_rows": (0, 1),
    }
    return (
        sizes
        and all(_within(found[name], *range_) for name, range_ in limits.items())
        and bool((np.diff(found["timesteps"].astype(np.int64)) > 0).all())
    )


def _within(values: np.ndarray, low: int, high: int) -> bool:
    return bool(((values >= low) & (values <= high)).all())  # False for NaN
