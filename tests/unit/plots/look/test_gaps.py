"""A line joins two points only where the curve between them is known."""

from __future__ import annotations

import pytest

from rnndemo.plots.look.gaps import broken


def test_points_that_lie_far_apart_are_not_joined() -> None:
    steps, values = [0, 50, 100, 101, 300, 1000], [0.1, 0.2, 0.3, None, 0.4, 0.5]
    x, y = broken(steps, values, 1000)
    assert x == [0, 50, 100, 101, 102, 300, 301, 1000]
    assert y == [0.1, 0.2, 0.3, None, None, 0.4, None, 0.5]


@pytest.mark.parametrize("last", [3, 30])
def test_one_step_and_the_next_are_joined_however_short_the_run(last: int) -> None:
    assert broken([1, 2, 3], [1, 2, 3], last) == ([1, 2, 3], [1, 2, 3])


def test_two_points_of_a_whole_run_are_two_points() -> None:
    assert broken([0, 240], [0.1, 0.7], 240) == ([0, 1, 240], [0.1, None, 0.7])
    assert broken([], [], 0) == ([], [])
