"""Corruptions keep their promises; those of MNIST-C are held against scikit-image and formulas."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.feature import canny
from skimage.transform import AffineTransform, warp

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES, corrupted
from rnndemo.data.corruptions.further import FURTHER
from rnndemo.data.corruptions.lines import line
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError

KINDS = list(CORRUPTIONS)
NOT_RANDOM = (
    *("scale", "brightness", "stripe", "canny_edges"),
    *("thicker_strokes", "thinner_strokes", "jpeg"),
)


@pytest.fixture(scope="module")
def images(digits: DataSet) -> np.ndarray:
    return digits.test.images[:60].numpy()


def distance(images: np.ndarray, others: np.ndarray) -> float:
    apart = np.subtract(images, others, dtype=float) / 255
    return float(np.sqrt((apart**2).sum((1, 2))).mean())


def test_there_are_the_fifteen_of_mnist_c_and_seven_more() -> None:
    assert (len(MNIST_C), len(FURTHER), len(CORRUPTIONS)) == (15, 7, 22)
    assert all(one.mnist_c in SEVERITIES for one in MNIST_C.values())
    assert not any(one.mnist_c for one in FURTHER.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_higher_severity_is_farther_from_the_clean_picture(kind: str, images: np.ndarray) -> None:
    away = [distance(images, corrupted(images, kind, severity)) for severity in (0, *SEVERITIES)]
    assert away[0] == 0
    assert all(nearer < farther for nearer, farther in pairwise(away)), away


@settings(max_examples=40)
@given(
    kind=st.sampled_from(KINDS), severity=st.integers(0, 5), seed=st.integers(0, 2**62),
    size=st.tuples(st.integers(8, 40), st.integers(8, 40)), floats=st.booleans(),
)  # fmt: skip
def test_same_arguments_give_same_pictures_in_range(kind, severity, seed, size, floats) -> None:
    given_ = np.random.default_rng(1).integers(0, 256, (3, *size), dtype=np.uint8)
    if floats:
        given_ = (given_ / 255).astype(np.float32)
    before = given_.copy()
    worse = corrupted(given_, kind, severity, seed)
    assert (worse.shape, worse.dtype) == (given_.shape, given_.dtype)
    assert worse.min() >= 0
    assert worse.max() <= (1 if floats else 255)
    np.testing.assert_array_equal(worse, corrupted(given_, kind, severity, seed))
    np.testing.assert_array_equal(given_, before)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_is_another_chance(kind: str, images: np.ndarray) -> None:
    same = (corrupted(images, kind, 3, 1) == corrupted(images, kind, 3, 2)).all()
    assert same == (kind in NOT_RANDOM)


@pytest.mark.parametrize("kind", KINDS)
def test_no_pictures_give_no_pictures(kind: str) -> None:
    assert corrupted(np.zeros((0, 28, 28), np.uint8), kind, 3).shape == (0, 28, 28)


def test_floats_and_bytes_are_corrupted_alike(images: np.ndarray) -> None:
    floats = corrupted((images / 255).astype(np.float32), "motion_blur", 2)
    assert np.abs(floats * 255 - corrupted(images, "motion_blur", 2)).max() <= 0.51


@pytest.mark.parametrize(("kind", "severity"), [("mist", 3), ("fog", 6), ("fog", -1), ("fog", 2.5)])
def test_what_does_not_exist_is_refused(kind: str, severity: int) -> None:
    with pytest.raises(InputError, match="corruption = 'mist'|severity = "):
        corrupted(np.zeros((1, 28, 28), np.uint8), kind, severity)


# --- those of MNIST-C, at the severity that it was made with ------------------------------------


def as_published(kind: str, images: np.ndarray) -> np.ndarray:
    return corrupted((images / 255).astype(np.float32), kind, MNIST_C[kind].mnist_c)


def test_edges_are_those_of_scikit_image(images: np.ndarray) -> None:
    expected = [canny(image / 255) for image in images]
    np.testing.assert_array_equal(as_published("canny_edges", images), expected)


ABOUT = 13.5  # the centre of MNIST-C's maps
MAPS = {  # from a new place (x, y) to the old one, turned to one side; the other mirrors the angle
    "rotate": [[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]],
    "shear": [[1, -np.sin(0.4)], [0, np.cos(0.4)]],
    "scale": [[1 / 0.7, 0], [0, 1 / 0.7]],
}


@pytest.mark.parametrize("kind", MAPS)
def test_maps_are_those_of_scikit_image(kind: str, images: np.ndarray) -> None:
    sides = []
    for side in (1, -1):
        matrix = np.eye(3)
        matrix[:2, :2] = np.array(MAPS[kind]) * [[1, side], [side, 1]]
        matrix[:2, 2] = ABOUT - matrix[:2, :2] @ [ABOUT, ABOUT]
        sides.append([warp(image / 255, AffineTransform(matrix)) for image in images])
    apart = np.abs(np.array(sides) - as_published(kind, images)).max((2, 3))
    assert apart.min(0).max() < 1e-5


def test_a_translation_moves_three_pixels_both_ways(images: np.ndarray) -> None:
    ways = [np.roll(images, (down, along), (1, 2)) for down in (-3, 3) for along in (-3, 3)]
    found = corrupted(images, "translate", 3)
    inside = np.s_[:, 3:-3, 3:-3]
    apart = [np.abs(found[inside] - way[inside].astype(int)).max((1, 2)) for way in ways]
    assert np.min(apart, 0).max() == 0
    assert {int(k) for k in np.argmin(apart, 0)} == {0, 1, 2, 3}


def test_shot_noise_counts_three_quanta() -> None:
    grey = np.full((20, 28, 28), 0.2, np.float32)
    found = as_published("shot_noise", grey * 255)
    assert set(np.unique((found * 3).round(4))) == {0, 1, 2, 3}
    assert (found == 0).mean() == pytest.approx(np.exp(-0.6), abs=0.02)


def test_impulse_noise_hits_its_share() -> None:
    grey = np.full((20, 28, 28), 128, np.uint8)
    found = corrupted(grey, "impulse_noise", 4)
    assert (found == 0).mean() == pytest.approx(0.085, abs=0.01)
    assert (found == 255).mean() == pytest.approx(0.085, abs=0.01)
    assert (found == 128).mean() == pytest.approx(0.83, abs=0.01)


def test_brightness_and_stripes_by_their_formulas(images: np.ndarray) -> None:
    floats = images / 255
    np.testing.assert_allclose(
        as_published("brightness", images), (floats + 0.5).clip(0, 1), atol=1e-6
    )
    striped = as_published("stripe", images)
    np.testing.assert_allclose(striped[:, :, :7], 1 - floats[:, :, :7], atol=1e-6)
    np.testing.assert_allclose(striped[:, :, 7:21], floats[:, :, 7:21], atol=1e-6)
    np.testing.assert_allclose(striped[:, :, 21:], 1 - floats[:, :, 21:], atol=1e-6)


def test_motion_blur_spreads_a_point_to_one_side_and_keeps_its_light() -> None:
    point = np.zeros((30, 28, 28), np.float32)
    point[:, 14, 20] = 1
    found = as_published("motion_blur", point * 255)
    np.testing.assert_allclose(found.sum((1, 2)), 1, atol=1e-3)
    weights = np.exp(-(np.arange(21) ** 2) / 18)
    np.testing.assert_allclose(found[:, 14, 20], weights[0] / weights.sum(), atol=1e-6)
    assert found[:, :, 21:].max() == 0


def test_glass_blur_swaps_pixels_and_keeps_the_light_within() -> None:
    images = np.zeros((4, 28, 28), np.uint8)
    images[:, 10:18, 10:18] = 255
    found = corrupted(images, "glass_blur", 1)
    assert found.sum() == pytest.approx(images.sum(), rel=0.02)
    assert (found[0] != found[1]).any()


def test_fog_is_at_most_as_bright_as_the_picture_and_thick() -> None:
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 14, 14] = 200
    found = as_published("fog", images)
    assert found.max() <= 200 / 255 + 1e-6
    assert 0.2 < found.mean() < 0.5
    blank = np.zeros((1, 28, 28), np.uint8)
    assert as_published("fog", blank).max() == 0  # nothing is brighter than its brightest pixel


def test_mud_has_its_brightness() -> None:
    found = corrupted(np.full((20, 28, 28), 255, np.uint8), "spatter", 4)
    assert found.min() >= 63
    assert 0.01 < (found < 110).mean() < 0.3


def test_a_dotted_line_leaves_every_second_pair_of_columns() -> None:
    found = corrupted(np.zeros((10, 28, 28), np.uint8), "dotted_line", 1)
    ink = found.max((0, 1)) > 0
    assert ink.tolist() == [column // 2 % 2 == 1 and column < 27 for column in range(28)]


def test_a_line_fades_by_its_formula() -> None:
    level = line((28, 28), (np.zeros(1), np.full(1, 9.0)), (np.full(1, 27.0), np.full(1, 9.0)))[0]
    np.testing.assert_allclose(
        level[8:11, 5], [1 + np.log(1 - 1 / 2.3), 1, 1 + np.log(1 - 1 / 2.3)]
    )
    assert level[13].max() == 0


def test_a_zigzag_goes_from_left_to_right() -> None:
    found = corrupted(np.zeros((10, 28, 28), np.uint8), "zigzag", 1)
    assert (found[:, :, 3:24].max(1) > 100).mean() > 0.8  # some leave the picture below
    assert found[:, :, :1].max() == 0


# --- those of our own --------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "axis"), [("missing_rows", 2), ("missing_columns", 1)])
def test_the_level_is_what_is_missing(kind: str, axis: int) -> None:
    images = np.full((5, 28, 28), 9, np.uint8)
    images[:, ::3, ::3] = images[:, 1::3, 1::3] = images[:, 2::3, 2::3] = 250
    for level, severity in zip(FURTHER[kind].levels, SEVERITIES, strict=True):
        worse = corrupted(images, kind, severity)
        assert ((worse == 9).all(axis).sum(1) == level).all()


def test_shuffled_rows_are_the_same_rows(images: np.ndarray) -> None:
    for severity in SEVERITIES:
        worse = corrupted(images, "shuffled_rows", severity)
        for one, other in zip(images, worse, strict=True):
            assert sorted(map(bytes, one)) == sorted(map(bytes, other))


def test_strokes_grow_and_shrink_by_a_pixel_at_either_side() -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[:, 10:15] = 255
    thick, thin = (
        corrupted(images, "thicker_strokes", 2)[0],
        corrupted(images, "thinner_strokes", 5)[0],
    )
    assert np.flatnonzero(thick[:, 14]).tolist() == [9, 10, 11, 12, 13, 14, 15]
    assert np.flatnonzero(thin[:, 14]).tolist() == [11, 12, 13]
