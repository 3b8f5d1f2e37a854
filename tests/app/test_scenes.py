"""The Scenes page without a browser: where scenes come from, and what is said of them."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from rnndemo.data.frames.scene import scene_of_strokes
from rnndemo.data.load import load
from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.models.scene_store import load_scene_model
from rnndemo.reading.scenes import read_scene
from rnndemo.ui.drawing.ink import Ink
from tests.browser import ROOT
from tests.patience import PATIENCE

SEVEN = [["M", 60, 100], ["L", 170, 100], ["L", 110, 260]]
ONE = [["M", 250, 100], ["L", 250, 260]]
THIRTY = [[["M", 5 + 20 * k, 40], ["L", 5 + 20 * k, 90]] for k in range(30)]


def opened(*paths: list[list[Any]], **query: str) -> AppTest:
    """Return the page, run once, with strokes on its board and parameters in the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    objects = [{"type": "Path", "path": path, "number": k} for k, path in enumerate(paths, 1)]
    app.session_state["ink_on_scene_canvas"] = Ink(objects)
    app.run()
    app.switch_page("pages/scenes.py").run()
    assert not app.exception
    return app


def figure(app: AppTest) -> dict[str, Any]:
    """Return what the component that draws the result gets."""
    protos = [component.proto for component in app.get("bidi_component")]
    (found,) = [json.loads(one.json)[0] for one in protos if one.component_name == "rowbyrow_scene"]
    return found


def number(app: AppTest) -> str:
    """Return the number that the page shows: the first text after the lead."""
    return app.markdown[1].value


def one_scene() -> np.ndarray:
    data = SceneData(SCENES["default"], load("digits"))
    return data.validation(1).images[0].numpy()


def png(grey: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "png")
    return file.getvalue()


def test_an_empty_board_invites_and_shows_an_example() -> None:
    app = opened()
    assert number(app) == "?"
    assert "Draw several digits" in app.markdown[2].value
    assert figure(app)["note"]
    assert "<svg" in figure(app)["drawing"]


def test_a_drawing_is_read_marked_and_boxed() -> None:
    app = opened(SEVEN, ONE)
    assert not figure(app)["note"]
    assert number(app) == "?" or all(len(digit) == 1 for digit in number(app).split(" "))
    assert "<image" in figure(app)["drawing"]
    assert app.session_state["ink_on_scene_canvas"].objects


def test_a_drawing_outlasts_a_change_of_page_and_of_language() -> None:
    app = opened(SEVEN, ONE)
    before = number(app)
    app.switch_page("pages/draw.py").run()
    app.switch_page("pages/scenes.py").run()
    assert number(app) == before
    app.session_state["language_select"] = "zh"
    app.run()
    assert number(app) == before
    assert not app.exception


@pytest.mark.parametrize(
    "strokes",
    [
        THIRTY,
        [[["M", -400, -90], ["L", 900, 700]]],
        [[["M", 100, 100], ["L", 100, 100]]],
        [[["M", 0, 0], *(["L", 613 * (k % 2), 7 * k] for k in range(60))]],
    ],
    ids=["thirty", "beyond the edge", "a dot", "a scribble"],
)  # fmt: skip
def test_whatever_is_drawn_has_an_answer(strokes: list[list[list[Any]]]) -> None:
    app = opened(*strokes)
    assert app.markdown[2].value
    assert not app.warning


def test_a_made_scene_says_what_it_shows_and_another_one_is_another() -> None:
    app = opened(SEVEN)
    app.button_group(key="scene_source").set_value("made").run()
    assert not app.exception
    first = figure(app)["drawing"]
    assert any("It shows" in one.value for one in app.caption)
    app.button(key="scene_again").click().run()
    assert figure(app)["drawing"] != first
    kept = figure(app)["drawing"]
    app.slider(key="scene_score").set_value(0.4).run()
    assert figure(app)["drawing"] == kept
    app.slider(key="scene_clutter").set_value(1.0).run()
    app.selectbox(key="scene_kind").set_value("m2nist").run()
    assert not app.exception
    assert 'viewBox="0 0 84 64"' in figure(app)["drawing"]


def test_thresholds_and_layers_change_what_is_shown() -> None:
    app = opened(*THIRTY)
    model = load_scene_model("scenes-lstm")
    strokes = [np.array([point[1:] for point in path], float) for path in THIRTY]
    picture = scene_of_strokes(strokes, (624, 416), model.image_size).image
    for score in (0.05, 0.95):
        app.slider(key="scene_score").set_value(score).run()
        found = read_scene(model, picture).answer.found
        assert figure(app)["drawing"].count('class="box"') == len(found.above(score))
    app.slider(key="scene_score").set_value(0.05).run()
    app.slider(key="scene_overlap").set_value(0.1).run()
    fewer = len(read_scene(model, picture, overlap=0.1).answer.found)
    assert figure(app)["drawing"].count('class="box"') == fewer
    app.button_group(key="scene_layers").set_value([]).run()
    assert 'class="box"' not in figure(app)["drawing"]
    assert not app.exception


def test_a_picture_of_the_board_s_size_is_read_as_it_is() -> None:
    app = opened()
    app.button_group(key="scene_source").set_value("file").run()
    app.file_uploader(key="scene_file").set_value(("scene.png", png(one_scene()), "image/png"))
    app.run()
    assert not app.exception
    assert not figure(app)["note"]
    app.file_uploader(key="scene_file").set_value(("no.png", b"no picture", "image/png")).run()
    assert len(app.warning) == 1
    assert not app.exception


def test_an_unknown_model_in_the_link_is_named_and_replaced() -> None:
    app = opened(scene_model="../../etc")
    assert any("There is no model" in one.value for one in app.warning)
    assert app.selectbox(key="model_select").value == "scenes-lstm"


def test_a_failure_opens_as_the_drawing() -> None:
    app = opened()
    for _ in range(100):  # until the test scenes are read
        if any(button.key and button.key.startswith("scene_failed_") for button in app.button):
            break
        app.run()
    button = next(one for one in app.button if (one.key or "").startswith("scene_failed_"))
    button.click().run()
    assert not app.exception
    assert app.button_group(key="scene_source").value == "made"
    assert not figure(app)["note"]
    assert any("It shows" in one.value for one in app.caption)
