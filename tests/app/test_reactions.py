"""What gestures set off, on a small page on which buttons stand for recognised gestures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.data.drawn.gestures import CLASSES
from rnndemo.languages import translator
from rnndemo.reactions.log import EVENTS
from rnndemo.reactions.table import FILE, MAX_COOLDOWN, REACTIONS
from rnndemo.ui.gestures.slides import SLIDES
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROWBYROW_HOME", str(tmp_path))
    return tmp_path


def open_app(lang: str = "en", cooldown: float = 0.0) -> AppTest:
    app = AppTest.from_file("../e2e/reactions_app.py", default_timeout=PATIENCE)
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception
    control(app, "reaction_cooldown").set_value(cooldown).run()
    return app


def widget(app: AppTest, key: str) -> Any:
    return app.get_by_key(key)


def control(app: AppTest, name: str) -> Any:
    """Return a control of the table, whichever version of it is shown."""
    shown = [*app.selectbox, *app.slider]
    (found,) = [each for each in shown if re.fullmatch(rf"{name}_\d+", each.key)]
    return found


def make(app: AppTest, *labels: str) -> str:
    """Let these gestures be recognised, one after the other; return what the page says at last."""
    for label in labels:
        widget(app, f"make_{label}").click().run()
        assert not app.exception
    return action(app)


def action(app: AppTest) -> str:
    (said,) = [html.proto.body for html in app.get("html") if 'role="status"' in html.proto.body]
    return re.sub("<[^>]*>", "", said)


def shown(app: AppTest) -> str:
    (stage,) = [text.value for text in app.markdown if "reaction-stage" in text.value]
    return stage


def title(app: AppTest) -> str:
    return re.findall('role="heading"[^>]*>(.*?)<', shown(app))[0]


def events(home: Path) -> list[dict[str, Any]]:
    (path,) = home.glob(f"reactions/*/{EVENTS}")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_gesture_acts_at_once_and_is_said_in_words(home: Path) -> None:
    app = open_app()
    assert action(app) == "Draw a gesture and see what it does."
    assert make(app, "arrow") == "arrow → next slide"
    assert title(app) == SLIDES[1][0]
    assert make(app, "star") == "star → mark the slide"
    assert "★ marked" in shown(app)
    assert make(app, "x") == "x → close the slides"
    assert title(app) == "The slides are closed"
    control(app, "reaction_slides_pigtail").set_value("").run()
    assert (
        make(app, "pigtail") == "pigtail → nothing assigned; choose a reaction in the table below"
    )
    assert make(app, "left_sq_bracket", "left_sq_bracket") == "left square bracket → previous slide"
    assert title(app) == SLIDES[0][0]
    assert make(app, "left_curly_brace").endswith("previous slide: this is the first slide")


def test_a_gesture_acts_once_however_often_the_page_runs(home: Path) -> None:
    app = open_app()
    make(app, "arrow")
    for _ in range(3):
        widget(app, "again").click().run()
    assert title(app) == SLIDES[1][0]
    assert len(events(home)) == 1
    make(app, "arrow")
    assert title(app) == SLIDES[2][0]


def test_what_is_not_understood_does_nothing(home: Path) -> None:
    app = open_app()
    assert make(app, "noise") == "? → not understood, so nothing happens"
    assert title(app) == SLIDES[0][0]
    assert [(e["gesture"], e["why_not"]) for e in events(home)] == [("arrow", "rejected")]


def test_a_second_gesture_within_the_cooldown_does_nothing(home: Path) -> None:
    app = open_app(cooldown=MAX_COOLDOWN)
    assert make(app, "arrow", "arrow") == "arrow → too soon: only one reaction in 5 s"
    assert title(app) == SLIDES[1][0]
    assert [e["why_not"] for e in events(home)] == ["", "cooldown"]


def test_an_edit_of_the_table_is_saved_and_used_and_can_be_taken_back(home: Path) -> None:
    app = open_app()
    choice = "reaction_slides_circle"
    assert control(app, choice).value == "slides.mark"
    control(app, choice).set_value("slides.close").run()
    (path,) = home.glob(f"reactions/*/{FILE}")
    assert json.loads(path.read_text())["assigned"]["slides"]["circle"] == "slides.close"
    assert make(app, "circle") == "circle → close the slides"
    widget(app, "reaction_undo").click().run()
    assert control(app, choice).value == "slides.mark"
    assert make(app, "circle") == "circle → mark the slide: the slides are closed"


def test_back_to_the_defaults_can_be_taken_back(home: Path) -> None:
    app = open_app()
    control(app, "reaction_slides_arrow").set_value("slides.previous").run()
    widget(app, "reaction_defaults").click().run()
    assert control(app, "reaction_slides_arrow").value == "slides.next"
    assert control(app, "reaction_cooldown").value == 0.5
    assert widget(app, "reaction_defaults").disabled
    widget(app, "reaction_undo").click().run()
    assert control(app, "reaction_slides_arrow").value == "slides.previous"
    assert control(app, "reaction_cooldown").value == 0.0


def test_a_look_at_both_stages_changes_nothing(home: Path) -> None:
    app = open_app(cooldown=0.5)  # as it is
    for name in ("board", "slides", "board"):
        widget(app, "gesture_stage_choice").set_value(name).run()
        assert {control(app, f"reaction_{name}_{label}").value for label in CLASSES} == set(
            REACTIONS[name]
        )
    assert widget(app, "reaction_undo").disabled
    assert not list(home.glob("reactions/*"))


def test_board_takes_neat_shapes_selects_deletes_and_undoes(home: Path) -> None:
    app = open_app()
    widget(app, "gesture_stage_choice").set_value("board").run()
    assert "The drawing board, empty" in shown(app)
    assert make(app, "far", "rectangle") == "rectangle → draw it neatly"
    assert "circle, rectangle" in shown(app)
    assert make(app, "check") == "check mark → select the shape"
    assert "circle, rectangle (selected)" in shown(app)
    assert make(app, "delete_mark") == "delete mark → delete the shape"
    assert "showing: circle&quot;" in shown(app) or 'showing: circle"' in shown(app)
    assert make(app, "check").endswith("select the shape: there is no shape under it")
    assert make(app, "pigtail") == "pigtail → undo"
    assert "circle, rectangle (selected)" in shown(app)
    make(app, "pigtail", "pigtail")
    assert make(app, "pigtail").endswith("undo: there is nothing to undo")


def test_all_is_still_there_after_another_page(home: Path) -> None:
    app = open_app()
    make(app, "arrow", "star")
    widget(app, "gesture_stage_choice").set_value("board").run()
    make(app, "triangle")
    control(app, "reaction_board_v").set_value("board.draw").run()
    widget(app, "elsewhere").set_value(True).run()
    widget(app, "elsewhere").set_value(False).run()
    assert widget(app, "gesture_stage_choice").value == "board"
    assert "showing: triangle" in shown(app)
    assert action(app) == "triangle → draw it neatly"
    assert control(app, "reaction_board_v").value == "board.draw"
    widget(app, "gesture_stage_choice").set_value("slides").run()
    assert title(app) == SLIDES[1][0]
    assert "★ marked" in shown(app)


def test_nobody_sees_or_changes_what_is_another_visitors(home: Path) -> None:
    first, second = open_app(), open_app()
    control(first, "reaction_slides_v").set_value("slides.mark").run()
    make(first, "v")
    second.run()
    assert control(second, "reaction_slides_v").value == "slides.next"
    assert make(second, "v") == "v → next slide"
    assert len(list(home.glob(f"reactions/*/{EVENTS}"))) == 2


def test_the_log_can_be_followed_by_a_name_without_the_machines_paths(home: Path) -> None:
    app = open_app()
    make(app, "arrow")
    (path,) = home.glob(f"reactions/*/{EVENTS}")
    commands = [code.value for code in app.code]
    assert commands == [f'tail -F "$ROWBYROW_HOME/reactions/{path.parent.name}/events.jsonl"']
    table = app.dataframe[0].value
    assert table["gesture"].tolist() == ["arrow"]
    assert table["reaction"].tolist() == ["next slide"]
    assert table["network"].tolist() == ["Gestures · follows the pen, point by point"]


def test_a_damaged_table_is_explained_and_the_first_one_used(home: Path) -> None:
    app = open_app()
    control(app, "reaction_slides_v").set_value("slides.next").run()
    (path,) = home.glob(f"reactions/*/{FILE}")
    path.write_text("{")
    app.run()
    assert any("damaged" in warning.value for warning in app.warning)
    assert make(app, "arrow") == "arrow → next slide"


def test_a_log_that_cannot_be_written_hinders_nothing_else(home: Path) -> None:
    app = open_app(cooldown=0.5)
    (home / "reactions").write_text("in the way")
    assert make(app, "arrow") == "arrow → next slide"
    assert title(app) == SLIDES[1][0]
    assert any("event log could not be written" in warning.value for warning in app.warning)
    control(app, "reaction_slides_v").set_value("slides.mark").run()
    assert any("could not be saved" in warning.value for warning in app.warning)
    assert control(app, "reaction_slides_v").value == "slides.next"


def test_chinese_visitors_read_chinese(home: Path) -> None:
    app = open_app("zh")
    _ = translator("zh")
    assert make(app, "arrow") == f"{_('arrow')} → {_('next slide')}"
    assert title(app) == _(SLIDES[1][0]) != SLIDES[1][0]
    assert make(app, "noise") == _("? → not understood, so nothing happens")
    assert app.dataframe[0].value.columns.tolist()[1] == _("gesture")
