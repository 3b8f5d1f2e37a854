"""Those who wait in a process are served in order; a killed process takes up no place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rnndemo.jobs import queue
from rnndemo.jobs.queue import Turn, place_of_run
from rnndemo.storage.locks import is_locked, locked

# A process that takes a turn, and prints its place for each line that it reads.
CHILD = """
import sys
from pathlib import Path
from rnndemo.jobs import queue
queue.slots = lambda: int(sys.argv[3])
turn = queue.Turn(Path(sys.argv[1]), sys.argv[2])
for line in sys.stdin:
    if line.strip() == "back":
        turn.give_back()
        print("back", flush=True)
    else:
        print(turn.place(), flush=True)
"""


class Other:
    """A turn in a process of its own."""

    def __init__(self, folder: Path, run: str, slots: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), run, str(slots)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd(),
        )  # fmt: skip

    def say(self, word: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def place(self) -> int:
        return int(self.say("place"))

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Callable[..., Other]]:
    made: list[Other] = []

    def make(run: str, slots: int = 1) -> Other:
        made.append(Other(tmp_path / "queue", run, slots))
        return made[-1]

    yield make
    for one in made:
        one.kill()


@pytest.fixture
def one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)


def test_processes_train_in_the_order_in_which_they_came(others: Callable[..., Other]) -> None:
    first, second, third = (others(name) for name in ("c", "b", "a"))
    assert [first.place(), second.place(), third.place()] == [0, 1, 2]
    assert [third.place(), second.place(), first.place()] == [2, 1, 0]
    first.say("back")
    assert [second.place(), third.place()] == [0, 1]
    assert first.place() == 2  # behind those that waited meanwhile


@pytest.mark.parametrize("slots", [1, 2])
def test_killed_process_leaves_no_place_taken(
    slots: int, others: Callable[..., Other], tmp_path: Path
) -> None:
    runs = [others(f"run{number}", slots) for number in range(4)]
    assert [run.place() for run in runs] == [max(0, n - slots + 1) for n in range(4)]
    runs[0].kill()
    assert [run.place() for run in runs[1:]] == [max(0, n - slots + 1) for n in range(3)]
    runs[2].kill()
    assert [runs[1].place(), runs[3].place()] == [0, 2 - slots]
    assert len(list((tmp_path / "queue").glob("[0-9]*"))) == 2


def test_never_more_train_than_there_are_slots(others: Callable[..., Other]) -> None:
    runs = [others(f"run{number}", 2) for number in range(5)]
    for _ in range(3):
        assert sum(run.place() == 0 for run in runs) == 2
        next(run for run in runs if run.place() == 0).say("back")


@pytest.mark.usefixtures("one_slot")
def test_page_finds_the_place_of_a_run(others: Callable[..., Other], tmp_path: Path) -> None:
    first, second = others("aa"), others("bb")
    first.place()
    second.place()
    places = [place_of_run(tmp_path / "queue", run) for run in ("aa", "bb", "none")]
    assert places == [0, 1, 0]
    first.kill()
    assert place_of_run(tmp_path / "queue", "bb") == 0


@pytest.mark.usefixtures("one_slot")
def test_turn_is_given_back_and_asked_for_again(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "queue", "a"), Turn(tmp_path / "queue", "b")
    assert [first.place(), second.place(), first.place()] == [0, 1, 0]
    first.give_back()
    first.give_back()  # twice does no harm
    assert [second.place(), first.place()] == [0, 1]
    second.give_back()
    assert first.place() == 0
    first.give_back()
    assert list((tmp_path / "queue").glob("[0-9]*")) == []


@pytest.mark.usefixtures("one_slot")
def test_queue_that_somebody_removed_lets_everybody_train(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "queue", "a"), Turn(tmp_path / "queue", "b")
    assert [first.place(), second.place()] == [0, 1]
    for path in (tmp_path / "queue").iterdir():
        path.unlink()
    (tmp_path / "queue").rmdir()
    assert second.place() == 0
    first.give_back()
    second.give_back()
    assert not (tmp_path / "queue").exists()


# --- locks ----------------------------------------------------------------------------------


def test_lock_is_seen_while_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    with locked(path):
        assert is_locked(path)
        assert is_locked(path)  # the check releases nothing
    assert not is_locked(path)


def test_waiting_for_a_lock_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path), pytest.raises(TimeoutError, match="held"), locked(path, patience=0.03):
        raise AssertionError("two hold it")
    assert not is_locked(path)


def test_looking_at_a_lock_makes_no_file(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "none" / "lock")
    assert list(tmp_path.iterdir()) == []


def test_lack_of_descriptors_takes_nobodys_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)
    turn = Turn(tmp_path, "a")
    turn.place()
    opened = os.open

    def none_left(path: Path, flags: int, mode: int = 0o777) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("rnndemo.jobs.queue.os.open", none_left)
    assert place_of_run(tmp_path, "a") == 0
    monkeypatch.setattr("rnndemo.jobs.queue.os.open", opened)
    assert [path.name for path in tmp_path.glob("[0-9]*")] == [turn.ticket.path.name]
    turn.give_back()
