"""How much visitors keep, when they came last, and who else may read it."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.errors import InputError
from rnndemo.storage import visitors
from rnndemo.storage.folders import KINDS, TRASHES, move_to_trash, owner_of
from rnndemo.storage.limits import TOTAL_MB, VISITOR_MB
from rnndemo.storage.visitors import (
    bytes_of,
    check_bytes,
    keep_private,
    last_visit,
    note_visit,
    owners,
)

ME, OTHER = owner_of("me"), owner_of("other")
HALF = 500_000  # bytes of a file of these tests


@pytest.fixture(autouse=True)
def _counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "_total", (float("-inf"), 0))


@pytest.fixture
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def keep(home: Path, owner: str, name: str = "0" * 20, kind: str = "runs") -> Path:
    folder = home / kind / owner / name
    folder.mkdir(parents=True)
    (folder / "model").write_bytes(b"0" * HALF)
    return folder


def test_all_kinds_and_what_was_deleted_count(data_folder: Path) -> None:
    for number, kind in enumerate((*KINDS, *TRASHES)):
        keep(data_folder, ME, f"{number:020x}", kind)
    keep(data_folder, OTHER)
    assert bytes_of(ME) == HALF * len((*KINDS, *TRASHES))
    assert set(owners()) == {ME, OTHER}


def test_what_a_link_leads_to_does_not_count(data_folder: Path, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    elsewhere = keep(tmp_path_factory.mktemp("elsewhere"), OTHER)
    (keep(data_folder, ME) / "link").symlink_to(elsewhere)
    (data_folder / "runs" / OTHER).symlink_to(elsewhere.parent)
    assert bytes_of(ME) < 2 * HALF
    assert owners() == [ME]


def test_who_keeps_too_much_is_told_how_much(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VISITOR_MB, "1")
    keep(data_folder, ME)
    check_bytes(ME)
    keep(data_folder, ME, "1" * 20)
    with pytest.raises(InputError, match=r"You keep 1 MB here, and 1 MB is the most"):
        check_bytes(ME)
    check_bytes(OTHER)


def test_what_was_deleted_makes_room(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VISITOR_MB, "1")
    keep(data_folder, ME)
    move_to_trash(keep(data_folder, ME, "1" * 20), data_folder / "trash" / ME)
    check_bytes(ME)
    assert bytes_of(ME) == HALF


def test_all_visitors_together_have_a_limit(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOTAL_MB, "1")
    for owner in (ME, OTHER):
        keep(data_folder, owner)
    with pytest.raises(InputError, match="All visitors together keep 1 MB"):
        check_bytes(owner_of("a third"))


def test_at_the_limit_of_all_what_was_deleted_makes_room_ones_own_first(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOTAL_MB, "1.5")
    deleted = []
    for owner, name, age in ((OTHER, "1", 300), (OTHER, "2", 200), (ME, "3", 100)):
        keep(data_folder, owner, name * 20)
        trash = data_folder / "trash" / owner
        move_to_trash(data_folder / "runs" / owner / (name * 20), trash)
        deleted.append(trash / (name * 20))
        when = time.time() - age
        os.utime(deleted[-1], (when, when))
    kept = keep(data_folder, ME)
    check_bytes(ME)
    assert [folder.exists() for folder in (*deleted, kept)] == [False, True, False, True]
    keep(data_folder, ME, "4" * 20)
    monkeypatch.setattr(visitors, "_total", (float("-inf"), 0))
    check_bytes(owner_of("a third"))  # others' room too
    assert not deleted[1].exists()


def test_what_is_gone_for_good_makes_room_at_once(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOTAL_MB, "1")
    folders = [keep(data_folder, ME, name * 20) for name in "12"]
    with pytest.raises(InputError, match="All visitors together keep 1 MB"):
        check_bytes(ME)
    shutil.rmtree(folders[0])
    check_bytes(ME)


@pytest.mark.parametrize("name", [VISITOR_MB, TOTAL_MB])
def test_no_limit(data_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other in (VISITOR_MB, TOTAL_MB):
        monkeypatch.setenv(other, "0")
    keep(data_folder, ME)
    check_bytes(ME)


def test_a_visit_is_noted_for_who_keeps_something(data_folder: Path) -> None:
    note_visit(ME)
    assert not (data_folder / visitors.VISITS).exists()
    keep(data_folder, ME)
    note_visit(ME)
    assert last_visit(ME, time.time()) == pytest.approx(time.time(), abs=60)


def test_an_unknown_visit_and_one_in_the_future_count_as_now(data_folder: Path) -> None:
    keep(data_folder, ME)
    now = time.time()
    assert last_visit(ME, now) == now  # of an earlier version: not deleted at once
    os.utime(data_folder / visitors.VISITS / ME, (now + 1e6, now + 1e6))
    assert last_visit(ME, now) == now


def test_a_clock_that_is_behind_for_a_while_lowers_no_visit(data_folder: Path) -> None:
    keep(data_folder, ME)
    note_visit(ME)
    seen = last_visit(ME, time.time())
    behind = seen - 1e8
    assert last_visit(ME, behind) == behind
    assert last_visit(ME, seen + 10) == seen


def test_who_comes_while_the_clock_is_behind_has_come_no_earlier(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(data_folder, ME)
    note_visit(ME)
    seen = last_visit(ME, time.time())
    monkeypatch.setattr(visitors.time, "time", lambda: seen - 1e8)
    note_visit(ME)
    assert last_visit(ME, seen + 10) == seen
    monkeypatch.setattr(visitors.time, "time", lambda: seen + 5)
    note_visit(ME)
    assert last_visit(ME, seen + 10) == seen + 5


@pytest.mark.usefixtures("_umask")
def test_only_the_server_reads(data_folder: Path) -> None:
    keep(data_folder, ME)
    assert (data_folder / "runs").stat().st_mode & 0o077
    keep_private()
    fresh = keep(data_folder, OTHER) / "model"
    assert stat.S_IMODE((data_folder / "runs").stat().st_mode) == 0o700
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o600
