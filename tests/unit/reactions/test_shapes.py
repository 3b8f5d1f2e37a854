from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from rnndemo.data.drawn.gestures import CLASSES, example
from rnndemo.reactions.shapes import (
    FITS,
    Shape,
    clean,
    distances,
    evenly,
    hull,
    inside,
    smoothed,
    straightened,
)
from tests.strategies import strokes


def corners(shape: Shape) -> np.ndarray:
    return np.array(shape.lines[0])


def around(start: float, end: float, a: float = 0.2, b: float = 0.2) -> np.ndarray:
    """Return points along an ellipse about (0.4, 0.5), denser at the beginning than at the end."""
    angles = start + (end - start) * np.linspace(0, 1, 90) ** 2
    return np.stack([0.4 + a * np.cos(angles), 0.5 + b * np.sin(angles)], 1)


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    middle = np.array([0.4, 0.5])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return middle + (points - middle) @ turn.T


@pytest.mark.parametrize("end", [2 * np.pi - 0.3, 2 * np.pi, 2 * np.pi + 0.8])
def test_circle_has_its_centre_and_radius_though_the_ends_gap_or_overlap(end: float) -> None:
    shape = clean("circle", [around(0, end)])
    assert shape.kind == "circle"
    radii = np.linalg.norm(corners(shape) - [0.4, 0.5], axis=1)
    assert radii == pytest.approx(0.2, abs=0.004)


def test_rough_circle_becomes_exactly_round() -> None:
    rng = np.random.default_rng(1)
    rough = around(0, 6.2) + rng.normal(0, 0.01, (90, 2))
    found = corners(clean("circle", [rough]))
    radii = np.linalg.norm(found - found.mean(0), axis=1)
    assert radii == pytest.approx(radii[0])
    assert radii[0] == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("angle", [0.0, 0.6, 1.4])
def test_clearly_elongated_circle_becomes_the_ellipse(angle: float) -> None:
    shape = clean("circle", [turned(around(0, 2 * np.pi, 0.3, 0.15), angle)])
    assert shape.kind == "ellipse"
    x, y = (turned(corners(shape), -angle) - [0.4, 0.5]).T
    assert (x / 0.3) ** 2 + (y / 0.15) ** 2 == pytest.approx(1, abs=0.02)


def test_rectangle_is_the_box() -> None:
    drawn = np.array([(0.2, 0.31), (0.19, 0.7), (0.8, 0.69), (0.78, 0.3), (0.21, 0.32)])
    found = corners(clean("rectangle", [drawn]))
    assert found.tolist() == [[0.19, 0.3], [0.8, 0.3], [0.8, 0.7], [0.19, 0.7]]


def test_triangle_has_the_three_best_corners() -> None:
    wanted = np.array([(0.5, 0.1), (0.1, 0.8), (0.9, 0.7)])
    drawn = evenly(np.concatenate([wanted, wanted[:1]]), 100)
    rough = drawn + np.random.default_rng(2).normal(0, 0.004, drawn.shape)
    found = corners(clean("triangle", [rough]))
    assert len(found) == 3
    assert all(np.linalg.norm(found - corner, axis=1).min() < 0.03 for corner in wanted)


def test_star_is_regular_upright_and_as_large_as_drawn() -> None:
    angles = np.array([0, 2, 4, 1, 3, 0]) * 2 * np.pi / 5
    drawn = np.array([0.5, 0.6]) + 0.25 * np.stack([np.sin(angles), -np.cos(angles)], 1)
    found = corners(clean("star", [drawn]))
    radii = np.linalg.norm(found - [0.5, 0.6], axis=1)
    assert radii[::2] == pytest.approx(0.25)
    # the inner corners lie where the lines of the drawn star cross
    assert distances(found[1::2], drawn) == pytest.approx(0, abs=1e-9)
    assert found[0] == pytest.approx([0.5, 0.35])


def test_arrow_goes_from_where_it_began_to_its_tip() -> None:
    drawn = 0.1 + 0.8 * example("arrow")[0]
    shape = clean("arrow", [drawn])
    shaft, head = (np.array(line) for line in shape.lines)
    assert shaft == pytest.approx(np.array([(0.1, 0.9), (0.9, 0.1)]))
    assert head[1] == pytest.approx(shaft[1])
    lengths = np.linalg.norm(head[[0, 2]] - head[1], axis=1)
    assert lengths == pytest.approx(0.28 * np.linalg.norm(shaft[1] - shaft[0]))


@pytest.mark.parametrize(
    ("label", "count"), [("caret", 3), ("v", 3), ("check", 3), ("zig_zag", 6), ("delete_mark", 4)]
)
def test_straight_gestures_keep_their_corners_and_lose_the_tremble(label: str, count: int) -> None:
    drawn = evenly(example(label)[0], 150)
    rough = drawn + np.random.default_rng(3).normal(0, 0.008, drawn.shape)
    assert len(straightened(rough)) == count


def test_smoothing_keeps_the_ends_and_calms_the_line() -> None:
    drawn = evenly(example("pigtail")[0], 120)
    rough = drawn + np.random.default_rng(4).normal(0, 0.01, drawn.shape)
    calm = smoothed(rough)
    assert calm[[0, -1]] == pytest.approx(rough[[0, -1]])
    assert np.abs(np.diff(calm, 2, axis=0)).mean() < np.abs(np.diff(rough, 2, axis=0)).mean() / 2


@given(st.sampled_from(CLASSES), strokes())
def test_whatever_is_drawn_becomes_a_bounded_shape(label: str, drawn: list[np.ndarray]) -> None:
    shape = clean(label, drawn)
    points = np.concatenate([np.array(line) for line in shape.lines])
    assert np.isfinite(points).all()
    assert np.abs(points).max() <= 3
    assert len(points) <= 128 * len(drawn)


@pytest.mark.parametrize("label", FITS)
@pytest.mark.parametrize("drawn", [[(0.4, 0.4)], [(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)]])
def test_gestures_without_an_inside_are_no_error(
    label: str, drawn: list[tuple[float, float]]
) -> None:
    shape = clean(label, [np.array(drawn)])
    assert np.isfinite(np.concatenate([np.array(line) for line in shape.lines])).all()


points_of = st.lists(st.tuples(*[st.integers(0, 20)] * 2), min_size=3, max_size=30).map(np.array)


@given(points_of)
def test_hull_is_that_of_scipy(points: np.ndarray) -> None:
    if np.linalg.matrix_rank(points - points[0]) < 2:
        assert len(hull(points.astype(float))) <= 2
        return
    ours, theirs = hull(points.astype(float)), ConvexHull(points)
    assert {tuple(p) for p in ours.tolist()} == {
        tuple(p) for p in points[theirs.vertices].astype(float).tolist()
    }


def test_inside_follows_the_even_odd_rule() -> None:
    hook = np.array([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)], float)
    asked = np.array([(0.5, 2), (1.5, 2), (2.5, 2), (1.5, 0.5), (4, 1), (-1, 1)], float)
    assert inside(asked, hook).tolist() == [True, False, True, True, False, False]


def test_distance_to_a_line_ends_at_its_ends() -> None:
    line = np.array([(0.0, 0.0), (1.0, 0.0)])
    asked = np.array([(0.5, 0.2), (-0.3, 0.4), (1.0, 0.0)])
    assert distances(asked, line) == pytest.approx([0.2, 0.5, 0])


def test_evenly_spaced_points_keep_the_ends() -> None:
    found = evenly(np.array([(0.0, 0.0), (0.1, 0.0), (1.0, 0.0)]), 11)
    assert found[:, 0] == pytest.approx(np.linspace(0, 1, 11))
