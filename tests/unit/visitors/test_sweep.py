"""The data folder is swept, whoever comes."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rnndemo.data.own.shelf import OwnSets
from rnndemo.storage.folders import TRASH_SECONDS, owner_of
from rnndemo.storage.limits import KEEP_DAYS
from rnndemo.storage.locks import locked
from rnndemo.storage.visitors import VISITS, note_visit
from rnndemo.training.runs import Runs
from rnndemo.visitors import sweep as module
from rnndemo.visitors.sweep import DAY, LOCK, sweep
from tests.own import drawn_set
from tests.small import TINY

ME = owner_of("me")


@pytest.fixture
def run(data_folder: Path, sleepers: None) -> str:
    """A run whose worker works."""
    return Runs(ME).start(TINY).name


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_somebody_deleted_goes_after_a_day_though_nobody_comes(
    data_folder: Path, run: str
) -> None:
    Runs(ME).delete(run)
    now = time.time()
    sweep(now + TRASH_SECONDS - 60)
    Runs(ME).undelete(run)
    Runs(ME).delete(run)
    sweep(now + TRASH_SECONDS + 60)
    assert files(data_folder / "trash" / ME) == set()


def test_a_photograph_that_was_deleted_is_gone_after_a_day(mine: OwnSets) -> None:
    own = drawn_set(mine)
    first, second = own.content.classes[0].examples[:2]
    now = time.time()
    mine.change(own.id, lambda content: content.without_example("tick", first, now - DAY))
    mine.change(own.id, lambda content: content.without_example("tick", second, now))
    sweep(now + 60)
    assert f"{first}.json" not in files(own.folder)
    assert f"{second}.json" in files(own.folder)
    sweep(now + DAY + 60)
    assert f"{second}.json" not in files(own.folder)
    assert mine.find(own.id).content.deleted == ()
    assert len(mine.find(own.id).content.classes[0].examples) == 4


def test_a_clock_that_is_set_back_keeps_no_trash_for_ever(data_folder: Path, run: str) -> None:
    Runs(ME).delete(run)
    now = time.time()
    late = now + 1000 * DAY
    os.utime(data_folder / "trash" / ME / run, (late, late))
    sweep(now)
    sweep(now + TRASH_SECONDS + 60)
    assert files(data_folder / "trash" / ME) == set()


def test_who_stays_away_is_forgotten(data_folder: Path, mine: OwnSets) -> None:
    drawn_set(mine)
    note_visit(ME)
    now = time.time()
    sweep(now + 89 * DAY)
    assert mine.all()
    note_visit(ME)
    sweep(now + 91 * DAY)
    assert not mine.folder.exists()
    assert files(data_folder / VISITS) == set()


def test_who_stays_away_may_be_kept_for_ever(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEEP_DAYS, "0")
    drawn_set(mine)
    note_visit(ME)
    sweep(time.time() + 1000 * DAY)
    assert mine.all()


def test_what_trains_is_not_forgotten(data_folder: Path, run: str) -> None:
    note_visit(ME)
    sweep(time.time() + 1000 * DAY)
    assert Runs(ME).find(run).running


def test_who_kept_something_before_visits_were_noted_is_not_forgotten_at_once(
    mine: OwnSets,
) -> None:
    drawn_set(mine)
    later = time.time() + 1000 * DAY
    sweep(later)
    assert mine.all()
    sweep(later + 91 * DAY)
    assert not mine.folder.exists()


def test_one_of_two_servers_sweeps(data_folder: Path, run: str) -> None:
    Runs(ME).delete(run)
    with locked(data_folder / LOCK):
        sweep(time.time() + 2 * DAY)
    assert files(data_folder / "trash" / ME) == {run}


def test_a_damaged_set_does_not_keep_others_from_being_swept(mine: OwnSets) -> None:
    damaged, own = drawn_set(mine), drawn_set(mine)
    (damaged.folder / "manifest.json").write_text("{")
    first = own.content.classes[0].examples[0]
    now = time.time()
    mine.change(own.id, lambda content: replace(content.without_example("tick", first, now)))
    sweep(now + DAY + 60)
    assert f"{first}.json" not in files(own.folder)


def test_a_server_sweeps_when_it_starts(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[float] = []

    def end(seconds: float) -> None:
        raise SystemExit

    monkeypatch.setattr(module, "sweep", swept.append)
    monkeypatch.setattr("rnndemo.visitors.sweep.time.sleep", end)
    with pytest.raises(SystemExit):
        module._sweep_for_ever()
    assert swept == [pytest.approx(time.time(), abs=60)]


def test_no_link_is_followed_out_of_the_data_folder(
    data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    kept = elsewhere / ("a" * 20)
    kept.mkdir()
    (kept / "letter").write_text("dear")
    kept.chmod(0o755)
    mine = data_folder / "trash" / ME / ("b" * 20)
    mine.mkdir(parents=True)
    (mine / "link").symlink_to(kept)
    (mine.parent / ("c" * 20)).symlink_to(kept)
    for kind in ("trash", "runs"):
        (data_folder / kind).mkdir(exist_ok=True)
        (data_folder / kind / owner_of("other")).symlink_to(elsewhere)
    sweep(time.time() + 1000 * DAY)
    assert not mine.exists()
    assert (kept / "letter").read_text() == "dear"
    assert kept.stat().st_mode & 0o777 == 0o755
