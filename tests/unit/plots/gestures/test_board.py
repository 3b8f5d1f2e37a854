from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnndemo.data.drawn.gestures import CLASSES, example
from rnndemo.plots.gestures.board import KINDS, SIDE, board_picture, board_words, gesture_picture
from rnndemo.plots.gestures.slides import PICTURES, slide_picture
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.theme import Look
from rnndemo.reactions.board import Board, draw, select
from rnndemo.reactions.shapes import clean


def drawn(label: str, x: float, y: float) -> list[np.ndarray]:
    return [np.array([x, y]) + 0.3 * stroke for stroke in example(label)]


BOARD = draw(draw(Board(), "circle", drawn("circle", 0.1, 0.1)), "star", drawn("star", 0.6, 0.6))
SELECTED = select(BOARD, "check", drawn("check", 0.1, 0.1))


def paths(picture: str, kind: str) -> list[ElementTree.Element]:
    parts = ElementTree.fromstring(picture).iter("path")
    return [part for part in parts if kind in part.attrib.get("class", "").split()]


def test_every_shape_is_drawn_where_it_is() -> None:
    (circle,) = paths(board_picture(BOARD, Look()), "circle")
    numbers = np.array(re.findall(r"[\d.]+", circle.attrib["d"]), float).reshape(-1, 2)
    assert numbers == pytest.approx(np.array(BOARD.shapes[0].lines[0]) * SIDE, abs=0.06)
    assert circle.attrib["d"].endswith("Z")


@pytest.mark.parametrize("dark", [False, True])
def test_the_selected_shape_differs_in_colour_width_and_frame(dark: bool) -> None:
    picture = board_picture(SELECTED, Look(dark))
    (circle,), (star,) = paths(picture, "circle"), paths(picture, "star")
    assert (circle.attrib["stroke"], star.attrib["stroke"]) == (ACCENT, Look(dark).ink)
    assert float(circle.attrib["stroke-width"]) > float(star.attrib["stroke-width"])
    assert 'class="frame"' in picture
    assert 'class="frame"' not in board_picture(BOARD, Look(dark))


def test_the_rough_line_lies_behind_the_newest_shape_only() -> None:
    (rough,) = paths(board_picture(BOARD, Look()), "rough")
    assert rough.attrib["d"]
    (none,) = paths(board_picture(SELECTED, Look()), "rough")
    assert none.attrib["d"] == ""


def test_words_say_what_is_there() -> None:
    assert board_words(Board(), Look()) == "The drawing board, empty"
    words = board_words(SELECTED, Look())
    assert words == "The drawing board, showing: circle (selected), star"
    assert f'aria-label="{words}"' in board_picture(SELECTED, Look())


@pytest.mark.parametrize("label", CLASSES)
def test_every_gesture_has_a_picture_within_its_frame(label: str) -> None:
    picture = ElementTree.fromstring(gesture_picture(label, Look(dark=True), label))
    (path,) = picture.iter("path")
    numbers = np.array(re.findall(r"[\d.]+", path.attrib["d"]), float)
    assert numbers.min() >= 0
    assert numbers.max() <= 40
    assert picture.attrib["aria-label"] == label


def test_every_kind_of_shape_has_a_name() -> None:
    assert {clean(label, drawn(label, 0.1, 0.1)).kind for label in CLASSES} <= set(KINDS)


@pytest.mark.parametrize("number", range(len(PICTURES)))
@pytest.mark.parametrize("dark", [False, True])
def test_every_slide_has_its_own_drawing_within_its_frame(number: int, dark: bool) -> None:
    picture = slide_picture(number, Look(dark))
    paths = [part.attrib["d"] for part in ElementTree.fromstring(picture).iter("path")]
    pairs = re.findall(r"(-?[\d.]+) (-?[\d.]+)", " ".join(paths))
    assert all(0 <= float(x) <= 400 and 0 <= float(y) <= 100 for x, y in pairs)
    assert picture not in [
        slide_picture(k, Look(dark)) for k in range(len(PICTURES)) if k != number
    ]
    assert Look(dark).ink in picture
