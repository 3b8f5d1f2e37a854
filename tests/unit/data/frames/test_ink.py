from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage
from skimage.transform import resize

from rnndemo.data.frames.ink import THICKNESS, from_picture, from_strokes, stroke_thickness
from rnndemo.data.frames.pen import centre_of_mass
from rnndemo.data.frames.seen import Seen
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from tests.pictures import SEVEN, grey, seven

CLOSE = 0.02  # mean difference of two pictures that show the same drawing


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    return from_picture(grey(seven())).image


def difference(picture: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(from_picture(picture.astype(np.float32)).image - expected).mean())


def check_frame(seen: Seen) -> None:
    assert seen.image.shape == (28, 28)
    assert seen.image.dtype == np.float32
    assert seen.image.min() >= 0
    assert 0.9 < seen.image.max() <= 1
    x, y = centre_of_mass(seen.image)
    assert (x, y) == pytest.approx((14, 14), abs=0.6)
    for step in seen.steps:
        assert step.image.dtype == np.float32
        assert step.image.min() >= 0
        assert step.image.max() <= 1


def test_picture_steps_are_in_order() -> None:
    seen = from_picture(grey(seven()))
    names = [step.name for step in seen.steps]
    assert names == ["given", "contrast", "ink", "fitted", "thickness", "centred"]
    assert seen.steps[-1].image is seen.image
    assert np.array_equal(seen.steps[0].image, grey(seven()))
    check_frame(seen)


def test_stroke_steps_are_in_order() -> None:
    seen = from_strokes([SEVEN * 300])
    assert [step.name for step in seen.steps] == ["drawn", "fitted", "thickness", "centred"]
    assert seen.steps[-1].image is seen.image
    check_frame(seen)


def test_ink_fills_the_box_and_leaves_a_border() -> None:
    image = from_picture(grey(seven())).image
    rows, columns = np.flatnonzero(image.max(1) > 0.5), np.flatnonzero(image.max(0) > 0.5)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(20, abs=1)


def test_dark_on_light_is_light_on_dark(expected: np.ndarray) -> None:
    assert difference(1 - grey(seven()), expected) < 1e-6


def test_faint_ink_is_read_like_strong_ink(expected: np.ndarray) -> None:
    assert difference(grey(seven(background=200, ink=140)), expected) < CLOSE


@pytest.mark.parametrize("factor", [0.2, 0.5, 1.5, 3])
def test_size_does_not_matter(factor: float, expected: np.ndarray) -> None:
    side = round(200 * factor)
    assert difference(grey(seven(side, side, pen=round(12 * factor))), expected) < 2 * CLOSE


@pytest.mark.parametrize("corner", [(0, 0), (0, 180), (180, 0), (170, 160)])
def test_place_does_not_matter(corner: tuple[int, int], expected: np.ndarray) -> None:
    page = np.ones((400, 400), np.float32)
    page[corner[0] : corner[0] + 200, corner[1] : corner[1] + 200] = grey(seven())
    assert difference(page, expected) < CLOSE


@pytest.mark.parametrize("pen", [3, 6, 20, 28])
def test_brush_becomes_that_of_mnist(pen: int, expected: np.ndarray) -> None:
    picture = grey(seven(pen=pen))
    assert difference(picture, expected) < 3 * CLOSE
    fine = next(step.image for step in from_picture(picture).steps if step.name == "thickness")
    assert stroke_thickness(fine > 0.5) / 8 == pytest.approx(THICKNESS, rel=0.2)


@pytest.mark.parametrize("side", [300, 640])
def test_hairline_of_a_large_picture_is_not_lost(side: int, expected: np.ndarray) -> None:
    assert difference(grey(seven(side, side, pen=1)), expected) < 2 * CLOSE


def test_uneven_light_does_not_matter(expected: np.ndarray) -> None:
    ramp = np.linspace(0.45, 1, 200)[None] * np.linspace(0.8, 1, 200)[:, None]
    assert difference(grey(seven(ink=40)) * ramp, expected) < CLOSE


def test_grain_of_a_camera_does_not_matter(expected: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    noisy = ndimage.gaussian_filter(grey(seven(ink=30)), 1.0) + rng.normal(0, 0.03, (200, 200))
    assert difference(noisy.clip(0, 1), expected) < 2 * CLOSE


def test_specks_are_dropped(expected: np.ndarray) -> None:
    picture = grey(seven())
    for y, x in [(5, 5), (190, 30), (100, 195), (15, 180)]:
        picture[y : y + 2, x : x + 2] = 0
    assert difference(picture, expected) < 1e-3


def test_edge_of_the_paper_is_dropped(expected: np.ndarray) -> None:
    picture = grey(seven())
    picture[:, :6] = 0.1
    assert difference(picture, expected) < CLOSE


def test_frame_of_mnist_is_taken_as_it_is() -> None:
    given = from_picture(grey(seven())).image
    again = from_picture(given)
    assert np.array_equal(again.image, given)
    assert len(again.steps) == 1


def test_mnist_comes_out_as_it_is_bit_by_bit(digits: DataSet) -> None:
    for image in digits.test.images[:500].numpy():
        seen = from_picture(image.astype(np.float32) / 255)
        assert np.array_equal((seen.image * 255).round().astype(np.uint8), image)
        assert [step.name for step in seen.steps] == ["as_is"]


OF_28 = {
    "dark on white": lambda image: 1 - image,
    "dim": lambda image: 0.5 * image,
    "on grey": lambda image: 0.2 + 0.7 * image,
    "off the middle": lambda image: np.roll(image, (3, -3), (0, 1)),
    "in a corner": lambda image: np.pad(image[::2, ::2], ((0, 14), (14, 0))),
    "from edge to edge": lambda image: resize(image[4:24, 4:24], (28, 28)),
    "with grain": lambda image: 0.1 + 0.8 * image + 0.02 * np.sin(np.arange(784).reshape(28, 28)),
}


@pytest.mark.parametrize("change", OF_28.values(), ids=OF_28.keys())
def test_28_x_28_alone_is_not_the_form(
    change: Callable[[np.ndarray], np.ndarray], expected: np.ndarray
) -> None:
    picture = change(expected).astype(np.float32)
    seen = from_picture(picture)
    assert seen.steps[0].name == "given"
    assert seen.steps[-1].name == "centred"
    assert np.abs(seen.image - expected).mean() < 3 * CLOSE


def test_steps_say_what_was_taken_away(expected: np.ndarray) -> None:
    ruled = grey(seven(400, 400, pen=24))
    ruled[::40] *= 0.7
    ruled[1::40] *= 0.7
    seen = from_picture(np.pad(ruled, 100, constant_values=0.2))
    assert [step.name for step in seen.steps] == [
        "given", "sheet", "contrast", "unruled", "ink", "fitted", "thickness", "centred",
    ]  # fmt: skip
    assert np.abs(seen.image - expected).mean() < 2 * CLOSE


def test_pen_of_one_pixel_does_not_tear() -> None:
    """As in Paint: its diagonals touch at corners alone."""
    steep = seven(28, 28, pen=1)
    fine = next(step for step in from_picture(grey(steep)).steps if step.name == "thickness")
    assert ndimage.label(fine.image > 0.5)[1] == 1


def test_small_picture_on_white_is_no_frame_of_mnist(expected: np.ndarray) -> None:
    seen = from_picture(1 - expected)
    assert np.median(seen.image) == 0
    assert np.abs(seen.image - expected).mean() < 3 * CLOSE


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_blank_picture_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="Nothing is drawn"):
        from_picture(np.full((90, 70), value, np.float32))


def test_no_strokes_are_refused() -> None:
    with pytest.raises(InputError, match="Nothing is drawn"):
        from_strokes([])


def test_single_pixel_is_refused() -> None:
    picture = np.zeros((100, 100), np.float32)
    picture[50, 50] = 1
    with pytest.raises(InputError, match="speck"):
        from_picture(picture)


def test_dot_is_seen_as_a_dot() -> None:
    ys, xs = np.indices((100, 100))
    disc = (np.hypot(ys - 30, xs - 70) < 9).astype(np.float32)
    check_frame(from_picture(disc))
    dot = from_strokes([np.array([[120.0, 80.0]])])
    check_frame(dot)
    assert dot.image.sum() < 12


def test_first_step_shows_the_strokes_where_they_lie_on_the_board() -> None:
    tiny = [SEVEN * 40]
    seen = from_strokes(tiny, board=400)
    drawn = seen.steps[0].image
    side = drawn.shape[0]
    rows, columns = np.flatnonzero(drawn.max(1)), np.flatnonzero(drawn.max(0))
    assert max(rows.max(), columns.max()) < side * 0.1 + 3  # in the corner, as small as it is
    assert np.array_equal(seen.image, from_strokes(tiny).image)
    wide = from_strokes(tiny).steps[0].image
    assert np.flatnonzero(wide.max(1)).max() > side * 0.9


def test_board_shows_a_drawing_on_the_right_at_the_right() -> None:
    drawn = from_strokes([SEVEN * 100 + [300, 0]], board=400).steps[0].image
    assert drawn[:, : drawn.shape[1] * 3 // 4].max() == 0
    assert drawn.max() == 1


@pytest.mark.parametrize(("scale", "shift"), [(0.2, 0), (40, 900), (1e-3, -5), (1e5, 1e6)])
def test_scale_and_place_of_strokes_do_not_matter(scale: float, shift: float) -> None:
    moved = from_strokes([SEVEN * scale + shift]).image
    assert np.abs(moved - from_strokes([SEVEN]).image).mean() < 1e-3


def test_strokes_and_their_picture_agree() -> None:
    drawn, photographed = from_strokes([SEVEN]).image, from_picture(grey(seven())).image
    assert np.abs(drawn - photographed).mean() < 2 * CLOSE


@pytest.mark.parametrize("thickness", [3, 5, 9, 15])
def test_stroke_thickness_of_a_bar_is_its_width(thickness: int) -> None:
    bar = np.zeros((60, 200), bool)
    bar[30 : 30 + thickness, 10:190] = True
    assert stroke_thickness(bar) == pytest.approx(thickness, abs=1.01)
