from __future__ import annotations

from collections.abc import Callable

import pytest

from rnndemo.jobs.cluster import scheduler
from rnndemo.sweeps.server import database


@pytest.mark.parametrize(("read", "name"), [(scheduler, "SCHEDULER"), (database, "STUDIES_URL")])
def test_variables_have_one_prefix_and_an_old_one(
    read: Callable[[], str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = f"ROWBYROW_{name}", f"RNNDEMO_{name}"
    monkeypatch.delenv(new, raising=False)
    monkeypatch.delenv(old, raising=False)
    assert read() == ""
    monkeypatch.setenv(old, " tcp://old ")
    assert read() == "tcp://old"
    monkeypatch.setenv(new, "tcp://new")
    assert read() == "tcp://new"
    monkeypatch.setenv(new, "")  # so the old one is switched off
    assert read() == ""
