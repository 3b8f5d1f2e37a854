"""`kill -9` of a worker or of the coordinator at any moment: the study ends as if undisturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.runs import until
from tests.sweep_kills import SECONDS, Study, outcome, started

SEEDS = (1,)  # the many are in `python -m benchmarks sweeps --kills`


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    study = Study(tmp_path_factory.mktemp("undisturbed") / "study")
    assert study.run() == 0
    return study


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    study = Study(tmp_path / "study")
    yield study
    study.end()


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def workers_of(study: Study) -> list[int]:
    return until(lambda: len(started(study)) == 2 and started(study), "two workers")


@pytest.mark.parametrize("seed", SEEDS)
def test_coordinator_that_is_ended_and_killed_goes_on(
    seed: int, study: Study, undisturbed: Study
) -> None:
    study.start()
    until(lambda: study.ended() >= 1, "a trial")
    os.kill(study.process.pid, signal.SIGTERM)
    assert study.wait() == 130
    assert "To go on: python -m rnndemo sweep" in study.said()

    study.start()
    workers = workers_of(study)
    with suppress(subprocess.TimeoutExpired):
        study.process.wait(random.Random(seed).uniform(0.0, SECONDS / 2))
    study.end()
    until(lambda: not any(map(alive, workers)), "the end of its workers")

    assert study.run() == 0
    assert outcome(study) == outcome(undisturbed)


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_worker_loses_nothing(seed: int, study: Study, undisturbed: Study) -> None:
    study.kill_workers(random.Random(seed), 2)
    assert study.wait() == 0
    assert outcome(study) == outcome(undisturbed)
