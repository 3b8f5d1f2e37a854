from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from rnndemo.data.frames.scene import scene_of_picture, scene_of_strokes

SIZE = (64, 96)
LINE = np.array([[100.0, 100.0], [100.0, 250.0]])


def box(image: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(image > 64)
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


def test_a_stroke_on_a_board_keeps_its_place() -> None:
    seen = scene_of_strokes([LINE], (624, 416), SIZE)
    scale = 96 / 624
    assert seen.scale == pytest.approx(scale)
    assert seen.offset == pytest.approx((0, 0))
    assert seen.image.dtype == np.uint8
    assert seen.image.max() == 255
    left, top, right, bottom = box(seen.image)
    assert (left + right) / 2 == pytest.approx(100 * scale, abs=1)
    assert (top, bottom) == pytest.approx((100 * scale, 250 * scale), abs=2.1)
    assert 1 <= right - left <= 4


def test_a_board_of_another_shape_lies_in_the_middle() -> None:
    seen = scene_of_strokes([LINE], (400, 400), SIZE)
    assert seen.scale == pytest.approx(64 / 400)
    assert seen.offset == pytest.approx((16, 0))


def test_strokes_without_a_board_are_fitted_to_it() -> None:
    seen = scene_of_strokes([LINE * 1000, LINE * 1000 + np.array([9e4, 0])], None, SIZE)
    left, top, right, bottom = box(seen.image)
    assert left >= 0 < top
    assert right <= 96
    assert bottom < 64
    assert bottom - top > 50


@pytest.mark.parametrize("strokes", [[], [np.zeros((0, 2))]])
def test_no_stroke_is_an_empty_board(strokes: list[np.ndarray]) -> None:
    assert not scene_of_strokes(strokes, (624, 416), SIZE).image.any()


def test_what_lies_beyond_the_board_is_cut_off() -> None:
    far = np.array([[-1e9, 200.0], [1e9, 200.0]])
    assert scene_of_strokes([far, LINE], (624, 416), SIZE).image.any()


def test_a_picture_of_the_board_s_size_is_taken_as_it_is() -> None:
    image = scene_of_strokes([LINE], (624, 416), SIZE).image
    assert (scene_of_picture(image, SIZE).image == image).all()
    assert (scene_of_picture(image / 255, SIZE).image == image).all()


@pytest.mark.parametrize("light", [False, True])
def test_a_photograph_of_writing_becomes_a_scene(light: bool) -> None:
    drawn = scene_of_strokes([LINE, LINE + np.array([200, 30])], (624, 416), SIZE).image
    large = np.asarray(Image.fromarray(drawn).resize((480, 320))) / 255
    page = 0.15 + 0.6 * large if light else 0.85 - 0.6 * large
    seen = scene_of_picture(page, SIZE)
    assert seen.image.max() > 200
    assert np.median(seen.image) == 0
    given, found = np.array(box((large * 255).astype(np.uint8))), np.array(box(seen.image))
    on_board = given * seen.scale + np.tile(seen.offset, 2)
    assert found == pytest.approx(on_board, abs=2)


def test_a_blank_picture_is_an_empty_board() -> None:
    assert not scene_of_picture(np.full((300, 200), 0.8), SIZE).image.any()
