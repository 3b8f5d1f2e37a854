from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from rnndemo.data.frames import shapes


def rectangle(angle: float = 0) -> np.ndarray:
    shape = np.zeros((100, 100))
    shape[30:70, 20:80] = 1
    return ndimage.rotate(shape, angle, reshape=False, order=1) > 0.5


def disc(radius: float = 30) -> np.ndarray:
    return np.hypot(*(np.indices((100, 100)) - 50)) < radius


def test_holes_are_filled() -> None:
    ring = disc(30) & ~disc(20)
    assert np.array_equal(shapes.filled(ring), disc(30))
    half = ring.copy()
    half[50:] = False  # open at the bottom: no hole
    assert np.array_equal(shapes.filled(half), half)


def test_box_is_the_smallest_round_a_shape() -> None:
    box = shapes.box_of(rectangle())
    assert box == (slice(30, 70), slice(20, 80))
    assert shapes.longer_side(box) == 60


def test_gap_is_that_of_the_axis_that_parts_them() -> None:
    first = (slice(0, 10), slice(0, 10))
    assert shapes.gap(first, (slice(12, 20), slice(50, 60))) == 40
    assert shapes.gap(first, (slice(5, 20), slice(3, 4))) <= 0


@pytest.mark.parametrize("angle", [0, 7, 30, 45, 80])
def test_rectangle_is_one_at_any_angle(angle: float) -> None:
    assert shapes.rectangularity(rectangle(angle)) > 0.93


def test_disc_is_no_rectangle() -> None:
    assert shapes.rectangularity(disc()) == pytest.approx(np.pi / 4, abs=0.04)


@pytest.mark.parametrize("pixels", [0, 1, 2])
def test_few_pixels_are_no_rectangle(pixels: int) -> None:
    few = np.zeros((9, 9), bool)
    few[4, 4 : 4 + pixels] = True
    assert shapes.rectangularity(few) == 0


def test_half_width_is_that_of_the_largest_disc() -> None:
    assert shapes.half_width(disc(20)) == pytest.approx(20, abs=1)
    assert shapes.half_width(np.zeros((5, 5), bool)) == 0
