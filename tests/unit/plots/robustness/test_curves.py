"""Accuracy against the severity of a corruption, as it is drawn."""

from __future__ import annotations

import pytest

from rnndemo.evaluation.corruption_curves import CorruptionMean
from rnndemo.hardening.corrupted.measured import SeverityPoint
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.curves import accuracy_by_severity


def test_accuracy_falls_along_its_lines_with_intervals() -> None:
    points = [
        SeverityPoint(0, CorruptionMean(0.99, (0.98, 0.995)), 1000),
        SeverityPoint(3, CorruptionMean(0.5, (0.45, 0.55)), 1000),
    ]
    figure = accuracy_by_severity({"LSTM": points, "<b>": points[:1], "none": []}, 3, Look())
    first, other = figure.data
    assert list(first.y) == [99, 50]
    assert [round(x) for x in first.x] == [0, 3]
    assert list(first.error_y.array) == pytest.approx([0.5, 5])
    assert list(first.error_y.arrayminus) == pytest.approx([1, 5])
    assert first.text[1].startswith("severity 3: 50.0 % right (95 % interval 45.0 % to 55.0 %)")
    assert other.name == "&lt;b&gt;"
    assert name_of(figure).startswith("LSTM: 99.0 % right when clean, 50.0 % at severity 3.")
    assert name_of(accuracy_by_severity({}, 1, Look())) == "Nothing is measured yet."
