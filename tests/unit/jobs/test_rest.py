"""As many paused trainings keep their process as may train, none while others wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.jobs import rest
from rnndemo.jobs.queue import Start, store
from rnndemo.jobs.rest import Rest


@pytest.fixture(autouse=True)
def _two_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "slots", lambda: 2)


def test_as_many_rest_as_may_train(tmp_path: Path) -> None:
    first, second, third = (Rest(tmp_path) for _ in range(3))
    assert [one.possible() for one in (first, second, third, first)] == [True, True, False, True]
    first.leave()
    assert third.possible()
    assert not first.possible()
    for one in (second, third):
        one.leave()


def test_nobody_rests_while_a_job_waits(tmp_path: Path) -> None:
    resting = Rest(tmp_path)
    assert resting.possible()
    ticket = store(tmp_path, Start("run", tmp_path / "visitor" / "run"))
    assert not resting.possible()
    ticket.path.unlink()
    assert resting.possible()
    resting.leave()
