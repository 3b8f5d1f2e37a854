"""A visitor whose workers sleep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.training import runs
from rnndemo.training.runs import Visitor, owner_of
from tests.sleepers import Sleeper


@pytest.fixture
def sleepers(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that hold their locks and do nothing; they end with the test."""
    monkeypatch.setattr(runs, "_workers", [])
    monkeypatch.setattr(Sleeper, "spawned", [])
    monkeypatch.setattr("rnndemo.jobs.process.subprocess.Popen", Sleeper)
    yield
    for process in runs._workers:
        process.kill()
        process.wait()


@pytest.fixture
def me() -> Visitor:
    """A visitor."""
    return Visitor(owner_of("me"))
