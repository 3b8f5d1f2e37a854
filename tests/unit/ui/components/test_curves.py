"""Live curves: what is left out of a long line, and what reaches the browser."""

from __future__ import annotations

import base64
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.plots.look.thinning import MAX_POINTS, thin
from rnndemo.plots.training.curves import Line
from rnndemo.ui.components import curves as module
from rnndemo.ui.components.curves import MAX_VALUE, line_data

VALUES = st.none() | st.floats(width=32) | st.integers(-5, 5).map(float)
COURSES = st.lists(VALUES, max_size=300)
ROOMS = st.integers(2, 40)


def finite(y) -> list[float]:
    return [value for value in y if value is not None and math.isfinite(value)]


def unpacked(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype="<f8")


@given(COURSES, ROOMS)
def test_thinning_keeps_points_of_the_curve_in_their_order_and_not_too_many(y, most):
    x, thinned = thin(range(len(y)), y, most)
    assert len(x) == len(thinned) <= most
    assert x == sorted(set(x))
    assert all(value is y[place] for place, value in zip(x, thinned, strict=True))


@given(COURSES.filter(len), ROOMS)
def test_thinning_keeps_the_ends(y, most):
    x, _ = thin(range(len(y)), y, most)
    assert (x[0], x[-1]) == (0, len(y) - 1)


@given(COURSES, ROOMS.filter(lambda most: most >= 4))
def test_thinning_keeps_the_lowest_and_the_highest_value(y, most):
    _, thinned = thin(range(len(y)), y, most)
    assert [f(finite(thinned), default=None) for f in (min, max)] == [
        f(finite(y), default=None) for f in (min, max)
    ]


@given(COURSES, ROOMS)
def test_a_short_line_stays_as_it_is_and_a_thinned_one_is_not_thinned_again(y, most):
    once = thin(range(len(y)), y, most)
    assert len(y) > most or once == (list(range(len(y))), y)
    assert thin(*once, most) == once


@pytest.mark.parametrize("place", [1, 777, 4321, 9998])
def test_a_spike_of_one_step_is_never_lost(place):
    y = [1.0] * 10_000
    y[place] = 9.0
    assert (place, 9.0) in list(zip(*thin(range(len(y)), y, 600), strict=True))


def test_a_long_gap_stays_a_gap():
    y = [1.0] * 500 + [None] * 500 + [2.0] * 500
    x, thinned = thin(range(len(y)), y, 60)
    gap = [place for place, value in zip(x, thinned, strict=True) if value is None]
    assert gap
    assert min(gap) >= 500
    assert max(gap) < 1000


@pytest.mark.parametrize(("x", "y", "most"), [([1], [1, 2], 9), ([1], [1], 1)])
def test_thinning_refuses_other_things_than_lines(x, y, most):
    with pytest.raises(ValueError, match="may stay"):
        thin(x, y, most)


@given(st.lists(st.tuples(st.integers(0, 10**6), VALUES), max_size=50))
def test_every_number_reaches_the_browser_exactly_from_left_to_right(points):
    points.sort(key=lambda point: point[0])
    data = line_data(Line("a", [x for x, _ in points], [y for _, y in points], "#123"))
    assert unpacked(data["x"]).tolist() == [x for x, _ in points]
    expected = [y if y is not None and math.isfinite(y) else math.nan for _, y in points]
    np.testing.assert_array_equal(unpacked(data["y"]), expected)


def test_a_line_is_put_in_order_and_points_nowhere_are_left_out():
    data = line_data(Line("a", [3, math.nan, 1, 2], [30, 0, 10, 20], "#123"))
    assert unpacked(data["x"]).tolist() == [1, 2, 3]
    assert unpacked(data["y"]).tolist() == [10, 20, 30]


def test_values_too_large_to_subtract_are_gaps():
    data = line_data(Line("a", [0, 1, 2], [1e30, 10 * MAX_VALUE, -10 * MAX_VALUE], "#123"))
    np.testing.assert_array_equal(unpacked(data["y"]), [1e30, math.nan, math.nan])


def test_long_lines_are_thinned_and_bars_are_not():
    line = Line("a", range(5000), [math.sin(k) for k in range(5000)], "#123")
    assert len(unpacked(line_data(line)["x"])) <= MAX_POINTS
    assert len(unpacked(line_data(line, whole=True)["x"])) == 5000


def test_name_of_a_chart_says_how_its_lines_run(monkeypatch: pytest.MonkeyPatch):
    sent: dict[str, object] = {}
    monkeypatch.setattr(module, "_mount", lambda data, **_more: sent.update(data))
    line = Line("training", [1, 2, 3], [2.0, 0.5, 1.0], "#000")
    module.curves([line], x_title="step", y_title="loss", key="x", alt="How well?")
    assert sent["alt"] == "How well? training: 2 at the start, 1 at the end, 2 at most."
