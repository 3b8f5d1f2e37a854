"""The Draw page without a browser: what it says of what it is given."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.models import store
from tests.browser import ROOT

SECONDS = 60

SEVEN = [["M", 60, 60], ["L", 240, 60], ["L", 130, 260]]
DOT = [["M", 100, 100], ["L", 100, 100]]


def board(*paths: list[list[Any]]) -> dict[str, Any]:
    """Return what the canvas holds after these strokes."""
    return {"objects": [{"type": "Path", "path": path} for path in paths]}


def opened(strokes: dict[str, Any] | None = None, **query: str) -> AppTest:
    """Return the app, run once, with strokes on the board and parameters in the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
    for name, value in query.items():
        app.query_params[name] = value
    if strokes is not None:
        app.session_state["kept_strokes"] = strokes
    app.run()
    assert not app.exception
    return app


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


def test_stroke_that_is_no_number_gets_a_sentence() -> None:
    app = opened(board([["M", float("nan"), 1.0], ["L", 3.0, 4.0]]))
    assert warnings(app) == ["A stroke holds a coordinate that is not a usable number."]
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


def test_unknown_language_in_the_link_is_english() -> None:
    assert opened(lang="tlh").title[0].value == "Draw a digit"


def test_damaged_model_is_said_and_another_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(store.SHIPPED, tmp_path, dirs_exist_ok=True)
    weights = tmp_path / "digits-lstm" / store.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:1000])
    monkeypatch.setattr(store, "SHIPPED", tmp_path)
    app = opened(board(SEVEN), model="digits-lstm")
    assert "'digits-lstm'" in warnings(app)[0]
    assert "7" in texts(app)


def test_surprise_says_the_truth() -> None:
    app = opened()
    app.session_state["kept_surprise"] = 0
    app.button_group(key="draw_source").set_value("surprise").run()
    assert any("It is truly a 7." in text for text in texts(app))
