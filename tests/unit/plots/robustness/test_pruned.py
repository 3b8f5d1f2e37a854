"""Figures of the part Prune show the numbers that they are given."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.hardening.pruning.curve import PrunedCost
from rnndemo.hardening.pruning.measured import ShareMeasured
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.pruned import accuracy_by_share, costs_table, matrix_left
from rnndemo.plots.robustness.pruned_costs import costs_by_share

LOOKS = [Look(), Look(dark=True)]


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_gone_is_covered_and_the_rest_keeps_its_numbers(look: Look) -> None:
    matrix = np.arange(16.0).reshape(4, 4)
    order = [2, 0, 3, 1]
    figure = matrix_left(matrix[np.ix_(order, order)], order, 3, matrix, look)
    (heat,) = figure.data
    values = np.array(heat.z, dtype=float)
    assert values[0, 1] == matrix[2, 0]
    assert list(heat.customdata[0][1]) == [2, 0]  # which units those are
    assert np.isnan(values[3]).all()
    assert np.isnan(values[:, 3]).all()
    assert np.isfinite(values[:3, :3]).all()
    assert {shape.fillcolor for shape in figure.layout.shapes} == {look.muted}
    assert name_of(figure).startswith("Of 4 units, 3 are left; 50.0 %")  # 8 of 16, one is zero


def test_accuracy_falls_along_its_lines_with_intervals() -> None:
    points = [ShareMeasured(0.0, 990, 1000, 50), ShareMeasured(0.5, 600, 1000, 20)]
    figure = accuracy_by_share({"units": points, "<weights>": points[:1], "none": []}, 0.5, Look())
    units, weights = figure.data
    assert list(units.x) == [0, 50]
    assert list(units.y) == [99, 60]
    low, high = points[1].interval
    assert units.error_y.array[1] == pytest.approx(100 * high - 60)
    assert units.error_y.arrayminus[1] == pytest.approx(60 - 100 * low)
    assert "weights and biases left: 20" in units.text[1]
    assert weights.name == "&lt;weights&gt;"
    assert "units: 99.0 % right as a whole, 60.0 % with 50 % removed." in name_of(figure)
    assert name_of(accuracy_by_share({}, 0.5, Look())) == "Nothing is measured yet."


def test_costs_stand_beside_each_other_with_what_is_left() -> None:
    table = costs_table(PrunedCost(4000, 16_000, 12_000, 0.004),
                        PrunedCost(1000, 4_000, 6_000, 0.001), Look())  # fmt: skip
    assert "<td>4,000</td><td>1,000</td><td>25 %</td>" in table
    assert "<td>16.0</td><td>4.0</td><td>25 %</td>" in table
    assert "<td>12.0</td><td>6.0</td><td>50 %</td>" in table
    assert "<td>4.00</td><td>1.00</td><td>25 %</td>" in table


def test_costs_fall_along_lines_that_know_them() -> None:
    points = [
        ShareMeasured(0.0, 9, 10, 50, 4000, 0.002),
        ShareMeasured(0.5, 8, 10, 20, 1000, 0.001),
    ]
    old = [ShareMeasured(0.0, 9, 10, 50)]  # measured before costs were
    (line,) = costs_by_share({"units": points, "old": old}, 0.5, "seconds", Look()).data
    assert (list(line.x), list(line.y)) == ([0, 50], [2, 1])
    assert line.text[1] == "50 % removed: 1.00"
    figure = costs_by_share({"units": points}, 0.5, "bytes", Look())
    assert list(figure.data[0].y) == [4, 1]
    assert name_of(figure) == "units: 4 at the start, 1 at the end, 4 at most."
    assert name_of(costs_by_share({"old": old}, 0, "bytes", Look())) == "Nothing is measured yet."
