"""The page Gestures without a browser: every part of it, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.reactions.log import EVENTS
from rnndemo.storage.folders import HOME
from rnndemo.ui.gestures.ink import GestureInk

ARROW = [["M", 40, 300], ["L", 300, 40], ["L", 200, 60], ["L", 300, 40], ["L", 280, 150]]
SCRIBBLE = [["M", 40, 40], *(["L", 40 + 37 * k % 260, 50 + 71 * k % 260] for k in range(30))]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))


def opened(path: list[Any] | None = None, **query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if path is not None:
        objects = [{"type": "path", "path": path}]
        app.session_state["gesture_ink"] = GestureInk(objects, number=1)
    app.switch_page("pages/gestures.py").run()
    assert not app.exception
    return app


def texts(app: AppTest) -> list[str]:
    return [element.value for element in app.markdown]


def test_empty_board_asks_for_a_gesture() -> None:
    app = opened(lang="en")
    assert "?" in texts(app)
    assert any(text.startswith("Draw one of the sixteen") for text in texts(app))


def test_both_networks_read_an_arrow_and_it_turns_the_slide() -> None:
    app = opened(ARROW, lang="en")
    assert "arrow" in texts(app)
    assert any(text.count("**arrow**") == 2 for text in texts(app))
    assert any(text.startswith("It knew after") for text in texts(app))
    assert any("slide 2 of" in text for text in texts(app))


def test_scribble_is_none_and_sets_nothing_off() -> None:
    app = opened(SCRIBBLE, lang="en")
    assert "?" in texts(app)
    assert any("no gesture that it knows" in text for text in texts(app))
    assert any("slide 1 of" in text for text in texts(app))


@pytest.mark.parametrize(("path", "answered"), [(ARROW, True), (SCRIBBLE, False)])
def test_only_what_is_recognised_has_made_up_a_mind(path: list[Any], answered: bool) -> None:
    app = opened(path, lang="en")
    (chart,) = app.get("echarts_chart")
    line = json.loads(chart.proto.spec)["series"][-1]["markLine"]
    assert bool(line["data"]) == answered
    assert any("From the ring on" in text.value for text in app.caption) == answered
    assert any("the answer stayed the same</title>" in text for text in texts(app)) == answered


@pytest.mark.parametrize("damaged", [0, 2])
def test_lines_of_the_log_that_cannot_be_read_are_counted(tmp_path: Path, damaged: int) -> None:
    app = opened(ARROW, lang="en")
    (log,) = tmp_path.rglob(EVENTS)
    log.write_bytes(log.read_bytes() + b"half a li\n" * damaged)
    app.run()
    said = [text.value for text in app.caption if "cannot be read" in text.value]
    assert len(said) == bool(damaged)
    assert all(text.endswith(f": {damaged}.") for text in said)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["draw", "own", "made"])
def test_every_part_opens_in_every_language(part: str, lang: str) -> None:
    app = opened(lang=lang, part=part)
    assert not app.warning
    assert app.title[0].value == ("Gestures" if lang == "en" else "手势")


def test_link_chooses_who_answers() -> None:
    app = opened(ARROW, lang="en", model="gestures-lstm")
    assert app.selectbox(key="model_select").value == "gestures-lstm"


@pytest.mark.parametrize(("lang", "name"), [("en", "delete mark"), ("zh", "删除符")])
def test_people_see_the_name_of_a_gesture_and_programs_read_its_class(lang: str, name: str) -> None:
    def page(lang: str) -> None:
        import streamlit as st

        from rnndemo.data.sets import GESTURES
        from rnndemo.reactions.react import Recognised
        from rnndemo.ui.drawing.answer import said_label
        from rnndemo.ui.shell.session import LANGUAGE

        st.session_state[LANGUAGE] = lang
        said = Recognised("delete_mark", 1.0, False, [], "gestures-strokes")
        st.markdown(said_label(said, GESTURES), unsafe_allow_html=True)

    app = AppTest.from_function(page, args=(lang,)).run()
    (label,) = [text.value for text in app.markdown]
    assert f'aria-label="{name}"' in label
    assert re.sub("<[^>]*>", "", label) == "delete_mark"
