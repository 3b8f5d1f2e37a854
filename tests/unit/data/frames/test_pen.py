from __future__ import annotations

import math

import numpy as np
import pytest

from rnndemo.data.frames.pen import (
    BOX,
    LEVELS,
    SIZE,
    centre_of_mass,
    fit,
    rasterize,
    render,
)
from rnndemo.data.frames.strokes import Strokes

SEVEN = [np.array([[10.0, 10], [60, 12], [30, 90]])]
PLUS = [np.array([[0.0, 50], [100, 50]]), np.array([[50.0, 0], [50, 100]])]
HALF_A_LEVEL = 0.5 / LEVELS


def ink_box(image: np.ndarray) -> tuple[int, int]:
    """Return width and height of the drawing."""
    ys, xs = np.nonzero(image > 0.5)
    return int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1


def by_the_formula(strokes: Strokes, thickness: float, finer: int) -> list[list[int]]:
    """Return the levels of all pixels, as another language would reckon them: in plain loops."""
    side, reach = SIZE * finer, thickness * finer / 2 + 0.5
    lines = []
    for stroke in strokes:
        points = [(x * finer, y * finer) for x, y in stroke.tolist()]
        lines += [
            (ax, ay, bx - ax, by - ay)
            for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False)
        ]
    picture = []
    for y in range(side):
        row = []
        for x in range(side):
            nearest = reach * reach
            for ax, ay, ux, uy in lines:
                px, py = x + 0.5 - ax, y + 0.5 - ay
                length = ux * ux + uy * uy
                t = min(max((px * ux + py * uy) / length, 0), 1) if length > 0 else 0
                dx, dy = px - t * ux, py - t * uy
                nearest = min(nearest, dx * dx + dy * dy)
            cover = min(max(reach - math.sqrt(nearest), 0), 1)
            row.append(math.floor(LEVELS * cover + 0.5))
        picture.append(row)
    return picture


@pytest.mark.parametrize("finer", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_every_pixel_follows_the_formula_bit_by_bit(seed: int, finer: int) -> None:
    rng = np.random.default_rng(seed)
    strokes = [rng.uniform(-10, 40, (count, 2)) for count in rng.integers(1, 7, 3)]
    strokes[0] = np.round(strokes[0])  # on the grid, where roundings would show
    thickness = rng.uniform(0.5, 5)
    image = rasterize(strokes, thickness, finer)
    levels = by_the_formula(strokes, thickness, finer)
    assert np.array_equal(image, (np.array(levels) / LEVELS).astype(np.float32))


def test_ink_falls_off_with_the_distance() -> None:
    image = rasterize([np.array([[14.25, 3.0], [14.25, 25]])], thickness=2)
    # r + 1/2 = 1.5; the middles of the pixels lie 0.25, 0.75, 1.25 and 1.75 from the line
    across = {14: 1.0, 13: 0.75, 15: 0.25, 12: 0.0, 16: 0.0}
    for x, share in across.items():
        assert image[14, x] == pytest.approx(share, abs=HALF_A_LEVEL)


def test_dot_is_a_disc() -> None:
    image = rasterize([np.array([[14.0, 14.0]])], thickness=4)
    assert image.sum() == pytest.approx(math.pi * 2**2, rel=0.03)
    assert np.array_equal(image, image.T)


def test_what_lies_outside_of_the_frame_is_left_out() -> None:
    inside = np.array([[5.0, 5], [20, 20]])
    outside = [np.array([[-1e9, 40.0], [1e9, 40]]), np.array([[1e9, 1e9]])]
    assert np.array_equal(rasterize([inside, *outside]), rasterize([inside]))


def test_many_long_lines_are_drawn_in_parts_of_bounded_size() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(0, SIZE, (3000, 2))
    whole = rasterize([points], thickness=0.2, finer=4)
    halves = [rasterize([half], 0.2, 4) for half in (points[:1500], points[1499:])]
    assert np.array_equal(whole, np.maximum(*halves))


def test_fit_fills_the_box_and_keeps_the_aspect() -> None:
    (stroke,) = fit([np.array([[0.0, 0], [10, 40]])], thickness=2)
    assert np.allclose(np.ptp(stroke, 0), [4.5, 18])
    assert np.allclose((stroke.min(0) + stroke.max(0)) / 2, SIZE / 2)


@pytest.mark.parametrize("extent", [0.0, 1e-300, 1e-9, 1e9])
def test_fit_stays_finite_for_any_extent(extent: float) -> None:
    (stroke,) = fit([np.array([[0.0, 0], [extent, 0]])])
    assert np.isfinite(stroke).all()
    assert np.abs(stroke - SIZE / 2).max() <= BOX / 2


def test_point_is_drawn_as_a_dot_in_the_middle() -> None:
    image = render([np.array([[123.0, -7]])])
    assert image.sum() > 1
    assert centre_of_mass(image) == (SIZE / 2, SIZE / 2)


def test_render_is_white_on_black_in_the_unit_range() -> None:
    image = render(SEVEN)
    assert image.shape == (SIZE, SIZE)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1


@pytest.mark.parametrize("thickness", [1.0, 2.4, 4.0])
def test_ink_fills_twenty_pixels_whatever_the_pen(thickness: float) -> None:
    assert ink_box(render(PLUS, thickness)) == pytest.approx((BOX, BOX), abs=1)


def test_thicker_pen_leaves_more_ink() -> None:
    sums = [render(SEVEN, thickness).sum() for thickness in (1.2, 2.4, 3.6)]
    assert sums == sorted(sums)
    assert sums[2] > 2 * sums[0]


def test_finer_drawing_has_the_same_ink() -> None:
    fitted = fit(SEVEN)
    fine = rasterize(fitted, finer=4)
    assert fine.shape == (4 * SIZE, 4 * SIZE)
    assert fine.mean() == pytest.approx(rasterize(fitted).mean(), rel=0.01)


def test_centre_of_mass_is_measured_in_pixels() -> None:
    image = np.zeros((4, 6))
    image[1, 2] = 3.0
    assert centre_of_mass(image) == (2.5, 1.5)
    assert centre_of_mass(np.zeros((4, 6))) == (3.0, 2.0)
