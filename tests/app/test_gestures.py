"""The page Gestures without a browser: every part of it, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.export.formats import FORMATS
from rnndemo.reactions.log import EVENTS
from rnndemo.storage.folders import HOME
from rnndemo.ui.gestures.ink import GestureInk
from tests.patience import PATIENCE

ARROW = [["M", 40, 300], ["L", 300, 40], ["L", 200, 60], ["L", 300, 40], ["L", 280, 150]]
SCRIBBLE = [["M", 40, 40], *(["L", 40 + 37 * k % 260, 50 + 71 * k % 260] for k in range(30))]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))


def opened(path: list[Any] | None = None, **query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
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


def readings(app: AppTest) -> list[dict[str, Any]]:
    """Return what the browser gets for the two readings on the page."""
    sent = [json.loads(one.proto.json)[0] for one in app.get("bidi_component") if one.proto.json]
    return [data for data in sent if "truth" in data]


@pytest.mark.parametrize("model", ["gestures-strokes", "gestures-lstm"])
def test_only_the_network_whose_answer_counts_shows_it_under_the_pen(model: str) -> None:
    found = readings(opened(ARROW, lang="en", model=model))
    assert [one["path"] for one in found] == [True, False]
    assert [bool(one["label"]) for one in found] == [
        one["path"] == (model == "gestures-strokes") for one in found
    ]
    assert all(one["manifest"] and one["truth"] for one in found)


@pytest.mark.parametrize(("path", "more"), [(ARROW, False), (SCRIBBLE, True)])
def test_another_stroke_may_only_belong_to_what_was_not_understood(
    path: list[Any], more: bool
) -> None:
    assert all((one["together"] > 0) == more for one in readings(opened(path, lang="en")))


def test_every_shape_is_in_view_with_what_it_sets_off() -> None:
    (data,) = (
        json.loads(one.proto.json)[0]
        for one in opened(lang="en").get("bidi_component")
        if "tiles" in one.proto.json
    )
    assert len(data["tiles"]) == 16
    assert all(tile["effect"] != "nothing" for tile in data["tiles"])
    assert data["tiles"][7]["name"] == "arrow"
    assert data["tiles"][7]["effect"] == "next slide"


def test_the_network_whose_answer_counts_can_be_taken_along() -> None:
    labels = [button.proto.label for button in opened(lang="en").get("download_button")]
    assert FORMATS["html"].label in labels


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
