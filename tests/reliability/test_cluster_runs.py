"""Runs of the page Train on a Dask cluster of real processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.sets import load
from rnndemo.models.store import WEIGHTS, load_folder
from rnndemo.training import runs
from rnndemo.training.cluster import SCHEDULER
from rnndemo.training.engine import REPORT
from rnndemo.training.events import CONTROLS, EventReader
from rnndemo.training.queue import Turn, slots
from rnndemo.training.runs import Run, Visitor
from rnndemo.training.state import CLUSTER
from tests.runs import events, until, until_state, until_step
from tests.studies import cluster

SHORT = RunConfig(
    data=DataConfig(train_size=1000),
    model=ModelConfig(hidden_size=8, dropout=0.1),
    training=TrainingConfig(epochs=4, batch_size=50, schedule="constant", lr=0.01),
)
PER_EPOCH = 20
LONG = replace(SHORT, training=replace(SHORT.training, epochs=1000))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    load("digits")
    with cluster(tmp_path_factory.mktemp("cluster")) as machines:
        yield machines.address


@pytest.fixture
def full(visitor: Visitor, tmp_path: Path) -> Iterator[Visitor]:
    """A visitor of a server that has no place left."""
    others = [Turn(tmp_path / "queue", f"other{number}") for number in range(slots())]
    assert all(other.place() == 0 for other in others)
    yield visitor
    for other in others:
        other.give_back()


@pytest.fixture
def away(full: Visitor, address: str, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The same, with a cluster."""
    monkeypatch.setenv(SCHEDULER, address)
    return full


def test_run_on_the_cluster_is_live_and_ends_with_the_same_bits(
    away: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = away.start(SHORT)
    t = time.time()
    until_step(run, 1)
    print("first step", time.time() - t)
    until_state(run, "done")
    print("done", time.time() - t)
    assert run.state.where == CLUSTER
    print(events(run.folder)[-1])
