"""The pen path: against closed forms, and the same for the same path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnndemo.data.drawn.gestures import template_of
from rnndemo.data.frames.path import (
    FEATURES,
    POINTS,
    features,
    from_strokes,
    picture,
    places,
    sketch,
    strokes_in,
)
from rnndemo.errors import InputError

LINE = [np.array([[3.0, 7.0], [13.0, 7.0]])]

lines = arrays(
    float, st.tuples(st.integers(2, 20), st.just(2)), elements=st.integers(-50, 50)
).filter(lambda line: np.ptp(line, axis=0).max() > 0)


def test_features_of_a_line_are_known() -> None:
    seen = features(LINE)
    assert seen.shape == (POINTS, len(FEATURES))
    np.testing.assert_allclose(seen[:, 0], np.linspace(0, 1, POINTS), atol=1e-6)
    np.testing.assert_allclose(seen[:, 1:], np.tile([0, 1, 0, -1], (POINTS, 1)), atol=1e-6)


def test_direction_of_a_stroke_up_is_up() -> None:
    seen = features([np.array([[0.0, 5.0], [0.0, 0.0]])])
    np.testing.assert_allclose(seen[-1], [0, -1, 0, -1, -1], atol=1e-6)


@given(lines, st.floats(0.1, 100), st.floats(-1e3, 1e3))
def test_size_and_place_do_not_matter(line: np.ndarray, size: float, shift: float) -> None:
    np.testing.assert_allclose(features([line * size + shift]), features([line]), atol=2e-3)


@given(lines)
def test_how_many_points_the_pen_reported_does_not_matter(line: np.ndarray) -> None:
    between = (line[:-1] + line[1:]) / 2
    finer = np.insert(line, np.arange(1, len(line)), between, axis=0)
    np.testing.assert_allclose(places([finer])[0], places([line])[0], atol=1e-6)


@given(lines)
def test_values_lie_where_they_say(line: np.ndarray) -> None:
    seen = picture([line])
    assert seen.dtype == np.float32
    assert seen.min() >= -1e-6
    assert seen.max() <= 1 + 1e-6


def test_points_lie_equally_far_apart() -> None:
    points, _ = places([np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]])])
    np.testing.assert_allclose(np.hypot(*np.diff(points[:20], axis=0).T), 70 / (POINTS - 1))


def test_pen_is_up_between_two_strokes_and_nowhere_else() -> None:
    first, second = np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[10.0, 20.0], [20.0, 20.0]])
    points, up = places([first, second])
    between = (points[:, 1] > 0.5) & (points[:, 1] < 19.5)
    assert up[between].all()
    assert not up[(points[:, 1] == 0) & (points[:, 0] < 10)].any()
    assert not up[points[:, 0] > 11].any()
    assert (features([first, second])[:, 4] == np.where(up, 1, -1)).all()


@pytest.mark.parametrize("strokes", [[], [np.array([[4.0, 4.0]])], [np.full((3, 2), 4.0)]])
def test_nothing_and_a_dot_are_no_path(strokes: list[np.ndarray]) -> None:
    with pytest.raises(InputError, match="Nothing is drawn"):
        from_strokes(strokes)


def test_steps_are_the_drawing_and_its_path() -> None:
    seen = from_strokes(LINE, 20.0)
    assert [step.name for step in seen.steps] == ["drawn", "path"]
    assert seen.image is seen.steps[-1].image


@pytest.mark.parametrize("label", ["star", "x", "arrow", "pigtail"])
def test_strokes_in_a_path_make_that_path_again(label: str) -> None:
    path = picture(template_of(label))
    again = strokes_in(path)
    assert len(again) == len(template_of(label))
    np.testing.assert_allclose(picture(again)[:, :2], path[:, :2], atol=0.05)


def test_sketch_of_a_path_is_in_the_middle() -> None:
    square = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], float)
    drawn = sketch(picture([square]))
    lines, columns = drawn.sum(1), drawn.sum(0)
    assert lines[: len(lines) // 20].sum() == 0 == columns[: len(columns) // 20].sum()
    np.testing.assert_allclose(lines, lines[::-1], atol=0.1 * lines.max())
    np.testing.assert_allclose(columns, columns[::-1], atol=0.1 * columns.max())


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_sketch_of_any_array_is_a_picture(value: float) -> None:
    assert np.isfinite(sketch(np.full((POINTS, len(FEATURES)), value, np.float32))).all()
