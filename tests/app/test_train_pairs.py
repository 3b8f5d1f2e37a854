"""A lesson's Start trains both of its sides; a setting changed by a person trains one."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.presets import PRESETS
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import EVENTS
from rnndemo.training.pairs import other_side
from rnndemo.training.runs import Run, Runs
from rnndemo.training.state import RunState, write_state
from tests.opened import open_train
from tests.sleepers import asleep


@pytest.fixture
def mine(owner: str, monkeypatch: pytest.MonkeyPatch):
    """The runs of this session's visitor, whose workers do nothing."""
    with asleep(monkeypatch):
        yield Runs(owner)


def started(**query: str) -> AppTest:
    """Open the page Train with a link's settings, and press Start."""
    app = open_train(**query)
    app.button(key="train_start").click().run()
    assert not app.exception
    return app


def link(name: str) -> dict[str, str]:
    return codec.to_query(PRESETS[name])


def end(run: Run, *losses: float) -> None:
    """Let a run have ended, with these validation losses."""
    log = EventLog(run.folder / EVENTS)
    for step, loss in enumerate(losses):
        log.write("watch", step=step, validation_loss=loss, validation_accuracy=0.5, pictures=64)
    log.close()
    write_state(run.folder, RunState("done", step=2, steps=2))


def test_both_sides_are_trained_compared_and_told_apart(mine: Runs) -> None:
    app = started(lang="en", **link("overfit"))
    runs = {run.about["title"]: run for run in mine.all()}
    few, many = runs["Overfitting: 200 pictures"], runs["Overfitting: 5,000 pictures"]
    assert (few.config, many.config) == (PRESETS["overfit"], other_side("overfit"))
    assert few.about["beside"] == many.name
    assert not any("it overfits" in text.value for text in app.info)
    end(few, 2.3, 1.0, 1.6)
    end(many, 2.3, 0.6, 0.5)
    app.run()
    (said,) = [text.value.replace("\\", "") for text in app.info]
    assert "200 pictures: the validation loss fell to 1 at step 1, then rose to 1.6" in said
    assert "5,000 pictures: the validation loss was lowest at the end, 0.5 at step 2" in said


def test_a_setting_of_ones_own_trains_one_run(mine: Runs) -> None:
    started(lang="en", **{**link("overfit"), "training.epochs": "4"})
    (run,) = mine.all()
    assert run.config != PRESETS["overfit"]
    assert run.about["beside"] == ""


def test_a_lesson_without_a_second_side_trains_one_run(mine: Runs) -> None:
    started(lang="en")
    assert [run.config for run in mine.all()] == [PRESETS["fast"]]
