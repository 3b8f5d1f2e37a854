"""How right models answer corrupted test pictures: corruption by corruption, and kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES
from rnndemo.errors import InputError
from rnndemo.evaluation.corruption_curves import (
    CLEAN,
    CorruptionMean,
    CorruptionScore,
    corruption_scores,
    every_pair,
    mean_score,
)
from rnndemo.hardening.corrupted.jobs import MODELS, CorruptionJob
from rnndemo.hardening.data import data_for
from rnndemo.models.store import load_folder
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.records import read

POINTS = "points.json"


@dataclass(frozen=True)
class ModelScore:
    """One model's answers to pictures with one corruption.

    Parameters
    ----------
    model : str
        The digest of its file.
    score : CorruptionScore
        How right it is.
    """

    model: str
    score: CorruptionScore


def scores_of(folder: Path) -> list[ModelScore]:
    """Return what is measured so far in the folder of a job; nothing where it cannot be read."""
    try:
        scores = read(tuple[ModelScore, ...], read_json(folder / POINTS))
    except (ValueError, InputError):
        return []
    return list(scores) if all(_possible(one.score) for one in scores) else []


def _possible(score: CorruptionScore) -> bool:
    """Return whether a stored score can have been measured."""
    known = score.kind in CORRUPTIONS and score.severity in SEVERITIES
    clean = score.kind == CLEAN and score.severity == 0
    return (known or clean) and score.n > 0 and 0 <= score.right <= score.n >= score.same >= 0


def measure_corruptions(folder: Path) -> None:
    """Measure what a job is asked for and has not measured yet, corruption by corruption.

    Every model gets the same pictures.

    Raises
    ------
    InputError
        If a model reads no pictures, or it or its data cannot be read.
    """
    request = CorruptionJob(folder).request
    request.check()
    scores = scores_of(folder)
    for digest in request.models:
        known = {one.score.pair for one in scores if one.model == digest}
        left = [pair for pair in every_pair(request.kinds) if pair not in known]
        if not left:
            continue
        model = load_folder(folder / MODELS / digest)
        test = data_for(model).test
        for score in corruption_scores(model, test.images, test.labels, left):
            if score.pair not in known:  # the clean one is needed for the others
                scores.append(ModelScore(digest, score))
                write_json(folder / POINTS, [asdict(one) for one in scores])
    shutil.rmtree(folder / MODELS, ignore_errors=True)


@dataclass(frozen=True)
class SeverityPoint:
    """How right a model is at one severity: of one corruption, or the mean of several.

    Parameters
    ----------
    severity : int
        1 to 5; 0 of clean pictures.
    mean : CorruptionMean
        The share of right answers, and its 95 % interval.
    n : int
        Number of pictures.
    """

    severity: int
    mean: CorruptionMean
    n: int


def curve_of(scores: Iterable[CorruptionScore], kinds: Sequence[str]) -> list[SeverityPoint]:
    """Return the accuracy at each severity, the mean over `kinds`, where all of them are measured.

    Parameters
    ----------
    scores : iterable of CorruptionScore
        Of one model, of the same pictures.
    kinds : sequence of str
        Keys of `CORRUPTIONS`.
    """
    scores = list(scores)
    pairs = {0: [(CLEAN, 0)]} | {one: every_pair(kinds, (one,)) for one in SEVERITIES}
    means = {severity: mean_score(scores, each) for severity, each in pairs.items()}
    n = scores[0].n if scores else 0
    return [SeverityPoint(severity, mean, n) for severity, mean in means.items() if mean]
