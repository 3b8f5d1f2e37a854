"""A training's limit of memory is its own: what it starts meanwhile is free."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from rnndemo.jobs import memory, process
from rnndemo.jobs.memory import bounded
from rnndemo.storage.locks import locked
from rnndemo.storage.names import LOG, WORKER

BEFORE = resource.getrlimit(resource.RLIMIT_DATA)
MOST = 40_000_000_000  # bytes, out of this test's reach


def limit_of_child(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Start a process as the queue does; return its limit."""
    monkeypatch.setitem(process.WORKERS, "run", "this")
    with locked(folder / WORKER) as lock:
        process.start("run", folder, lock)
    child = process.children[-1]
    try:
        return resource.prlimit(child.pid, resource.RLIMIT_DATA)
    finally:
        child.wait()
        assert (folder / LOG).exists()


def test_the_next_job_has_the_limit_from_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bounded(MOST):
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == MOST
        assert limit_of_child(tmp_path, monkeypatch) == BEFORE
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == MOST
    assert resource.getrlimit(resource.RLIMIT_DATA) == BEFORE


def test_a_system_that_cannot_do_that_starts_it_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prlimit = resource.prlimit
    with bounded(MOST):
        monkeypatch.delattr(memory.resource, "prlimit")
        with locked(tmp_path / WORKER) as lock:
            process.start("run", tmp_path, lock)
        monkeypatch.setattr(memory.resource, "prlimit", prlimit, raising=False)
        process.children[-1].kill()
        process.children[-1].wait()
