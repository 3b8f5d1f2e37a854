"""A figure says how it follows the clock, and keeps its name."""

from __future__ import annotations

import plotly.graph_objects as go

from rnndemo.plots.look.moment import along, at_points
from rnndemo.plots.look.names import name_of, named


def test_a_line_crosses_at_the_row_of_the_moment() -> None:
    figure = along(named(go.Figure(), "rises"))
    assert figure.layout.meta["moment"] == {"axis": "x"}
    assert name_of(figure) == "rises"


def test_a_ring_marks_points_of_paths() -> None:
    figure = at_points(named(go.Figure(), "turns"), range(2, 4))
    assert figure.layout.meta["moment"] == {"paths": [2, 3]}
    assert name_of(figure) == "turns"
