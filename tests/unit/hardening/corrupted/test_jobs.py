"""How right models stay on corrupted pictures: measured once, figure by figure, nobody else's."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from rnndemo.data.corruptions import SEVERITIES
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.corruption_curves import CLEAN, CorruptionScore, corruption_scores
from rnndemo.hardening.corrupted import measured
from rnndemo.hardening.corrupted.jobs import (
    MAX_MODELS,
    MODELS,
    CorruptionJob,
    CorruptionJobs,
    CorruptionRequest,
)
from rnndemo.hardening.corrupted.measured import (
    POINTS,
    ModelScore,
    curve_of,
    measure_corruptions,
    scores_of,
)
from rnndemo.models.store import Model, save_model
from rnndemo.storage.files import write_json
from tests.runs import until

ME, ONE, OTHER = "a" * 20, "1" * 64, "2" * 64
ROWS = CorruptionRequest((ONE, OTHER), ("missing_rows",))
KEYS = [(CLEAN, 0), *(("missing_rows", severity) for severity in SEVERITIES)]


@pytest.fixture
def asleep(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process."""
    monkeypatch.setattr(CorruptionJob, "go", lambda job: None)


@pytest.fixture
def few(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    part = replace(few_digits, test=few_digits.test.take(torch.arange(60)))
    monkeypatch.setattr(measured, "data_for", lambda model: part)
    return part


def started(model: Model, request: CorruptionRequest = ROWS) -> CorruptionJob:
    return CorruptionJobs(ME).start(request, lambda folder, digest: save_model(folder, model))


def keys(scores: list[ModelScore], digest: str) -> list[tuple[str, int]]:
    return [(one.score.kind, one.score.severity) for one in scores if one.model == digest]


def test_each_model_is_measured_on_the_same_pictures(
    asleep: None, few: DataSet, tiny: Model
) -> None:
    job = started(tiny)
    measure_corruptions(job.folder)
    scores = scores_of(job.folder)
    assert len(scores) == ROWS.points
    assert keys(scores, ONE) == keys(scores, OTHER) == KEYS
    test = few.test
    again = list(corruption_scores(tiny, test.images, test.labels, KEYS[1:]))
    for digest in (ONE, OTHER):
        assert [one.score for one in scores if one.model == digest] == again
    assert not (job.folder / MODELS).exists()  # of no more use, and the largest part


def test_it_goes_on_where_it_was_stopped(asleep: None, few: DataSet, tiny: Model) -> None:
    job = started(tiny)
    known = [ModelScore(ONE, CorruptionScore(*key, n=60, right=1, same=1)) for key in KEYS[:4]]
    write_json(job.folder / POINTS, [asdict(one) for one in known])
    measure_corruptions(job.folder)
    scores = scores_of(job.folder)
    assert scores[:4] == known
    assert keys(scores, ONE) == keys(scores, OTHER) == KEYS


@pytest.mark.parametrize(
    "score",
    [
        {"kind": "fog", "severity": 1, "n": 5, "right": 6, "same": 0},
        {"kind": "fog", "severity": 0, "n": 5, "right": 1, "same": 0},
        {"kind": "../x", "severity": 1, "n": 5, "right": 1, "same": 0},
        {"kind": "fog", "severity": 1, "n": 0, "right": 0, "same": 0},
        {"kind": "fog", "severity": 1, "n": 5, "right": 1},
    ],
)
def test_damaged_figures_are_none(score: dict[str, object], tmp_path: Path) -> None:
    write_json(tmp_path / POINTS, [{"model": ONE, "score": score}])
    assert scores_of(tmp_path) == []


@pytest.mark.parametrize(
    "request_",
    [
        CorruptionRequest((), ("fog",)),
        CorruptionRequest((ONE, ONE), ("fog",)),
        CorruptionRequest(tuple(f"{k}" for k in range(MAX_MODELS + 1)), ("fog",)),
        CorruptionRequest((ONE,), ()),
        CorruptionRequest((ONE,), ("fog", "../x")),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_written(
    request_: CorruptionRequest, data_folder: Path, tiny: Model
) -> None:
    with pytest.raises(InputError, match="Choose 1 to|choose one of"):
        started(tiny, request_)
    assert not (data_folder / "corruptions").exists()


def test_a_process_measures_it(data_folder: Path, tiny_of_arrays: Model) -> None:
    job = started(tiny_of_arrays, replace(ROWS, models=(ONE,)))
    until(lambda: not job.outcome.active, "its end")
    assert job.outcome.status == "done"
    assert keys(scores_of(job.folder), ONE) == KEYS


def test_a_curve_is_a_mean_over_what_is_measured_of_all() -> None:
    def score(kind: str, severity: int, right: int) -> CorruptionScore:
        return CorruptionScore(kind, severity, 100, right, right)

    scores = [score(CLEAN, 0, 99), score("fog", 1, 80), score("stripe", 1, 60), score("fog", 2, 9)]
    both = curve_of(scores, ("fog", "stripe"))
    assert [(one.severity, one.n) for one in both] == [(0, 100), (1, 100)]
    assert both[1].mean.accuracy == pytest.approx(0.7)
    assert [one.severity for one in curve_of(scores, ("fog",))] == [0, 1, 2]
    assert curve_of([], ("fog",)) == []
