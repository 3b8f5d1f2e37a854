"""Another threshold in a finished run's card: what follows it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import load_cached, load_folder
from rnndemo.reading.answers import answer
from rnndemo.storage.folders import HOME
from rnndemo.storage.names import CARD, REPORT, WEIGHTS
from rnndemo.training.runs import Run, Runs
from rnndemo.training.state import change_state
from rnndemo.training.thresholds import CALIBRATED, set_threshold
from rnndemo.web.packed import packed
from tests.finished import finished_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few_digits: DataSet) -> Run:
    monkeypatch.setenv(HOME, str(tmp_path))
    return finished_run(Runs("a" * 20), few_digits, "mine")


def test_all_that_reads_the_card_follows(run: Run, few_digits: DataSet) -> None:
    before = load_cached(run.folder)
    weights = (run.folder / WEIGHTS).read_bytes()
    picture = few_digits.test.images[0].numpy() / np.float32(255)
    sure = answer(before, picture).probability
    for threshold in (sure + 1e-4, sure - 1e-4):
        set_threshold(run, threshold)
        after = load_cached(run.folder)
        assert after.card == load_folder(run.folder).card
        assert answer(after, picture).rejected == (threshold > sure)
        assert packed(after).manifest["threshold"] == threshold
        assert after.card.measured[CALIBRATED] == before.card.reject_threshold
        assert after.card.temperature == before.card.temperature
        report = TestReport.load(run.folder / REPORT)
        assert report.rejected.tolist() == (report.confidences < threshold).tolist()
        assert after.card.measured["accepted"] == pytest.approx(1 - report.rejected.mean())
    assert (run.folder / WEIGHTS).read_bytes() == weights
    assert not list(run.folder.glob(".*.new"))


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan"), True, "0.5"])
def test_what_is_no_threshold_is_refused(run: Run, threshold: float) -> None:
    before = (run.folder / CARD).read_bytes()
    with pytest.raises(InputError, match="reject_threshold"):
        set_threshold(run, threshold)
    assert (run.folder / CARD).read_bytes() == before


def test_only_the_owner_of_a_run_at_rest_may(run: Run) -> None:
    before = (run.folder / CARD).read_bytes()
    with pytest.raises(InputError, match="belongs to someone else"):
        set_threshold(Run(run.folder, own=False), 0.5)
    (run.folder / CARD).write_text("{")
    with pytest.raises(InputError, match="card"):
        set_threshold(run, 0.5)
    (run.folder / CARD).write_bytes(before)
    (run.folder / REPORT).unlink()
    set_threshold(run, 0.5)  # nothing to count
    assert json.loads((run.folder / CARD).read_text())["reject_threshold"] == 0.5
    (run.folder / WEIGHTS).unlink()
    with pytest.raises(InputError, match="no network yet"):
        set_threshold(run, 0.5)


def test_a_run_that_waits_is_left_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    change_state(run.folder, status="queued")
    monkeypatch.setattr(Run, "running", True)
    with pytest.raises(InputError, match="still training"):
        set_threshold(run, 0.5)
