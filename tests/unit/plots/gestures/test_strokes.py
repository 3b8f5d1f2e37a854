"""The pictures of the page Gestures: what is coloured, thick, marked, and what hovers."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from rnndemo.plots.gestures.pen_path import BRIEF, THICK, belief_words, beliefs, path_picture
from rnndemo.plots.gestures.strokes import sheet
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import MANY, row_by_row

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("left", "right & <wrong>")


def picture(
    rows: np.ndarray, up: np.ndarray | None = None, decided: int | None = 2
) -> ElementTree.Element:
    points = np.stack([np.arange(len(rows)), np.zeros(len(rows))], 1).astype(float)
    up = np.zeros(len(rows), bool) if up is None else up
    text = path_picture(points, up, rows, NAMES, decided, Look())
    return ElementTree.fromstring(text.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


ROWS = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.0, 1.0]])


def test_each_step_has_the_colour_of_its_likeliest_class() -> None:
    paths = picture(ROWS).findall(f"{SVG}path")
    assert [path.get("stroke") for path in paths] == [class_color(k, Look()) for k in (0, 1, 1)]
    assert float(paths[-1].get("stroke-width", "")) == THICK


def test_hover_shows_the_exact_shares() -> None:
    titles = [title.text for title in picture(ROWS).iter(f"{SVG}title")]
    assert titles[1] == "point 3: right & <wrong> 70.0 %, left 30.0 %"
    assert titles[-1] == "from point 3 on, the answer stayed the same"


def test_hover_never_says_that_a_network_is_certain() -> None:
    titles = [title.text for title in picture(ROWS).iter(f"{SVG}title")]
    assert titles[2] == "point 4: right & <wrong> ≥ 99.9 %, left < 0.1 %"


def test_what_is_not_recognised_has_no_ring() -> None:
    drawn = picture(ROWS, decided=None)
    assert not any("stayed the same" in str(title.text) for title in drawn.iter(f"{SVG}title"))
    assert len(drawn.findall(f"{SVG}circle")) == 1  # where the stroke begins


def test_path_without_ink_is_dashed() -> None:
    up = np.array([False, False, True, False])
    dashed = [path.get("stroke-dasharray") for path in picture(ROWS, up).findall(f"{SVG}path")]
    assert [bool(dash) for dash in dashed] == [False, True, False]


def test_of_many_classes_only_those_that_mattered_are_drawn_and_the_rest_is_one() -> None:
    rows = np.full((5, 16), 0.02)
    rows[:, 3] = 1 - 15 * 0.02
    option = row_by_row(np.zeros((5, 4)), rows, [f"class {k}" for k in range(16)], 0, Look())
    bars = {one["name"]: one for one in option["series"] if one["type"] == "bar" and one["data"]}
    assert list(bars) == ["class 3", "others"]
    assert bars["class 3"]["itemStyle"]["color"] == class_color(3, Look())
    assert sum(one["data"][0]["value"] for one in bars.values()) == 1


def test_few_classes_are_all_drawn() -> None:
    rows = np.eye(MANY)[:4]
    option = row_by_row(np.zeros((4, 4)), rows, [str(k) for k in range(MANY)], 0, Look())
    assert len([one for one in option["series"] if one["type"] == "bar" and one["data"]]) == MANY


def test_sheet_shows_every_drawing_under_its_name() -> None:
    line = [np.array([[0.0, 0.0], [1.0, 1.0]])]
    text = sheet([("a < b", [line, line]), ("other", [line])], Look(dark=True))
    assert text.count("<svg") == 3
    assert "<figcaption>a &lt; b</figcaption>" in text


def test_brief_beliefs_are_skipped_except_for_the_last() -> None:
    best = [0] * 5 + [1] * (BRIEF - 1) + [0] * 4 + [2] * BRIEF + [1]
    assert beliefs(np.eye(3)[best]) == [(0, 0), (2, 8 + BRIEF), (1, 8 + 2 * BRIEF)]


def test_beliefs_are_named_in_their_order() -> None:
    text = belief_words(np.eye(2)[[0, 0, 0, 1, 1, 1]], NAMES, Look())
    assert text.index("left") < text.index("right &amp; &lt;wrong&gt;")
    assert class_color(1, Look()) in text
    assert "<small>from point 4 on</small>" in text  # not on hover alone
