"""Real worker processes, in a data folder that goes away with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.storage.folders import HOME
from rnndemo.training import runs as one_run
from rnndemo.training.runs import Visitor, owner_of


@pytest.fixture
def visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setenv(HOME, str(tmp_path))
    visitor = Visitor(owner_of("someone"))
    yield visitor
    for run in visitor.runs():
        run.kill()
    for process in one_run._workers:
        process.kill()
        process.wait()
    one_run._workers.clear()
