from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rnndemo.data.drawn.gestures import example
from rnndemo.errors import InputError
from rnndemo.reactions.deck import Deck
from rnndemo.reactions.log import (
    EVENTS,
    OLD,
    append,
    event_of,
    last_events,
    whole,
)
from rnndemo.reactions.react import Recognised, Stage, react
from rnndemo.reactions.table import NOTHING, Table

ROOT = Path(__file__).parents[3]


def event(label: str = "arrow", rejected: bool = False, reader: str = "reader") -> dict:
    seen = Recognised(label, 0.123456, rejected, example(label), reader)
    table = Table().assign("slides", "pigtail", NOTHING)
    outcome = react(Stage("slides", Deck(3)), seen, table.assigned["slides"], 0.5, now=0)
    when = datetime(2026, 11, 25, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    return event_of(seen, outcome, when)


def numbered(number: int) -> dict:
    return {"gesture": "arrow", "number": number}


def test_a_line_says_what_happened_and_when() -> None:
    assert event() == {
        "time": "2026-11-25T12:00:00.000+00:00",
        "gesture": "arrow",
        "probability": 0.1235,
        "reader": "reader",
        "stage": "slides",
        "reaction": "slides.next",
        "why_not": "",
    }
    assert datetime.fromisoformat(event()["time"]).tzinfo == UTC


@pytest.mark.parametrize(
    ("label", "rejected", "why"),
    [
        ("arrow", True, "rejected"),
        ("pigtail", False, "nothing assigned"),
        ("left_sq_bracket", False, "no effect"),
    ],
)
def test_what_did_not_act_has_no_reaction_and_says_why(
    label: str, rejected: bool, why: str
) -> None:
    line = event(label, rejected)
    assert (line["reaction"], line["why_not"]) == ("", why)


def test_events_come_back_latest_first(tmp_path: Path) -> None:
    for number in range(30):
        append(tmp_path / "visitor", numbered(number))
    assert [e["number"] for e in last_events(tmp_path / "visitor", 3)[0]] == [29, 28, 27]
    assert len(last_events(tmp_path / "visitor", 99)[0]) == 30


def test_no_log_has_no_events(tmp_path: Path) -> None:
    assert last_events(tmp_path, 5) == ([], 0)
    assert whole(tmp_path) == b""


def test_a_name_from_elsewhere_cannot_make_a_second_line(tmp_path: Path) -> None:
    append(tmp_path, event(reader='evil\n{"gesture": "x"}' + "x" * 5000))
    assert (tmp_path / EVENTS).read_bytes().count(b"\n") == 1
    assert len(last_events(tmp_path, 5)[0][0]["reader"]) == 60


@pytest.mark.parametrize(
    "damage",
    [b"\n", b"half a li", b"[1]\n", b"\xff\xfe\n", b"[" * 9999 + b"\n", b'{"gesture": 3}\n'],
)
def test_damaged_lines_are_passed_over(tmp_path: Path, damage: bytes) -> None:
    append(tmp_path, numbered(1))
    with (tmp_path / EVENTS).open("ab") as file:
        file.write(damage)
    append(tmp_path, numbered(2))
    assert [e["number"] for e in last_events(tmp_path, 2)[0]] == [2, 1]
    assert last_events(tmp_path, 2)[1] == bool(damage.strip())  # an empty line lost nothing
    assert last_events(tmp_path, 1)[1] == 0  # it lies before that event


def test_a_full_log_is_rotated_and_one_old_one_stays(tmp_path: Path) -> None:
    for number in range(100):
        append(tmp_path, numbered(number), most=400)
    assert sorted(path.name for path in tmp_path.iterdir()) == [EVENTS, OLD]
    assert all((tmp_path / name).stat().st_size <= 400 for name in (EVENTS, OLD))
    numbers = [e["number"] for e in last_events(tmp_path, 99)[0]]
    assert numbers == list(range(99, 99 - len(numbers), -1))
    assert [json.loads(line)["number"] for line in whole(tmp_path).splitlines()] == numbers[::-1]


WRITER = """
import sys
from pathlib import Path
from rnndemo.reactions.log import append
for number in range(400):
    append(Path(sys.argv[1]), {"gesture": sys.argv[2], "number": number}, most=int(sys.argv[3]))
"""


@pytest.mark.parametrize("most", [4_000_000, 24_000])
def test_lines_of_two_processes_stay_whole_and_in_order(tmp_path: Path, most: int) -> None:
    """At 24,000 bytes the log is rotated once, while both write."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path, name, str(most)], cwd=ROOT)
        for name in ("x", "v")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    lines = [json.loads(line) for line in whole(tmp_path).splitlines()]
    for name in ("x", "v"):
        assert [e["number"] for e in lines if e["gesture"] == name] == list(range(400))


def test_on_a_full_disk_no_half_line_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, numbered(1))
    before = (tmp_path / EVENTS).read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:5]))
    with pytest.raises(InputError, match="make room"):
        append(tmp_path, numbered(2))
    assert (tmp_path / EVENTS).read_bytes() == before

    def refuse(file: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(InputError, match="make room"):
        append(tmp_path, numbered(3))
    monkeypatch.undo()
    append(tmp_path, numbered(4))
    assert [e["number"] for e in last_events(tmp_path, 9)[0]] == [4, 1]
