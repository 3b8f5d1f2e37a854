from __future__ import annotations

import numpy as np
import pytest

from rnndemo.data.frames.ground import threshold
from rnndemo.data.frames.rules import without_rules
from tests.pictures import grey, seven

INK = 1 - grey(seven(400, 400, pen=16))


def lines(gap: float, width: float, slope: float = 0, bend: float = 0) -> np.ndarray:
    y, x = np.indices(INK.shape)
    away = (y + slope * x + bend * ((x - 200) / 200) ** 2) % gap
    return (width / 2 + 0.5 - np.minimum(away, gap - away)).clip(0, 1)


def left_over(rules: np.ndarray) -> tuple[float, float]:
    """Return the share of the ink that stays, and of the lines outside it."""
    found = without_rules(np.maximum(INK, rules))
    ink = found > threshold(found)
    only = (rules > 0.1) & (INK < 0.1)
    return float(ink[INK > 0.5].mean()), float(ink[only].mean())


@pytest.mark.parametrize("strength", [0.3, 0.6, 1])
@pytest.mark.parametrize(("slope", "bend"), [(0, 0), (0.06, 0), (-0.03, 4)])
@pytest.mark.parametrize("squared", [False, True])
def test_lines_are_taken_out_and_ink_stays(
    strength: float, slope: float, bend: float, squared: bool
) -> None:
    rules = lines(31, 2, slope, bend)
    if squared:
        rules = np.maximum(rules, lines(31, 2, -slope).T)
    ink, rest = left_over(strength * rules)
    assert ink > 0.95
    assert rest < 0.03


def test_lines_as_thick_as_the_pen_go_if_they_are_fainter() -> None:
    pen = 1 - grey(seven(400, 400, pen=5))
    found = without_rules(np.maximum(pen, 0.4 * lines(40, 4)))
    ink = found > threshold(found)
    assert ink[pen > 0.5].mean() > 0.9
    assert ink[pen < 0.1].mean() < 0.002


@pytest.mark.parametrize("pen", [1, 3, 16, 90])
def test_drawing_from_edge_to_edge_stays(pen: int) -> None:
    cut = 1 - grey(seven(400, 400, pen=pen))[100:320, 120:280]
    assert without_rules(cut) is cut


def test_lines_alone_stay() -> None:
    alone = lines(40, 3)
    assert without_rules(alone) is alone


def test_nothing_stays_nothing() -> None:
    nothing = np.zeros((50, 50))
    assert without_rules(nothing) is nothing
