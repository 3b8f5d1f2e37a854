"""Real worker processes, in a data folder that goes away with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.storage.folders import HOME, owner_of
from rnndemo.training.runs import Runs
from tests.sleepers import ended


@pytest.fixture
def visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    monkeypatch.setenv(HOME, str(tmp_path))
    visitor = Runs(owner_of("someone"))
    with ended():
        yield visitor
        for run in visitor.all():
            run.kill()
