"""What differs from a preset is said and put back; a changed setting starts a new run."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.presets import PRESETS
from rnndemo.storage.files import write_json
from rnndemo.storage.names import ABOUT, CONTROLS
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.train.bar import LONG
from tests.opened import open_train
from tests.sleepers import asleep

SIZE, BACK = "train_model_hidden_size", "train_back_model_hidden_size"
START, RESTART = "train_start", "train_restart"


@pytest.fixture
def mine(owner: str, monkeypatch: pytest.MonkeyPatch):
    """The runs of this session's visitor, whose workers do nothing."""
    with asleep(monkeypatch):
        yield Runs(owner)


def turn(app: AppTest, key: str, value: object) -> None:
    app.get_by_key(key).set_value(value).run()
    assert not app.exception


def click(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def sizes(runs: Runs) -> list[int]:
    return sorted(run.config.model.hidden_size for run in runs.all())


def was_stopped(run: Run) -> bool:
    requests = run.folder / CONTROLS
    return requests.is_file() and '"stop"' in requests.read_text()


def test_a_difference_is_said_marked_and_put_back(mine: Runs) -> None:
    app = open_train(lang="en", **codec.to_query(PRESETS["fast"]))
    turn(app, SIZE, 32)
    turn(app, "train_training_max_norm", 0.0)
    assert app.button(key=BACK).label == "hidden size 32 instead of 64"
    assert app.button(key="train_back_training_max_norm").label == "no gradient clipping"
    assert any("Unlike “Fast”" in text.value for text in app.markdown)
    click(app, BACK)
    assert app.get_by_key(SIZE).value == 64
    assert not [one for one in app.button if one.key in (BACK, "train_back")]
    turn(app, SIZE, 16)
    click(app, "train_back")
    assert app.get_by_key("train_preset").value == "fast"


def test_output_layers_are_put_back_together(mine: Runs) -> None:
    app = open_train(lang="en")
    turn(app, "train_model_head_sizes_count", 2)
    click(app, "train_back_model_head_sizes")
    assert app.get_by_key("train_preset").value == "fast"


def test_start_says_when_it_would_use_new_settings_and_keeps_the_old_run(mine: Runs) -> None:
    app = open_train(lang="en")
    click(app, START)
    assert (app.button(key=START).label, app.button(key=START).disabled) == ("Start", True)
    turn(app, SIZE, 32)
    assert app.button(key=START).label == "Start with new settings"
    assert sizes(mine) == [64]
    click(app, START)
    assert sizes(mine) == [32, 64]
    assert [was_stopped(run) for run in mine.all()] == [False, True]  # the newest first


def test_a_change_restarts_if_wanted_but_no_run_that_is_long_under_way(mine: Runs) -> None:
    app = open_train(lang="en")
    turn(app, RESTART, True)
    turn(app, SIZE, 32)
    assert sizes(mine) == []  # nothing to restart
    click(app, START)
    turn(app, SIZE, 16)
    assert sizes(mine) == [16, 32]
    (young, _) = mine.all()
    write_json(young.folder / ABOUT, {**young.about, "made": young.made - 2 * LONG})
    turn(app, SIZE, 8)
    assert sizes(mine) == [16, 32]
    assert not app.button(key=START).disabled


def test_a_run_is_named_by_what_sets_it_apart(mine: Runs) -> None:
    app = open_train(lang="en", **codec.to_query(PRESETS["fast"]))
    turn(app, SIZE, 32)
    turn(app, "train_training_max_norm", 0.0)
    click(app, START)
    (run,) = mine.all()
    assert run.about["title"] == "LSTM 32 · rows, from the top · no gradient clipping"
