"""A hand is found and cut out wherever it is, however large, in whatever light."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import gaussian_filter

from rnndemo.data.frames.hands import Square, ground, light, surface
from rnndemo.data.frames.photo import SIDE, from_photo
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import InputError
from rnndemo.ui.drawing.answer import STEP_NAMES
from tests.hands import OPEN, photograph

STEPS = ["given", "contrast", "hand", "cropped", "pixels"]

# other photographs of the same hand -> least correlation
SAME: dict[str, tuple[dict[str, Any], float]] = {
    "to the left": ({"middle": (0.3, 0.7)}, 0.95),
    "to the right, higher": ({"middle": (0.75, 0.45)}, 0.93),
    "half as large": ({"palm": 0.07}, 0.95),
    "a third larger": ({"palm": 0.17, "middle": (0.5, 0.65)}, 0.88),
    "on a tall picture": ({"shape": (400, 200), "palm": 0.17}, 0.95),
    "on a wide picture": ({"shape": (240, 480), "middle": (0.2, 0.6)}, 0.95),
    "on a small picture": ({"shape": (100, 100)}, 0.93),
    "on a large picture": ({"shape": (480, 640)}, 0.95),
    "in dim light": ({"hand": 0.14, "ground": 0.32}, 0.95),
    "in bright light": ({"hand": 0.43, "ground": 0.98}, 0.99),
    "before a dark wall": ({"hand": 0.8, "ground": 0.3}, 0.95),
    "before a wall nearly as dark": ({"hand": 0.6, "ground": 0.7}, 0.9),
    "with light from the right": ({"light": (0.5, 0.0), "hand": 0.26, "ground": 0.6}, 0.93),
    "with light from above": ({"light": (-0.3, -0.4), "hand": 0.22, "ground": 0.5}, 0.93),
    "with a noisy camera": ({"noise": 0.03}, 0.93),
}


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """Return the correlation of two pictures, tolerant of a shift by a pixel or two."""
    soft = [gaussian_filter(picture, 1.5).ravel() for picture in (first, second)]
    return float(np.corrcoef(soft)[0, 1])


@pytest.fixture(scope="module")
def usual() -> np.ndarray:
    return from_photo(photograph()).image


@pytest.mark.parametrize("case", SAME)
def test_same_hand_looks_the_same(case: str, usual: np.ndarray):
    scene, least = SAME[case]
    assert alike(from_photo(photograph(**scene)).image, usual) > least


@pytest.mark.parametrize("fingers", [(), ("index",), ("thumb", "little")])
def test_another_hand_does_not(fingers: tuple[str, ...], usual: np.ndarray):
    assert alike(from_photo(photograph(fingers)).image, usual) < 0.8


@pytest.mark.parametrize("fingers", [OPEN, ("index", "middle"), ("index",)])
def test_hand_fills_what_is_read_and_the_ground_is_black(fingers: tuple[str, ...]):
    image = from_photo(photograph(fingers, middle=(0.3, 0.6), palm=0.1, noise=0.01)).image
    rows, columns = np.flatnonzero(image.max(1) > 0.3), np.flatnonzero(image.max(0) > 0.3)
    assert max(np.ptp(rows), np.ptp(columns)) > 0.8 * SIDE
    assert np.median(image[:, 0]) == np.median(image[0]) == 0


def test_every_step_has_a_name():
    given = photograph()
    seen = from_photo(given)
    assert [step.name for step in seen.steps] == STEPS
    assert set(STEPS) <= STEP_NAMES.keys()
    assert np.array_equal(seen.steps[0].image, given)
    assert seen.steps[-1].image is seen.image
    assert seen.image.shape == FRAMES["photo"].size
    for step in seen.steps:
        assert step.image.dtype == np.float32
        assert 0 <= step.image.min() <= step.image.max() <= 1


def test_hand_is_found_where_it_is():
    found = from_photo(photograph(palm=0.12, light=(0.3, 0.2), ground=0.6, hand=0.25)).steps[2]
    known = photograph(palm=0.12, ground=1.0, hand=0.0, shape=found.image.shape) < 0.5
    both, either = (found.image * known).sum(), np.maximum(found.image, known).sum()
    assert both / either > 0.75


def test_ground_is_fitted_to_a_hundredth_despite_the_hand():
    even = photograph(palm=0.12, hand=0.3, ground=0.5, light=(0.4, -0.3))
    wall = photograph((), palm=0.001, hand=0.5, ground=0.5, light=(0.4, -0.3))
    terms = ground(light(even))
    assert np.abs(surface(even.shape, terms) - light(wall)).mean() < 0.01


def test_square_in_a_square_is_where_it_was():
    outer = Square(50.0, 40.0, 20.0)
    assert Square(64.0, 64.0, 128.0).within(outer, 128) == outer
    assert Square(0.0, 0.0, 64.0).within(outer, 128) == Square(40.0, 30.0, 10.0)
    assert outer.grown(1.5) == Square(50.0, 40.0, 30.0)


def test_middle_is_taken_where_no_hand_is_found():
    noise = np.random.default_rng(0).uniform(0, 1, (60, 90)).astype(np.float32)
    seen = from_photo(noise)
    assert seen.image.shape == (SIDE, SIDE)
    assert seen.image.max() > 0
    ramp = np.tile(np.linspace(0.2, 0.9, 90, dtype=np.float32), (60, 1))
    assert from_photo(ramp).image.shape == (SIDE, SIDE)


def test_one_grey_holds_nothing():
    with pytest.raises(InputError, match="it is the same grey all over"):
        from_photo(np.full((50, 50), 0.4, np.float32))


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70)).flatmap(
        lambda shape: arrays(np.float32, shape, elements=st.floats(0, 1, width=16))
    )
)
def test_any_picture_becomes_64_by_64_or_a_sentence(grey: np.ndarray):
    try:
        image = from_photo(grey).image
    except InputError:
        return
    assert image.shape == (SIDE, SIDE)
    assert np.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1
