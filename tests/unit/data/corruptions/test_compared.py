from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.corruptions.compared import COMPARED, corrupted_to

KINDS = list(COMPARED)


def pictures(count: int = 4, height: int = 28, width: int = 28) -> np.ndarray:
    """Return a bright bar on black in each picture, in the middle."""
    images = np.zeros((count, height, width), np.uint8)
    images[:, 6 : height - 6, width // 2 - 2 : width // 2 + 2] = 200
    return images


@pytest.mark.parametrize("kind", KINDS)
def test_levels_rise_from_nothing(kind) -> None:
    levels = COMPARED[kind].levels
    assert levels[0] == 0
    assert list(levels) == sorted(set(levels))


@given(
    kind=st.sampled_from(KINDS), step=st.integers(0, 5), seed=st.integers(0, 99),
    size=st.tuples(st.integers(8, 30), st.integers(8, 30)),
)  # fmt: skip
def test_same_seed_same_pictures_and_the_given_ones_stay(kind, step, seed, size) -> None:
    images = np.random.default_rng(1).integers(0, 256, (3, *size), dtype=np.uint8)
    before, level = images.copy(), COMPARED[kind].levels[step]
    worse = corrupted_to(images, kind, level, seed)
    assert (worse.shape, worse.dtype) == (images.shape, np.uint8)
    np.testing.assert_array_equal(worse, corrupted_to(images, kind, level, seed))
    np.testing.assert_array_equal(images, before)
    if not level:
        np.testing.assert_array_equal(worse, images)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_is_another_chance(kind) -> None:
    images, level = pictures(20), COMPARED[kind].levels[3]
    assert (corrupted_to(images, kind, level, 1) != corrupted_to(images, kind, level, 2)).any()


@pytest.mark.parametrize("kind", KINDS)
def test_no_pictures_give_no_pictures(kind) -> None:
    assert corrupted_to(pictures(0), kind, 2).shape == (0, 28, 28)


def test_a_shift_moves_each_picture_in_one_of_four_directions() -> None:
    images = pictures(40)
    moved = {tuple(np.argwhere(one)[0]) for one in corrupted_to(images, "shift", 3)}
    row, column = np.argwhere(images[0])[0]
    assert moved == {(row + 3, column), (row - 3, column), (row, column + 3), (row, column - 3)}
    assert corrupted_to(images, "shift", 3).sum() == images.sum()  # none of the bar is lost


def test_levels_take_the_same_share_of_larger_pictures() -> None:
    images = pictures(40, 56, 56)
    places = {tuple(np.argwhere(one)[0]) for one in corrupted_to(images, "shift", 3)}
    row, column = np.argwhere(images[0])[0]
    assert (row + 6, column) in places
    assert (corrupted_to(images, "rows", 14) == 0).all(2).sum(1).min() >= 28


def test_a_turn_by_ninety_degrees_is_a_turn() -> None:
    images = pictures(1, 20, 20)
    images[0, 8, 3] = 200
    turned = corrupted_to(images, "rotation", 90)
    ways = [np.rot90(images[0], k) for k in (1, 3)]
    assert min(np.abs(turned[0].astype(int) - way).max() for way in ways) <= 1


def test_a_turn_keeps_shapes_in_pictures_that_are_not_square() -> None:
    images = np.zeros((1, 20, 40), np.uint8)
    images[0, 8:12, 18:22] = 200  # a square in the middle stays one
    turned = corrupted_to(images, "rotation", 90)
    assert np.abs(turned.astype(int) - images).max() <= 1


def test_noise_has_its_spread() -> None:
    grey = np.full((10, 40, 40), 128, np.uint8)
    noise = corrupted_to(grey, "noise", 0.1).astype(float) / 255 - 128 / 255
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert abs(noise.mean()) < 0.005


@pytest.mark.parametrize("level", [1, 6, 14])
def test_the_level_is_the_number_of_missing_rows(level) -> None:
    images = np.full((5, 28, 28), 9, np.uint8)
    images[:, :, ::3] = 250
    worse = corrupted_to(images, "rows", level)
    assert ((worse == 9).all(2).sum(1) == level).all()
    assert ((worse == images).all(2).sum(1) == 28 - level).all()


@pytest.mark.parametrize("kind", ["shift", "rows"])
def test_empty_places_get_the_background(kind) -> None:
    images = 255 - pictures(3)  # dark ink on white
    assert (corrupted_to(images, kind, 6) >= 55).all()
    assert corrupted_to(images, "rotation", 45)[:, 0, 0].min() == 255
