"""Things of one name, and things that are gone: every page goes on with what it was asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import DataConfig
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.shell import session
from tests.finished import TINY, finished_run
from tests.opened import open_page, open_train
from tests.own import drawn_set


@pytest.fixture
def twins(owner: str, digits: DataSet) -> list[Run]:
    """Two runs of one name, the newer first."""
    runs = Runs(owner)
    older, newer = (finished_run(runs, digits, "signs") for _ in range(2))
    return [newer, older]


def test_of_two_runs_of_one_name_the_chosen_one_answers(twins: list[Run]) -> None:
    for run in twins:
        app = open_page("draw", lang="en", model=run.name)
        app.run().run()  # the browser now says the label of what is chosen
        assert app.query_params["model"] == run.name
        options = app.selectbox(key="model_select").options
        assert len(options) == len(set(options))


def test_of_two_sets_of_one_name_the_chosen_one_is_trained_on(owner: str) -> None:
    shelf = OwnSets(owner)
    for own in (drawn_set(shelf), drawn_set(shelf)):
        app = open_train(lang="en", **{"data.name": own.spec})
        app.run().run()
        assert app.selectbox(key="train_data_name").value == own.spec


def test_an_own_run_that_is_not_among_the_newest_is_still_called_yours(
    twins: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAX_OWN", 1)
    app = open_page("draw", lang="en", model=twins[1].name)
    assert sum(one.startswith("Yours: signs") for one in app.selectbox("model_select").options) == 2


def test_what_is_said_of_a_run_elsewhere_stays(twins: list[Run]) -> None:
    run, app = twins[0], open_train(lang="en", run=twins[0].name)
    run.describe("another name", "noted elsewhere")
    app.run()
    assert (run.about["title"], run.about["notes"]) == ("another name", "noted elsewhere")
    app.text_input(key=f"train_title_{run.name}").set_value("typed here").run()
    assert not app.exception
    assert (run.about["title"], run.about["notes"]) == ("typed here", "noted elsewhere")


def headers(app: AppTest) -> list[str]:
    return [one.value for one in app.header]


def test_a_run_whose_set_is_gone_is_shown_with_what_is_left(owner: str) -> None:
    shelf = OwnSets(owner)
    own = drawn_set(shelf)
    run = finished_run(
        Runs(owner), load(own.spec), "signs", replace(TINY, data=DataConfig(name=own.spec))
    )
    assert "Your runs" in headers(open_train(lang="en", run=run.name))
    shelf.delete(own.id)
    app = open_train(lang="en", run=run.name)
    assert "Your runs" in headers(app)


def test_settings_whose_set_is_gone_do_not_say_another(owner: str) -> None:
    shelf = OwnSets(owner)
    own = drawn_set(shelf)
    app = open_train(lang="en", **{"data.name": own.spec})
    shelf.delete(own.id)
    app.run()
    assert not app.exception
    control = app.selectbox(key="train_data_name")
    assert control.value == own.spec
    assert "a set that was deleted" in control.options
