from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from rnndemo.data.frames.marks import ink_of
from rnndemo.errors import InputError
from tests.pictures import grey, seven

PAGE = (300, 300)


def drawn(shift: tuple[int, int] = (50, 50)) -> np.ndarray:
    page = np.zeros(PAGE)
    page[shift[0] : shift[0] + 200, shift[1] : shift[1] + 200] = 1 - grey(seven())
    return page


def ink(contrast: np.ndarray) -> np.ndarray:
    return ink_of(contrast)[0]


ALONE = ink(drawn())


def test_dust_is_left_out() -> None:
    page = drawn()
    page[5:300:40, 5:300:40] = 1
    assert np.array_equal(ink(page) & ~ALONE, np.zeros(PAGE, bool))


@pytest.mark.parametrize("many", [100, 400])
def test_many_equal_specks_are_refused_in_a_sentence(many: int) -> None:
    page = np.zeros(PAGE)
    step = round(300 / np.sqrt(many))
    for shift in (0, 1):
        page[5 + shift :: step, 5::step] = 1
    with pytest.raises(InputError, match="many small marks"):
        ink_of(page)


def test_page_of_text_is_refused_in_a_sentence() -> None:
    page = Image.new("L", (400, 300))
    for top in range(5, 290, 14):
        ImageDraw.Draw(page).text((5, top), "the quick brown fox jumps over the lazy dog", fill=255)
    with pytest.raises(InputError, match="many small marks"):
        ink_of(np.asarray(page) / 255)


@pytest.mark.parametrize("width", [2, 6])
def test_what_is_in_a_box_is_read_alone(width: int) -> None:
    page = drawn()
    page[20:280, 20 : 20 + width] = page[20:280, 280 - width : 280] = 0.6
    page[20 : 20 + width, 20:280] = page[280 - width : 280, 20:280] = 0.6
    page[290:295, 100:200] = 1  # a line below it
    assert np.array_equal(ink(page), ALONE)


def test_box_alone_is_a_drawing() -> None:
    page = np.zeros(PAGE)
    page[50:250, 50:250] = 1
    page[60:240, 60:240] = 0
    assert np.array_equal(ink(page), page > 0.5)


def test_parts_that_touch_the_border_stay() -> None:
    """As the rings of a percent sign that is cut closely."""
    y, x = np.indices(PAGE)
    page = 1.0 * (np.abs(y - x) < 6) * (np.minimum(y, x) > 10) * (np.maximum(y, x) < 289)
    for y, x in ((260, 39), (39, 260)):
        away = np.hypot(*(np.indices(PAGE) - np.array([y, x])[:, None, None]))
        page[np.abs(away - 36) < 4] = 1
    assert np.array_equal(ink(page), page > 0.5)


def test_edge_of_the_paper_is_left_out() -> None:
    page = drawn()
    page[:, 0] = 1
    assert np.array_equal(ink(page), ALONE)


def test_date_in_the_corner_is_left_out_and_a_near_dot_is_not() -> None:
    page = drawn((0, 0))
    near = ink(drawn((0, 0)))
    for k in range(8):
        page[285:293, 200 + 10 * k : 205 + 10 * k] = 1
    assert np.array_equal(ink(page), near)
    page[170:185, 130:145] = 1  # a dot beside it
    assert ink(page)[175, 137]


def test_speck_alone_is_refused() -> None:
    page = np.zeros(PAGE)
    page[5, 5] = 1
    with pytest.raises(InputError, match="speck"):
        ink_of(page)
