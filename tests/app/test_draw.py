"""The Draw page without a browser: what it says about its input."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.data.frames.path import sketch
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.export.formats import FORMATS
from rnndemo.models import store
from rnndemo.plots.look.pictures import data_uri
from rnndemo.storage.folders import HOME
from rnndemo.storage.names import CARD, CONFIG, WEIGHTS
from rnndemo.training.runs import Runs
from rnndemo.ui.drawing.ink import Ink
from tests.browser import ROOT
from tests.finished import TINY, finished_run
from tests.own import drawn_set
from tests.patience import PATIENCE

SEVEN = [["M", 60, 60], ["L", 240, 60], ["L", 130, 260]]
DOT = [["M", 100, 100], ["L", 100, 100]]


def board(*paths: list[list[Any]]) -> dict[str, Any]:
    """Return what the canvas holds after these strokes."""
    return {"objects": [{"type": "Path", "path": path} for path in paths]}


def opened(strokes: dict[str, Any] | None = None, **query: str) -> AppTest:
    """Return the app, run once, with strokes on the board and parameters in the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    if strokes is not None:
        app.session_state["ink_on_draw_canvas"] = Ink(strokes["objects"])
    app.run()
    assert not app.exception
    return app


def reading(app: AppTest) -> dict[str, Any]:
    """Return what the component that draws the reading gets."""
    protos = [component.proto for component in app.get("bidi_component")]
    (found,) = [
        json.loads(one.json)[0] for one in protos if one.component_name == "rowbyrow_reading"
    ]
    return found


def texts(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown]


def warnings(app: AppTest) -> list[str]:
    return [element.value for element in app.warning]


def test_blank_board_answers_with_a_question_mark() -> None:
    app = opened()
    assert "?" in texts(app)
    assert not warnings(app)


def test_seven_is_answered() -> None:
    assert "7" in texts(opened(board(SEVEN)))


def test_dot_is_no_digit() -> None:
    assert "?" in texts(opened(board(DOT)))


@pytest.mark.parametrize(("strokes", "answered"), [(SEVEN, True), (DOT, False)])
def test_only_what_is_answered_has_made_up_a_mind(strokes: list[Any], answered: bool) -> None:
    assert (reading(opened(board(strokes)))["truth"]["decided"] is not None) == answered


def test_nothing_is_read_where_nothing_is_drawn() -> None:
    found = reading(opened())
    assert found["truth"] is None
    assert found["ghost"]
    assert found["said"]["bars"] == "Nothing is drawn yet."


@pytest.mark.parametrize(
    ("model", "live"), [("digits-lstm", True), ("gestures-strokes", True), ("digits-cnn", False)]
)
def test_a_model_is_sent_if_the_browser_can_read_as_it_does(model: str, live: bool) -> None:
    found = reading(opened(board(SEVEN), model=model))
    assert (found["manifest"] is not None) == live
    assert len(found["truth"]["numbers"]) == 1


@pytest.mark.parametrize(("model", "offered"), [("digits-lstm", True), ("digits-cnn", False)])
def test_a_model_can_be_taken_along_if_a_browser_reads_as_it_does(
    model: str, offered: bool
) -> None:
    app = opened(model=model)
    labels = [button.proto.label for button in app.get("download_button")]
    assert (FORMATS["html"].label in labels) == offered


def test_name_of_an_own_class_is_no_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    shelf = OwnSets("a" * 20)
    own_set = drawn_set(shelf)
    for old, new in (("tick", "1. **t**"), ("roof", "- :red[r]")):
        own_set = shelf.change(
            own_set.id, lambda content, old=old, new=new: content.with_class_renamed(old, new)
        )
    config = codec.set_value(TINY, "data.name", own_set.spec)
    run = finished_run(Runs("a" * 20), load(own_set.spec), "signs", config)
    content = json.loads((run.folder / CARD).read_text())
    (run.folder / CARD).write_text(json.dumps(content | {"reject_threshold": 0.0}))
    app = opened(board(SEVEN), model=run.name)
    assert set(texts(app)) & {r"1\. \*\*t\*\*", r"\- \:red\[r\]"}


def test_stroke_that_is_no_number_gets_a_sentence() -> None:
    app = opened(board([["M", float("nan"), 1.0], ["L", 3.0, 4.0]]))
    assert warnings(app) == ["A stroke has a coordinate that is not a usable number."]
    assert "?" in texts(app)


def test_unknown_model_in_the_link_is_said_once_and_passed_over() -> None:
    app = opened(board(SEVEN), model="nobody")
    assert "'nobody'" in warnings(app)[0]
    assert "7" in texts(app)
    app.run()
    assert not warnings(app)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_link_chooses_the_language(language: str) -> None:
    titles = {"en": "Draw a digit", "zh": "写一个数字"}
    assert opened(lang=language).title[0].value == titles[language]


def test_unknown_language_in_the_link_is_english_and_said() -> None:
    app = opened(lang="tlh")
    assert app.title[0].value == "Draw a digit"
    assert "'tlh'" in warnings(app)[0]


def test_markup_in_a_link_stays_text() -> None:
    text = warnings(opened(model="[x](http://a.example/)"))[0]
    assert "[x](" not in text
    assert r"\[x\]" in text


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped models that a test may damage."""
    shutil.copytree(store.SHIPPED, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    return tmp_path


def truncate(folder: Path) -> None:
    weights = folder / "digits-lstm" / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:1000])


def remove_weights(folder: Path) -> None:
    (folder / "digits-lstm" / WEIGHTS).unlink()


def remove_config(folder: Path) -> None:
    (folder / "digits-lstm" / CONFIG).unlink()


def swap_weights(folder: Path) -> None:
    shutil.copy(folder / "digits-rnn" / WEIGHTS, folder / "digits-lstm" / WEIGHTS)


@pytest.mark.parametrize("damage", [truncate, remove_weights, remove_config, swap_weights])
def test_damaged_model_is_said_and_another_answers(
    damage: Callable[[Path], None], shipped: Path
) -> None:
    damage(shipped)
    app = opened(board(SEVEN), model="digits-lstm")
    assert "digits-lstm" in warnings(app)[0]
    assert "7" in texts(app)


def test_without_any_model_there_is_a_sentence(shipped: Path) -> None:
    for weights in shipped.glob(f"*/{WEIGHTS}"):
        weights.unlink()
    assert "restore assets/models" in warnings(opened(board(SEVEN)))[-1]


def test_surprise_says_the_truth() -> None:
    app = opened()
    app.session_state["surprise"] = ("digits", 0)
    app.button_group(key="draw_source").set_value("surprise").run()
    assert any("The correct answer is 7." in text for text in texts(app))


def test_a_network_that_sees_the_picture_at_once_says_so() -> None:
    app = opened(board(SEVEN), model="digits-cnn", lang="en")
    assert "7" in texts(app)
    assert any("sees the whole picture at once" in text for text in texts(app))
    assert any("covered" in caption.value for caption in app.caption)


def test_a_surprise_for_a_network_that_follows_the_pen_is_shown_as_a_drawing() -> None:
    app = opened(model="gestures-strokes", lang="en")
    app.button_group(key="draw_source").set_value("surprise").run()
    assert not app.exception
    (shown,) = [one.proto.body for one in app.get("html") if 'class="given"' in one.proto.body]
    given = app.session_state["drawing"].given
    assert given.shape == FRAMES["path"].size
    assert data_uri(sketch(given)) in shown
