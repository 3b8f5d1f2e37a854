from __future__ import annotations

import numpy as np

from rnndemo.data.frames.path import picture
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.strokes import firing_strokes, pen_points, pen_saliency, stroke

CROSS = [np.array([[0.0, 0.0], [100.0, 50.0]]), np.array([[0.0, 50.0], [100.0, 0.0]])]
NAMES = ["x", "y", "to the right", "downwards", "lifted"]


def test_the_points_of_a_pen_lie_in_the_middle_of_a_unit_square() -> None:
    points, up = pen_points(picture(CROSS))
    assert np.allclose(points.min(0), [0, 0.25], atol=1e-6)
    assert np.allclose(points.max(0), [1, 0.75], atol=0.02)
    assert 0 < up.sum() < len(up) / 2  # between the two strokes


def test_small_strokes_mark_the_point_at_which_the_unit_fires() -> None:
    path = picture(CROSS)
    figure = firing_strokes(
        np.stack([path, path]), ["x", "<b>"], np.array([0, 9]), np.array([0.5, 0.25]), Look()
    )
    mark = figure.data[5]
    assert (mark.x[1], mark.y[1]) == tuple(pen_points(path)[0][9])
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["<b>x</b><br>row 0: 0.500", "<b>&lt;b&gt;</b><br>row 9: 0.250"]


def test_where_the_pen_is_up_the_line_is_another_one() -> None:
    path = picture(CROSS)
    down, up, _ = firing_strokes(path[None], ["x"], np.array([3]), np.array([1.0]), Look()).data
    pieces = len(path) - 1
    assert len(down.x) + len(up.x) == 3 * pieces
    assert len(up.x) == 3 * pen_points(path)[1][1:].sum()
    assert up.line.dash == "dot"


def test_saliency_of_a_pen_has_a_line_for_each_number() -> None:
    values = np.zeros((64, 5))
    values[7, 2] = 0.5
    figure = pen_saliency(values, NAMES, Look())
    assert figure.data[0].z.shape == (5, 64)
    assert "row 7, to the right: 0.5" in figure.layout.meta["name"]


def test_a_stroke_marks_one_of_its_points() -> None:
    path = picture(CROSS)
    mark = stroke(path, 12, Look()).data[-1]
    assert (mark.x[1], mark.y[1]) == tuple(pen_points(path)[0][12])
