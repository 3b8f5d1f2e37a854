"""How sure a network is of pictures of its classes, and of pictures that show none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.out_of_place import kinds_for, pictures
from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import EVALUATION_BATCH, probabilities_of
from rnndemo.evaluation.calibration import confidence
from rnndemo.evaluation.corruption_curves import check_reads_pictures
from rnndemo.evaluation.roc import share_below
from rnndemo.hardening.scores import Progress, ignored
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread

IN_PLACE, SEED = 1000, 0  # pictures in place, chosen at random: some sets are sorted
ALL = "all"


@dataclass(frozen=True)
class Certainty:
    """How sure a network is of some pictures.

    Parameters
    ----------
    scores : ndarray
        float ``(N,)``: the calibrated probability of the answer, which the reject option compares
        with its threshold.
    answers : ndarray
        int64 ``(N,)``: the answers, by number.
    """

    scores: np.ndarray
    answers: np.ndarray

    def __len__(self) -> int:
        return len(self.scores)

    def surest(self, threshold: float, most: int) -> np.ndarray:
        """Return the places of what is accepted, the surest first, at most so many."""
        order = np.argsort(-self.scores, kind="stable")
        return order[self.scores[order] >= threshold][:most]


@dataclass(frozen=True)
class Separation:
    """How sure a network is in place, and out of place.

    Parameters
    ----------
    inside : Certainty
        Of pictures of its classes.
    right : ndarray
        bool ``(N,)``: whether it answers them right.
    outside : mapping of str to Certainty
        Kind of `rnndemo.data.out_of_place.KINDS` -> of pictures that show no class.
    """

    inside: Certainty
    right: np.ndarray
    outside: Mapping[str, Certainty]

    def scores_of(self, kind: str) -> np.ndarray:
        """Return the scores of a kind, or of `ALL` that is out of place, float ``(M,)``."""
        if kind != ALL:
            return self.outside[kind].scores
        return np.concatenate([one.scores for one in self.outside.values()])

    def outcome(self, kind: str, threshold: float) -> AtThreshold:
        """Return what a threshold does with pictures in place and those of `kind`, or `ALL`."""
        accepted = self.inside.scores >= threshold
        return AtThreshold(
            inside=float(share_below(self.inside.scores, threshold)),
            outside=float(share_below(self.scores_of(kind), threshold)),
            wrong=float((accepted & ~self.right).mean()),
        )


@dataclass(frozen=True)
class AtThreshold:
    """What becomes of pictures at a threshold, as shares in [0, 1].

    Parameters
    ----------
    inside, outside : float
        Of the pictures in place, and of those out of place, how many are turned away.
    wrong : float
        Of the pictures in place, how many are accepted and answered wrong.
    """

    inside: float
    outside: float
    wrong: float

    @property
    def error(self) -> float | None:
        """Of the pictures in place that are accepted, how many are wrong; None if none is."""
        return _over(self.wrong, 1 - self.inside)

    @property
    def mixed_error(self) -> float | None:
        """The same where half of all pictures are out of place; each that is accepted is wrong."""
        return _over(self.wrong + 1 - self.outside, 2 - self.inside - self.outside)


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def separation(model: Model, inside: ImageSet, progress: Progress = ignored) -> Separation:
    """Let `model` read pictures of its classes, and pictures that show none.

    Parameters
    ----------
    inside : ImageSet
        Of its classes; it has not learnt from these. By test pictures no threshold is to be chosen.
    progress : callable, optional
        Is told after each batch how many are read. To cancel, it raises an error.

    Raises
    ------
    InputError
        If there is no such picture, or the model reads no pictures.
    """
    check_reads_pictures(model)
    if not len(inside):
        raise InputError("There are no pictures of its classes, so nothing is measured; add some.")
    chosen = np.random.default_rng(SEED).permutation(len(inside))[:IN_PLACE]
    inside = inside.take(torch.from_numpy(np.sort(chosen)))
    kinds = kinds_for(model.classes, model.frame, model.image_size)
    sets = {"": inside.images}
    sets |= {kind: pictures(kind, model.classes, model.image_size) for kind in kinds}
    done, total = 0, sum(map(len, sets.values()))
    found = {}
    for kind, images in sets.items():
        parts = []
        for batch in images.split(EVALUATION_BATCH):
            parts.append(in_kept_thread(probabilities_of)(model, batch))
            done += len(batch)
            progress(done, total)
        found[kind] = _certainty(torch.cat(parts))
    known = found.pop("")
    return Separation(known, known.answers == inside.labels.numpy(), found)


def _certainty(probabilities: Tensor) -> Certainty:
    return Certainty(confidence(probabilities).numpy(), probabilities.argmax(1).numpy())
