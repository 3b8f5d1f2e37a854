"""How often a model is right about corrupted pictures, by kind and severity.

One after another, so that a page or a command can show each figure when it is there, and stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES, corrupted
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import logits_of
from rnndemo.evaluation.report import wilson_interval
from rnndemo.models.store import Model

CLEAN = ""  # the kind of pictures that are not corrupted, whose severity is 0

Pairs = Iterable[tuple[str, int]]

# as MNIST-C was made: each of its fifteen at one severity
MNIST_C_PAIRS = tuple((kind, corruption.mnist_c) for kind, corruption in MNIST_C.items())


@dataclass(frozen=True)
class CorruptionScore:
    """A model's answers to pictures with one corruption.

    Parameters
    ----------
    kind : str
        A key of `CORRUPTIONS`, or `CLEAN`.
    severity : int
        1 to 5, or 0 of clean pictures.
    n : int
        Number of pictures.
    right : int
        How many are answered right, without the reject option.
    same : int
        How many are answered as if they were clean.
    """

    kind: str
    severity: int
    n: int
    right: int
    same: int

    @property
    def pair(self) -> tuple[str, int]:
        """Kind and severity."""
        return self.kind, self.severity

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy (Wilson 1927)."""
        return wilson_interval(self.right, self.n)


@dataclass(frozen=True)
class CorruptionMean:
    """The mean accuracy over several corruptions of the same pictures.

    Parameters
    ----------
    accuracy : float
        In [0, 1].
    interval : tuple of float
        95 % interval (Wilson 1927) as of one answer a picture. A picture's mean over several
        corruptions varies less than one answer, so the interval is rather too wide.
    """

    accuracy: float
    interval: tuple[float, float]


def corruption_scores(
    model: Model, images: Tensor, labels: Tensor, pairs: Pairs, seed: int = 0
) -> Iterator[CorruptionScore]:
    """Yield the score on clean pictures, then that of each pair of kind and severity.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, N at least 1.
    labels : Tensor
        int64 ``(N,)``; `rnndemo.evaluation.report.UNKNOWN` where every answer is wrong.
    pairs : iterable of (str, int)
        Kinds and severities, such as `MNIST_C_PAIRS` or `every_pair()`.
    seed : int
        Of the corruptions; every model gets the same pictures.

    Raises
    ------
    InputError
        If the model reads no pictures, or there is no such kind or severity.
    """
    check_reads_pictures(model)

    def answers(pictures: Tensor) -> Tensor:
        return logits_of(model.network, pictures, model.config.data.scan).argmax(1)

    def score(kind: str, severity: int, found: Tensor) -> CorruptionScore:
        right, same = int((found == labels).sum()), int((found == clean).sum())
        return CorruptionScore(kind, severity, len(labels), right, same)

    clean = answers(images)
    yield score(CLEAN, 0, clean)
    for kind, severity in pairs:
        worse = torch.from_numpy(corrupted(images.numpy(), kind, severity, seed))
        yield score(kind, severity, answers(worse))


def every_pair(
    kinds: Iterable[str] = tuple(CORRUPTIONS), severities: Iterable[int] = SEVERITIES
) -> list[tuple[str, int]]:
    """Return each kind with each severity."""
    severities = tuple(severities)
    return [(kind, severity) for kind in kinds for severity in severities]


def check_reads_pictures(model: Model) -> None:
    """Check that a model reads pictures, an `InputError` otherwise."""
    if not FRAMES[model.frame].varied:
        raise InputError(
            "The model {name!r} reads the pen path, which is no picture that can be corrupted; "
            "choose a model that reads pictures.",
            name=model.name,
        )


def mean_score(scores: Iterable[CorruptionScore], pairs: Pairs) -> CorruptionMean | None:
    """Return the mean over `pairs`, None unless `scores` has them all."""
    by_pair = {score.pair: score for score in scores}
    found = [by_pair.get(pair) for pair in pairs]
    there = [score for score in found if score is not None]
    if not there or len(there) < len(found):
        return None
    accuracy, n = fmean(score.accuracy for score in there), there[0].n
    return CorruptionMean(accuracy, wilson_interval(round(accuracy * n), n))


def worst_score(scores: Iterable[CorruptionScore]) -> CorruptionScore | None:
    """Return the corruption under which least is right, None if there is none."""
    corruptions = (score for score in scores if score.kind != CLEAN)
    return min(corruptions, key=lambda score: score.right, default=None)
