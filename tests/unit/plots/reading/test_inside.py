"""Figures show the numbers that they are given: every trace is compared with its data."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.languages import translator
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.inside import (
    Trajectory,
    firing_pictures,
    lines_by_row,
    picture,
    readouts,
    saliency,
    trajectory,
    unit_courses,
)

CLASSES = ("a", "b", "c")
LOOK = Look()
TIME = 6


@pytest.fixture
def odds() -> np.ndarray:
    values = np.random.default_rng(0).random((TIME, len(CLASSES)))
    return values / values.sum(1, keepdims=True)


@pytest.fixture
def class_paths() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(len(CLASSES), TIME, 2))


def test_trajectory_draws_class_means_behind_and_the_reading_in_front(class_paths):
    points = np.stack([np.arange(TIME), np.arange(TIME) ** 2], 1)
    guesses = np.array([0, 0, 1, 1, 2, 2])
    figure = trajectory(
        class_paths,
        np.array([0.5, 0.25]),
        [Trajectory("me", points, guesses)],
        CLASSES,
        Look(),
    )
    *behind, own = figure.data
    for k, trace in enumerate(behind):
        np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), class_paths[k])
        assert trace.line.color == class_color(k, LOOK)
    np.testing.assert_array_equal(np.stack([own.x, own.y], 1), points)
    assert list(own.marker.color) == [class_color(k, LOOK) for k in guesses]
    assert [row for row, _ in own.customdata] == list(range(TIME))
    assert [guess for _, guess in own.customdata] == ["a", "a", "b", "b", "c", "c"]


def test_trajectory_axes_say_how_much_variance_they_hold(class_paths):
    figure = trajectory(class_paths, np.array([0.5, 0.25]), [], CLASSES, Look())
    assert "50 %" in figure.layout.xaxis.title.text
    assert "25 %" in figure.layout.yaxis.title.text


def test_trajectory_labels_every_class_at_its_end_but_not_one_without_pictures(class_paths):
    class_paths[1] = np.nan
    figure = trajectory(class_paths, np.array([0.5, 0.25]), [], CLASSES, Look())
    ends = {note.text: (note.x, note.y) for note in figure.layout.annotations}
    assert ends == {
        "<b>a</b>": tuple(class_paths[0, -1]),
        "<b>c</b>": tuple(class_paths[2, -1]),
    }


def test_trajectory_distinguishes_two_readings_without_colour(class_paths):
    points, guesses = class_paths[0], np.zeros(TIME, dtype=int)
    paths = [
        Trajectory("before", points, guesses),
        Trajectory("after", points, guesses, dashed=True),
    ]
    figure = trajectory(class_paths, np.array([0.5, 0.25]), paths, CLASSES, Look(dark=True))
    before, after = figure.data[-2:]
    assert figure.layout.showlegend
    assert before.line.dash != after.line.dash
    assert before.marker.symbol != after.marker.symbol


def test_lines_by_row_show_the_values_row_by_row():
    values = np.array([0.0, 1.0, 4.0])
    figure = lines_by_row({"one": values, "two": 2 * values}, "size", Look())
    for trace, name, factor in zip(figure.data, ("one", "two"), (1, 2), strict=True):
        assert trace.name == name
        np.testing.assert_array_equal(trace.x, [0, 1, 2])
        np.testing.assert_array_equal(trace.y, factor * values)
    assert figure.layout.yaxis.title.text == "size"


def test_lines_on_a_log_axis_leave_out_what_has_no_logarithm():
    figure = lines_by_row({"one": np.array([0.0, 1e-3, 10.0])}, "size", Look(), log=True)
    assert figure.layout.yaxis.type == "log"
    np.testing.assert_array_equal(figure.data[0].y, [np.nan, 1e-3, 10.0])


def test_saliency_lies_over_the_picture_pixel_for_pixel():
    values = np.arange(12.0).reshape(3, 4)
    image = values / 11
    heat, outline = saliency(values, image, Look()).data
    np.testing.assert_array_equal(heat.z, values)
    np.testing.assert_array_equal(heat.customdata, image)
    assert (heat.zmin, heat.zmax) == (0, 11)
    np.testing.assert_array_equal(outline.z, image)


def test_saliency_of_zero_everywhere_is_empty_and_no_error():
    heat = saliency(np.zeros((3, 4)), np.zeros((3, 4)), Look(dark=True)).data[0]
    assert heat.zmax > heat.zmin


def test_readouts_draw_one_panel_a_reading_and_one_line_a_class(odds):
    figure = readouts({"before": odds, "after": odds[::-1]}, CLASSES, Look(), mark=2)
    assert len(figure.data) == 2 * len(CLASSES)
    for i, trace in enumerate(figure.data):
        panel, k = divmod(i, len(CLASSES))
        np.testing.assert_array_equal(trace.y, (odds, odds[::-1])[panel][:, k])
        assert trace.name == CLASSES[k]
    assert [note.text for note in figure.layout.annotations] == ["before", "after"]
    assert [shape.x0 for shape in figure.layout.shapes] == [2, 2]


def test_readouts_name_the_classes_that_stand_out_at_the_end():
    odds = np.array([[0.4, 0.3, 0.3]] * 5 + [[0.9, 0.06, 0.04]])
    ends = [trace.text[-1] for trace in readouts({"one": odds}, CLASSES, Look()).data]
    assert ends == ["<b>a</b>", "", ""]


def test_hover_says_how_sure_as_all_pages_do() -> None:
    sure = np.array([[0.0, 0.25, 1.0]] * TIME)
    said = [trace.customdata[0] for trace in readouts({"one": sure}, CLASSES, Look()).data]
    assert said == ["< 0.1 %", "25.0 %", "≥ 99.9 %"]


def test_names_of_own_classes_are_no_markup(class_paths) -> None:
    odds, names = np.eye(3), ("<b>tick", "roof & <i>", "x<br>y")
    own = Trajectory("me", np.zeros((TIME, 2)), np.zeros(TIME, int))
    figures = (
        readouts({"<u>": odds}, names, Look()),
        unit_courses(odds, names, Look()),
        trajectory(class_paths, np.array([0.5, 0.25]), [own], names, Look()),
        firing_pictures(np.zeros((3, 5, 5)), names, np.zeros(3), np.zeros(3), Look()),
    )
    for figure in figures:
        content = figure.to_plotly_json()
        del content["layout"]["meta"]  # the name is read aloud as it is, never drawn
        assert not any(mark in str(content) for mark in ("<b>tick", "<i>", "x<br>y", "<u>"))
        assert "&lt;b&gt;tick" in str(content)


def test_unit_courses_are_the_class_means():
    means = np.random.default_rng(2).normal(size=(len(CLASSES), TIME))
    figure = unit_courses(means, CLASSES, Look())
    assert [trace.name for trace in figure.data] == list(CLASSES)
    np.testing.assert_array_equal([trace.y for trace in figure.data], means)


@pytest.mark.parametrize("count", [1, 4, 6, 8])
def test_firing_pictures_carry_class_row_and_value(count):
    images = np.random.default_rng(3).random((count, 5, 5))
    rows, values = np.arange(count) % 5, np.linspace(1, 0.5, count)
    figure = firing_pictures(images, ["a"] * count, rows, values, Look())
    np.testing.assert_array_equal([trace.z for trace in figure.data], images)
    assert [shape.y0 for shape in figure.layout.shapes] == list(rows)
    titles = [note.text for note in figure.layout.annotations]
    assert titles == [f"<b>a</b>, row {r}<br>{v:.3f}" for r, v in zip(rows, values, strict=True)]


def test_firing_pictures_frame_the_pixels_that_are_read():
    images, zeros = np.zeros((3, 6, 6)), np.zeros(3)
    read = np.array([[2, 3, 3, 4], [5, 0, 5, 5], [0, 2, 5, 2]])  # a patch, a row, a column
    shapes = firing_pictures(images, ["a"] * 3, zeros, zeros, Look(), read).layout.shapes
    assert [shape.type for shape in shapes] == ["rect", "line", "rect"]
    corners = [(shape.y0, shape.x0, shape.y1, shape.x1) for shape in shapes]
    assert corners == [(1.5, 2.5, 3.5, 4.5), (5, -0.5, 5, 5.5), (-0.5, 1.5, 5.5, 2.5)]


def test_names_of_charts_have_chinese_signs(odds, class_paths):
    chinese = Look(translate=translator("zh"))
    path = Trajectory("改动前", np.zeros((TIME, 2)), np.zeros(TIME, int))
    for figure in (
        readouts({"改动前": odds}, CLASSES, chinese),
        trajectory(class_paths, np.array([0.5, 0.25]), [path], CLASSES, chinese),
        firing_pictures(np.zeros((2, 5, 5)), CLASSES[:2], np.zeros(2), np.zeros(2), chinese),
    ):
        assert "：" in name_of(figure)
        assert not {":", ";"} & set(name_of(figure))


def test_picture_shows_the_ink():
    image = np.random.default_rng(4).random((5, 7))
    (heat,) = picture(image, Look(dark=True)).data
    np.testing.assert_array_equal(heat.z, image)
    assert (heat.zmin, heat.zmax) == (0, 1)


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_names_its_axes_and_has_a_clear_ground(dark, odds, class_paths):
    means = odds.T
    figures = [
        trajectory(class_paths, np.array([0.5, 0.25]), [], CLASSES, Look(dark)),
        lines_by_row({"one": odds[:, 0]}, "size", Look(dark)),
        saliency(odds, odds, Look(dark)),
        readouts({"one": odds}, CLASSES, Look(dark)),
        unit_courses(means, CLASSES, Look(dark)),
        picture(odds, Look(dark)),
    ]
    for figure in figures:
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        shared = figure.layout.template.layout
        assert shared.paper_bgcolor == shared.plot_bgcolor == "rgba(0,0,0,0)"
        assert all(trace.hovertemplate or trace.hoverinfo == "skip" for trace in figure.data)


def test_lines_of_classes_differ_without_colour():
    lines = readouts({"me": np.full((4, 10), 0.1)}, tuple("0123456789"), LOOK).data
    assert len({line.line.dash for line in lines[:6]}) == 6
    assert len({(line.line.dash, line.line.color) for line in lines}) == 10
