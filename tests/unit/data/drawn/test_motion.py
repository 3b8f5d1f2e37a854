"""The model of the hand: faultless, it follows the template; each fault does what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.drawn.motion import MOUSE, MOUSE_POINTS, POINTS, Hand, any_hand, move

PERFECT = Hand(
    miss=0,
    bow=0,
    haste=0,
    spread=0.1,
    end=0,
    tremor=0,
    turn=0,
    shear=0,
    stretch=(1.0, 1.0),
    points=POINTS,
)
CORNER = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def moved(hand: Hand, template: np.ndarray = CORNER, seed: int = 0) -> np.ndarray:
    (path,) = move([template], hand, np.random.default_rng(seed))
    return path


def nearest(path: np.ndarray, point: np.ndarray) -> float:
    return float(np.hypot(*(path - point).T).min())


def test_perfect_hand_passes_every_corner_and_leaves_no_edge() -> None:
    path = moved(PERFECT)
    assert path.shape == (POINTS, 2)
    for corner in CORNER:
        assert nearest(path, corner) < 0.02
    on_first, on_second = np.abs(path[:, 0]) < 1e-3, np.abs(path[:, 1] - 1) < 1e-3
    assert (on_first | on_second).all()


def test_haste_cuts_the_corner() -> None:
    hands = [replace(PERFECT, spread=0.3, haste=haste) for haste in (0.0, 0.3, 0.6)]
    cuts = [nearest(moved(hand), CORNER[1]) for hand in hands]
    assert cuts == sorted(cuts)
    assert cuts[-1] > 0.05


def test_bowed_edge_is_off_its_chord_by_what_the_bow_says() -> None:
    line = np.array([[0.0, 0.0], [1.0, 0.0]])
    path = moved(replace(PERFECT, bow=0.1), line, seed=3)
    bow = np.random.default_rng(3)
    bow.normal(0, 0, line.shape)  # what comes before: corners, the end, the time
    bow.normal(0, 0)
    bow.normal(0, 0.15, 1)
    assert np.abs(path[:, 1]).max() == pytest.approx(abs(bow.normal(0, 0.1)), rel=0.02)


def test_turning_turns_and_stretching_stretches() -> None:
    plain = moved(PERFECT)
    turned = moved(replace(PERFECT, turn=np.pi / 2))
    np.testing.assert_allclose(turned, np.stack([-plain[:, 1], plain[:, 0]], 1), atol=1e-9)
    stretched = moved(replace(PERFECT, stretch=(2.0, 1.0)))
    assert np.ptp(stretched[:, 0]) == pytest.approx(2, abs=0.02)
    assert np.ptp(stretched[:, 1]) == pytest.approx(1, abs=0.02)


def test_trembling_is_as_strong_as_it_says() -> None:
    trembling = replace(PERFECT, tremor=0.02)
    errors = [moved(trembling, seed=seed) - moved(PERFECT, seed=seed) for seed in range(60)]
    assert np.std(errors) == pytest.approx(0.02, rel=0.1)


@given(st.integers(0, 10_000), st.booleans())
def test_any_hand_draws_finite_points_and_the_same_ones_again(seed: int, smooth: bool) -> None:
    def drawn() -> np.ndarray:
        rng = np.random.default_rng(seed)
        (path,) = move([CORNER], any_hand(rng, smooth=smooth), rng)
        return path

    first = drawn()
    least, most = MOUSE_POINTS
    assert first.shape[1] == 2
    assert len(first) == POINTS or least <= len(first) < most
    assert np.isfinite(first).all()
    assert np.abs(first).max() < 10
    assert np.array_equal(first, drawn())


def test_some_hands_use_a_mouse() -> None:
    rng = np.random.default_rng(0)
    on_mouse = [any_hand(rng).points < POINTS for _ in range(400)]
    assert np.mean(on_mouse) == pytest.approx(MOUSE, abs=0.07)


def test_mouse_reports_few_points_of_the_same_path() -> None:
    few = moved(replace(PERFECT, points=16))
    assert few.shape == (16, 2)
    assert max(nearest(moved(PERFECT), point) for point in few) < 0.05


def test_dot_stays_a_dot() -> None:
    (path,) = move([np.zeros((1, 2))], PERFECT, np.random.default_rng(0))
    assert np.array_equal(path, np.zeros((1, 2)))
