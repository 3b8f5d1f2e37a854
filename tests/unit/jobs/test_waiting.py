"""A job that waits has no process, and loses its place to nobody, whoever is killed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnndemo.jobs import process, queue
from rnndemo.jobs.queue import Start, Turn, advance, enqueue, place_of_run, take, waits, watch
from rnndemo.jobs.tickets import clear, read_served, stored, tickets
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import WORKER
from tests.runs import until
from tests.sleepers import Sleeper

pytestmark = pytest.mark.usefixtures("sleepers")


@pytest.fixture(autouse=True)
def one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def job(tmp_path: Path, line: Path) -> Callable[[str], Path]:
    """Make a job VISITOR/NAME and queue it; return its folder."""

    def make(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        enqueue(line, Start("run", folder, ("7",)))
        return folder

    return make


def kill(folder: Path) -> None:
    os.kill(process.worker_of(folder), signal.SIGKILL)
    until(lambda: not is_locked(folder / WORKER), "its end")


def test_only_those_whose_turn_it_is_have_a_process(job: Callable[[str], Path], line: Path) -> None:
    first, second, third = job("a/1"), job("b/2"), job("c/3")
    assert len(Sleeper.spawned) == 1
    assert Sleeper.spawned[0][:2] == [str(first), "7"]
    assert is_locked(first / WORKER)
    assert [place_of_run(line, name) for name in "123"] == [0, 1, 2]
    assert [waits(line, name) for name in "123"] == [False, True, True]
    assert not is_locked(second / WORKER)
    kill(first)
    advance(line)
    advance(line)  # twice does no harm
    assert [Path(words[0]) for words in Sleeper.spawned] == [first, second]
    assert [place_of_run(line, name) for name in "123"] == [0, 0, 1]
    assert [one.job for one in stored(line)] == [third.name]


def test_visitors_take_turns(job: Callable[[str], Path], line: Path) -> None:
    running = job("a/1")
    for name in ("a/2", "a/3", "b/4", "b/5"):
        job(name)
    assert [place_of_run(line, name) for name in "2345"] == [2, 4, 1, 3]
    for name in "4253":
        kill(running)
        advance(line)
        running = Path(Sleeper.spawned[-1][0])
        assert running.name == name
    kill(running)
    assert clear(line) == []
    assert read_served(line) == {}  # a visitor without tickets leaves no trace


def test_process_of_a_job_holds_its_ticket_and_gives_it_back(
    job: Callable[[str], Path], line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "watch", lambda *given, **options: None)
    folder, second = job("a/1"), job("b/2")
    (mine,) = (one for one in tickets(line) if one.job == folder.name)
    lock, ticket = map(int, Sleeper.spawned[0][2:])
    assert lock != ticket
    given = os.open(f"/proc/{process.children[0].pid}/fd/{ticket}", os.O_RDWR)
    turn = Turn(line, folder.name, visitor="a", given=given)
    assert (turn.place(), turn.ticket) == (0, mine)
    turn.give_back()
    assert [Path(words[0]) for words in Sleeper.spawned] == [folder, second]


def test_job_that_is_taken_out_is_not_started(job: Callable[[str], Path], line: Path) -> None:
    first, second = job("a/1"), job("b/2")
    assert take(line, first.name) is None  # it trains
    assert take(line, second.name) == Start("run", second, ("7",))
    kill(first)
    advance(line)
    assert len(Sleeper.spawned) == 1
    assert tickets(line) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"work": "run"}', None])
def test_damaged_ticket_holds_nobody_up(
    content: str | None, job: Callable[[str], Path], line: Path
) -> None:
    first, second, third = job("a/1"), job("b/2"), job("c/3")
    (damaged,) = stored(line, "2")
    if content is None:
        second.rmdir()  # its folder is gone
    else:
        damaged.path.write_text(content)
    kill(first)
    advance(line)
    assert Path(Sleeper.spawned[-1][0]) == third
    assert not damaged.path.exists()


def test_ticket_that_cannot_be_read_for_a_moment_waits_on(
    job: Callable[[str], Path], line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = job("a/1"), job("b/2")
    (ticket,) = stored(line, "2")
    read_text = Path.read_text

    def fail(path: Path, *given: Any, **named: Any) -> str:
        if path == ticket.path:
            raise OSError(errno.EMFILE, "Too many open files")
        return read_text(path, *given, **named)

    kill(first)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_text", fail)
        advance(line)
        with pytest.raises(OSError, match="Too many open files"):
            take(line, "2")
    assert stored(line) == [ticket]
    advance(line)
    assert Path(Sleeper.spawned[-1][0]) == second


def test_job_whose_ticket_cannot_be_read_at_once_does_not_wait(
    line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    folder = tmp_path / "a" / "1"
    folder.mkdir(parents=True)
    monkeypatch.setattr(Path, "read_text", fail)
    with pytest.raises(OSError, match="Too many open files"):
        enqueue(line, Start("run", folder))
    assert stored(line) == []


# A process that starts the next job, and is killed just before or just after that.
STARTER = """
import os, signal, sys
from pathlib import Path
from rnndemo.jobs import process, queue
queue.slots = lambda: 1
start, die = process.start, lambda: os.kill(os.getpid(), signal.SIGKILL)
process.WORKERS["run"] = sys.argv[3]

def killed(*given, **options):
    if sys.argv[2] == "before":
        die()
    start(*given, **options)
    die()

process.start = killed
queue.advance(Path(sys.argv[1]))
"""

SLEEPING = """
import os, time
open(f"{os.getpid()}.pid", "w").close()
time.sleep(600)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_who_starts_the_next_may_be_killed(
    moment: str, job: Callable[[str], Path], line: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first, second, _ = job("a/1"), job("b/2"), job("c/3")
    kill(first)
    monkeypatch.undo()  # a real process, which sleeps
    monkeypatch.setattr(queue, "slots", lambda: 1)
    (tmp_path / "sleeping.py").write_text(SLEEPING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    words = [sys.executable, "-c", STARTER, str(line), moment, "sleeping"]
    assert subprocess.run(words, cwd=Path.cwd(), check=False).returncode == -signal.SIGKILL
    monkeypatch.setitem(process.WORKERS, "run", "sleeping")
    advance(line)
    assert [place_of_run(line, name) for name in "23"] == [0, 1]
    assert is_locked(second / WORKER)
    assert [one.job for one in tickets(line) if one.state == "trains"] == ["2"]
    (begun,) = until(lambda: list(second.glob("*.pid")), "its process, and no other")
    os.kill(int(begun.stem), signal.SIGKILL)
    until(lambda: not is_locked(second / WORKER), "its end")


def test_a_watcher_starts_the_next_when_nobody_else_can(
    job: Callable[[str], Path], line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WATCH_SECONDS", 0.01)
    first, second = job("a/1"), job("b/2")
    watch(line)
    watch(line)
    assert [one.name for one in threading.enumerate()].count("queue") == 1
    kill(first)
    until(lambda: is_locked(second / WORKER), "the next")
    until(lambda: not queue._watchers[line].is_alive(), "its end, as nobody waits")
    watch(line)
    assert not queue._watchers[line].is_alive()


def test_what_cannot_be_started_is_said_to_who_asks_and_keeps_its_place_else(
    job: Callable[[str], Path], line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **options: Any) -> None:
        raise OSError(12, "Cannot allocate memory")

    first, second = job("a/1"), job("b/2")
    kill(first)
    with monkeypatch.context() as patched:
        patched.setattr("rnndemo.jobs.process.subprocess.Popen", full)
        advance(line)
        assert (place_of_run(line, second.name), waits(line, second.name)) == (0, True)
    advance(line)
    assert is_locked(second / WORKER)
    kill(second)
    with monkeypatch.context() as patched:
        patched.setattr("rnndemo.jobs.process.subprocess.Popen", full)
        with pytest.raises(OSError, match="memory"):
            job("c/3")
    assert tickets(line) == []


def test_environment_does_not_grow_from_one_worker_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    first = process.environment()
    for name, value in first.items():
        monkeypatch.setenv(name, value)
    assert process.environment() == first


def test_two_hundred_that_wait_cost_next_to_nothing(job: Callable[[str], Path], line: Path) -> None:
    for number in range(200):
        job(f"{number // 4}/{number}")
    assert len(Sleeper.spawned) == 1  # those that wait have no process
    start = time.process_time()
    for _ in range(5):
        advance(line)  # a watcher does so once a second
    assert (time.process_time() - start) / 5 < 0.005
    assert place_of_run(line, "199") == 199


@pytest.fixture(autouse=True)
def watchers_end(line: Path) -> Iterator[None]:
    yield
    for one in stored(line):
        one.path.unlink()
