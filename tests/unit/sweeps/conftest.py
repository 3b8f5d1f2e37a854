"""A visitor with a shelf of studies."""

from __future__ import annotations

import pytest

from rnndemo.jobs import cluster
from rnndemo.storage.folders import owner_of
from rnndemo.sweeps import server
from rnndemo.sweeps.studies import Studies


@pytest.fixture
def mine(sleepers: None, monkeypatch: pytest.MonkeyPatch) -> Studies:
    """A visitor's studies, none as yet; their processes sleep."""
    monkeypatch.setenv(cluster.SCHEDULER, "")
    monkeypatch.setenv(server.DATABASE, "")
    return Studies(owner_of("me"))
