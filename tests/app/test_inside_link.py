"""A link to Inside brings the drawing, the layer and the unit; the visitor's own drawing stays."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.data.frames.compact import from_text, to_text
from rnndemo.ui.shell.session import Drawing
from tests.patience import PATIENCE

STROKE = np.array([[50.0, 20.0], [250.0, 20.0], [150.0, 280.0]])
OTHER = np.array([[150.0, 20.0], [150.0, 280.0]])
CAME = "This drawing came with the link."


def open_inside(own: Drawing | None = None, **query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=PATIENCE)
    app.query_params["lang"] = "en"
    app.run()
    if own is not None:  # the board is empty here: put in what it would have stored
        app.session_state["drawing"] = own
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("pages/inside.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> list[str]:
    return [text.value for text in (*app.markdown, *app.caption)]


def drawn(stroke: np.ndarray) -> Drawing:
    return Drawing([stroke], "drawn", board=308)


def in_link(app: AppTest) -> str:
    text = app.query_params["draw"]
    return text if isinstance(text, str) else text[0]


def test_the_page_writes_the_drawing_into_its_link() -> None:
    app = open_inside(drawn(STROKE))
    (stroke,), board = from_text(in_link(app))
    assert np.array_equal(stroke, STROKE)
    assert board == 308
    assert CAME not in said(app)


def test_a_link_brings_a_drawing_and_the_own_one_comes_back() -> None:
    app = open_inside(drawn(OTHER), draw=to_text([STROKE], 308))
    assert CAME in said(app)
    assert in_link(app) == to_text([STROKE], 308)
    (own,) = app.session_state["drawing"].given
    assert np.array_equal(own, OTHER)
    app.button(key="inside_link_leave").click().run()
    assert CAME not in said(app)
    assert in_link(app) == to_text([OTHER], 308)


def test_who_draws_anew_sees_the_new_drawing() -> None:
    app = open_inside(drawn(OTHER), draw=to_text([STROKE], 308))
    app.session_state["drawing"] = drawn(OTHER + 3)
    app.run()
    assert CAME not in said(app)
    assert in_link(app) == to_text([OTHER + 3], 308)


def test_the_example_travels_as_its_number_and_comes_before_the_own_drawing() -> None:
    assert in_link(open_inside()) == "test.digits.61"
    app = open_inside(drawn(OTHER), draw="test.digits.7")
    assert CAME in said(app)
    assert in_link(app) == "test.digits.7"


def test_a_link_chooses_layer_and_unit() -> None:
    app = open_inside(layer="0", unit="17")
    assert app.number_input[0].value == 17
    app.number_input[0].set_value(3).run()
    assert app.number_input[0].value == 3


@pytest.mark.parametrize("moment", [{"unit": "99999"}, {"layer": "77", "unit": "1"}])
def test_a_unit_that_does_not_exist_is_left_alone(moment: dict[str, str]) -> None:
    usual = open_inside().number_input[0].value
    app = open_inside(**moment)
    assert app.number_input[0].value == usual
    assert not app.warning


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ({"draw": "nonsense"}, "The drawing in this link is damaged"),
        ({"draw": "test.digits.99999"}, "There is no test picture 99999 of digits here"),
        ({"draw": "test.nowhere.1"}, "There is no test picture 1 of nowhere here"),
        ({"row": "-1"}, "“row” in this link is no number"),
        ({"unit": "**1**"}, "“unit” in this link is no number"),
    ],
)
def test_what_a_link_brings_is_not_believed(query: dict[str, str], warning: str) -> None:
    app = open_inside(drawn(OTHER), **query)
    assert any(warning in one.value for one in app.warning)
    assert in_link(app) == to_text([OTHER], 308)


def test_a_picture_of_ones_own_does_not_travel_and_the_page_says_so() -> None:
    picture = np.zeros((40, 40))
    picture[10:30, 18:22] = 1.0
    app = open_inside(Drawing(picture, "given"))
    assert "draw" not in app.query_params
    assert any("not pictures of your own" in text for text in said(app))
