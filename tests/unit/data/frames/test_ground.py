from __future__ import annotations

import numpy as np
import pytest
from skimage.filters import threshold_otsu

from rnndemo.data.frames import ground
from rnndemo.data.frames.ground import contrast, enlarged, otsu, pooled, threshold
from tests.pictures import grey, seven


def is_ink(picture: np.ndarray) -> np.ndarray:
    found = contrast(picture)
    return found > threshold(found)


def agreement(found: np.ndarray, ink: np.ndarray) -> float:
    return float((found & ink).sum() / (found | ink).sum())


INK = grey(seven()) < 0.5


@pytest.mark.parametrize("seed", range(3))
def test_otsu_is_that_of_scikit_image(seed: int) -> None:
    values = np.random.default_rng(seed).random((50, 60)) ** 3
    assert otsu(values) == pytest.approx(threshold_otsu(values), abs=0.02)


def test_nothing_has_no_threshold_below_the_least_contrast() -> None:
    assert threshold(np.zeros((5, 5))) > 0


def test_few_pixels_of_ink_do_not_split_the_noise() -> None:
    noisy = np.random.default_rng(0).normal(0, 0.02, (300, 300)).clip(0, None)
    noisy[100:110, 100:110] = 0.5
    assert (noisy > threshold(noisy)).sum() == 100


@pytest.mark.parametrize("shrink", [1, 3, 7])
def test_enlarged_is_what_was_pooled(shrink: int) -> None:
    ramp = np.linspace(0, 1, 60)[:, None] * np.ones(50)
    coarse = pooled(ramp, shrink, np.add) / shrink**2
    assert np.abs(enlarged(coarse, shrink, ramp.shape) - ramp).max() < 0.1


@pytest.mark.parametrize("pen", [2, 12, 30, 44])
@pytest.mark.parametrize("dark", [True, False])
def test_ink_of_any_thickness_is_found(pen: int, dark: bool) -> None:
    drawn = grey(seven(pen=pen))
    assert agreement(is_ink(drawn if dark else 1 - drawn), drawn < 0.5) > 0.95


@pytest.mark.parametrize("pen", [12, 40])
def test_ink_that_is_cut_at_the_border_is_found(pen: int) -> None:
    drawn = grey(seven(pen=pen))[36:, 62:]
    assert agreement(is_ink(drawn), drawn < 0.5) > 0.95


@pytest.mark.parametrize("soft", [1, 8, 30])
@pytest.mark.parametrize("angle", [0, 0.5, 2])
@pytest.mark.parametrize("shade", [0.45, 0.7])
def test_edge_of_a_shadow_is_no_ink(soft: float, angle: float, shade: float) -> None:
    y, x = np.indices(INK.shape) - 100
    away = np.cos(angle) * x + np.sin(angle) * y
    light = 1 - (1 - shade) * (away / soft + 0.5).clip(0, 1)
    assert agreement(is_ink((0.9 - 0.75 * INK) * light), INK) > 0.8


@pytest.mark.parametrize("width", [50, 70])
def test_band_of_shadow_is_no_bold_pen(width: int) -> None:
    light = np.ones(INK.shape)
    light[:, 90 : 90 + width] = 0.6
    assert agreement(is_ink((0.9 - 0.75 * INK) * light), INK) > 0.8


def test_bright_date_does_not_make_ink_light() -> None:
    page = np.full((300, 300), 0.5)
    page[50:250, 50:250] -= 0.35 * INK
    page[280:288, 180:290:2] = 1  # a row of bright strokes
    assert is_ink(page)[150, 150] == INK[100, 100]
    assert agreement(is_ink(page)[50:250, 50:250], INK) > 0.9


def test_what_lies_between_strokes_is_no_ink() -> None:
    grid = np.indices((300, 300)).sum(0) % 2 * 0.02 + 0.8
    ring = np.abs(np.hypot(*(np.indices((300, 300)) - 150)) - 60) < 6
    grid[ring] = 0.2
    assert agreement(is_ink(grid * np.linspace(0.5, 1, 300)), ring) > 0.9


def test_small_pictures_are_not_reduced() -> None:
    assert ground.shrinking(np.zeros((28, 128))) == 1
    assert ground.shrinking(np.zeros((129, 5))) == 2
