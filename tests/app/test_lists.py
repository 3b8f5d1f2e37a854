"""Lists of which some are chosen: another tab, or a second click, changes what is in a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.sweeps.studies import Studies
from rnndemo.training.runs import Runs
from tests.opened import open_page, open_train
from tests.seeded import SMALL, seeded
from tests.sleepers import asleep


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """By the key of each table that is drawn: the rows that a person has chosen in it."""
    found: dict[str, list[int]] = {}
    dataframe = DeltaGenerator.dataframe

    def draw(place: DeltaGenerator, data: Any, **options: Any) -> Any:
        drawn = dataframe(place, data, **options)
        if "on_select" not in options:
            return drawn
        return {"selection": {"rows": found.setdefault(options["key"], [])}}

    monkeypatch.setattr(DeltaGenerator, "dataframe", draw)
    return found


@pytest.fixture
def mine(owner: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """The runs of this session's visitor, whose workers do nothing."""
    with asleep(monkeypatch):
        yield Runs(owner)


def press(app: AppTest, key: str) -> None:
    button = app.button(key=key)
    button.proto.disabled = False  # a second click may come before the page is drawn anew
    button.click().run()
    assert not app.exception


def test_another_tab_s_run_changes_nothing_that_is_chosen(
    mine: Runs, chosen: dict[str, list[int]]
) -> None:
    older = mine.start(RunConfig(), "older", paused=True)
    app = open_train(lang="en")
    (rows,) = chosen.values()
    rows.append(0)
    app.run()
    assert not app.button(key="train_delete").disabled
    newer = mine.start(RunConfig(), "newer", paused=True)
    press(app, "train_delete")  # as the older one is no longer in that row
    assert {run.name for run in mine.all()} == {older.name, newer.name}
    assert app.button(key="train_delete").disabled


def test_two_clicks_on_delete_are_one_and_it_can_be_undone(
    mine: Runs, chosen: dict[str, list[int]]
) -> None:
    older, newer = (mine.start(RunConfig(), name, paused=True) for name in ("older", "newer"))
    app = open_train(lang="en")
    (rows,) = chosen.values()
    rows.append(0)
    app.run()
    for _ in range(2):
        press(app, "train_delete")
    assert [run.name for run in mine.all()] == [older.name]
    press(app, "train_undelete")
    assert {run.name for run in mine.all()} == {older.name, newer.name}


def test_what_was_deleted_before_it_failed_can_be_undone(
    mine: Runs, chosen: dict[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (mine.start(RunConfig(), name, paused=True) for name in "ab")
    app = open_train(lang="en")
    (rows,) = chosen.values()
    rows += [0, 1]
    app.run()
    delete = Runs.delete

    def delete_one(runs: Runs, name: str) -> None:
        if name == first.name:
            raise InputError("Not now.")
        delete(runs, name)

    monkeypatch.setattr(Runs, "delete", delete_one)
    press(app, "train_delete")
    assert [run.name for run in mine.all()] == [first.name]
    press(app, "train_undelete")
    assert {run.name for run in mine.all()} == {first.name, second.name}


def test_two_clicks_on_delete_of_a_study_are_one(owner: str, chosen: dict[str, list[int]]) -> None:
    studies = Studies(owner)
    older, newer = (seeded(studies, 2, SMALL, name * 20).name for name in "ab")
    app = open_page("explore", lang="en", study=older)
    key = next(key for key in chosen if key.startswith("explore_studies"))
    (row,) = (n for n, one in enumerate(studies.all()) if one.name == newer)
    chosen[key].append(row)
    app.run()
    for _ in range(2):
        press(app, "explore_delete")
    assert [one.name for one in studies.all()] == [older]
    press(app, "explore_undelete")
    assert len(studies.all()) == 2
