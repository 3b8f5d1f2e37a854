"""Charts of what a threshold does show the numbers that they are given, and say them."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.hardening.out_of_place import ALL, Certainty, Separation
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.accepted import accepted_pictures
from rnndemo.plots.robustness.out_of_place import (
    BINS,
    TALLEST,
    ThresholdView,
    errors_figure,
    histogram,
    roc_figure,
)

INSIDE = Certainty(np.array([0.99, 0.95, 0.9, 0.5]), np.array([0, 1, 1, 0]))
LETTERS = Certainty(np.array([0.97, 0.3, 0.2, 0.1, 0.1]), np.array([1, 0, 0, 0, 0]))
NOISE = Certainty(np.array([0.1, 0.15]), np.array([0, 0]))
FOUND = Separation(
    INSIDE, np.array([True, True, False, True]), {"letters": LETTERS, "noise": NOISE}
)
NAMES = {"": "digits", ALL: "pictures out of place", "letters": "<i>letters</i>", "noise": "noise"}


def view(kind: str = "letters", threshold: float = 0.6, *, dark: bool = False) -> ThresholdView:
    return ThresholdView(FOUND, kind, threshold, NAMES, Look(dark=dark))


def test_bars_are_roots_of_shares_and_what_lies_below_is_said() -> None:
    figure = histogram(view(), 0.8, ("the drawing", 0.93))
    bars = {str(one.customdata[0]).split(",")[0]: one for one in figure.data if one.type == "bar"}
    assert len(bars) == 3
    inside = np.asarray(bars["digits"].y)
    assert (inside / TALLEST) ** 2 == pytest.approx(
        np.histogram(INSIDE.scores, BINS, (0, 1))[0] / 4
    )
    assert "digits: 25.0 % turned away" in name_of(figure)
    assert "<i>letters</i>: 80.0 % turned away" in name_of(figure)
    assert "<i>" not in "".join(note.text for note in figure.layout.annotations)
    (drawing,) = [one for one in figure.data if one.type == "scatter"]
    assert list(drawing.x) == [0.93]
    lines = [shape.x0 for shape in figure.layout.shapes if shape.x0 == shape.x1]
    assert sorted(lines) == [0.6, 0.8]
    alone = histogram(view(threshold=0.8), 0.8, None)
    assert [shape.x0 for shape in alone.layout.shapes if shape.x0 == shape.x1] == [0.8]


def test_the_chosen_threshold_is_a_point_on_the_curve() -> None:
    figure = roc_figure(view())
    chance, curve, point = figure.data
    assert (point.x[0], point.y[0]) == (0.25, 0.8)
    assert (point.x[0], point.y[0]) in set(zip(curve.x, curve.y, strict=True))
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    assert len(chance.x) == 2
    assert f"area {17 / 20:.3f}" in name_of(figure)
    assert "below 60.0 %: 80.0 % of <i>letters</i> and 25.0 % of digits" in name_of(figure)
    assert "<i>" not in figure.layout.yaxis.title.text
    lower = roc_figure(view(threshold=0.0)).data[2]
    assert (lower.x[0], lower.y[0]) == (0, 0)


def test_errors_are_those_of_what_is_accepted() -> None:
    figure = errors_figure(view())
    points = [one for one in figure.data if one.mode == "markers"]
    assert [(one.x[0], one.y[0]) for one in points] == [
        (0.75, pytest.approx(1 / 3)), (0.75, pytest.approx((0.25 + 0.2) / (0.75 + 0.2))),
    ]  # fmt: skip
    assert "digits alone: 75.0 % accepted, 33.3 % of that wrong" in name_of(figure)
    assert not [one for one in errors_figure(view(threshold=1.0)).data if one.mode == "markers"]


def test_what_is_accepted_is_shown_with_its_answer() -> None:
    images = np.zeros((5, 4, 4), np.uint8)
    places = LETTERS.surest(0.25, 9).tolist()
    shown = accepted_pictures(images, LETTERS, places, "<i>letters</i>", ("a", "<b>"), Look())
    assert places == [0, 1]
    assert shown.count("<figure>") == 2
    assert shown.index("&lt;b&gt;") < shown.index(">a<")
    assert "97.0 %" in shown
    assert "<i>" not in shown
