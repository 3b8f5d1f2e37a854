"""The curve, its area and the interval, against counting pairs and published formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from rnndemo.evaluation.roc import Z, area, area_interval, roc_curve, share_below

SCORES = st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]) | st.floats(0, 1), min_size=1).map(
    np.array
)


def test_a_curve_counted_by_hand() -> None:
    inside, outside = np.array([0.9, 0.8, 0.4]), np.array([0.4, 0.1])
    curve = roc_curve(inside, outside)
    assert curve.thresholds.tolist() == [0.1, 0.4, 0.8, 0.9, np.inf]
    assert curve.outside.tolist() == [0, 0.5, 1, 1, 1]
    assert curve.inside == pytest.approx([0, 0, 1 / 3, 2 / 3, 1])
    # of six pairs, five are in order and one is a draw
    assert area(inside, outside) == pytest.approx(5.5 / 6)


@given(SCORES, SCORES)
def test_the_area_is_the_rank_sum_of_others_and_that_under_the_curve(
    inside: np.ndarray, outside: np.ndarray
) -> None:
    found = area(inside, outside)
    pairs = inside[:, None] - outside
    assert found == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    statistic = mannwhitneyu(inside, outside).statistic
    assert found == pytest.approx(statistic / (len(inside) * len(outside)))
    truth = np.repeat([1, 0], [len(inside), len(outside)])
    assert found == pytest.approx(roc_auc_score(truth, np.concatenate([inside, outside])))
    curve = roc_curve(inside, outside)
    assert found == pytest.approx(np.trapezoid(curve.outside, curve.inside))


@given(SCORES, SCORES)
def test_a_curve_rises_from_nothing_to_everything(inside: np.ndarray, outside: np.ndarray) -> None:
    curve = roc_curve(inside, outside)
    assert (np.diff(curve.thresholds) > 0).all()
    for shares, scores in ((curve.inside, inside), (curve.outside, outside)):
        assert (np.diff(shares) >= 0).all()
        assert (shares[0], shares[-1]) == (0, 1)
        at = [(scores < threshold).mean() for threshold in curve.thresholds]
        assert shares == pytest.approx(np.array(at))
        assert share_below(scores, 0.5) == pytest.approx((scores < 0.5).mean())


@given(st.floats(0, 1), st.integers(2, 2000), st.integers(2, 2000))
def test_the_interval_holds_what_was_found_and_its_ends_are_just_as_far(
    found: float, n: int, m: int
) -> None:
    low, high = area_interval(found, n, m)
    assert 0 <= low <= found <= high <= 1
    assert high > low

    def apart(
        theta: float,
    ) -> float:
        # Hanley and McNeil (1982), as they write it, n and m averaged
        more = (n + m) / 2 - 1
        first, second = theta / (2 - theta), 2 * theta**2 / (1 + theta)
        variance = theta * (1 - theta) + more * (first + second - 2 * theta**2)
        return abs(theta - found) - Z * np.sqrt(max(0.0, variance / (n * m)))

    for end, edge in ((low, 0.0), (high, 1.0)):
        assert end == edge or apart(end) == pytest.approx(0, abs=1e-6)


def test_more_pictures_make_a_shorter_interval() -> None:
    few, many = area_interval(1.0, 50, 50), area_interval(1.0, 500, 500)
    assert few[0] < many[0] < 1
    assert few[1] == many[1] == 1
