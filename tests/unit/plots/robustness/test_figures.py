"""Figures of the page Robustness show the numbers that they are given."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.hardening.certified import CertifiedDrawing
from rnndemo.hardening.drawing import RowsAttacked
from rnndemo.hardening.search import ShortestFound
from rnndemo.hardening.smoothing import SmoothingCertificate
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE, class_color, class_text
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.certain import axis_of_lengths, votes_chart
from rnndemo.plots.robustness.gallery import KEPT, TURNED, gallery, right_of
from rnndemo.plots.robustness.pictures import answered, changed_by, picture_row, signed_uri
from rnndemo.plots.robustness.rows import each_row_alone, odds_by_row
from rnndemo.reading.answers import Answer
from rnndemo.reading.corrupted import CorruptedAnswer

CLASSES = ("a", "<b>", "c")
LOOKS = [Look(), Look(dark=True)]


def side(label: int, *, rejected: bool = False) -> Answer:
    rows = np.full((4, 3), 0.1)
    rows[:, label] = 0.8
    return Answer("abc"[label], 0.8, rejected, rows[-1], rows, 0)


@pytest.mark.parametrize("look", LOOKS)
def test_a_change_is_orange_where_it_adds_and_blue_where_it_takes(look: Look) -> None:
    values = np.zeros((3, 3))
    values[0, 1], values[2, 2] = 0.2, -0.2
    coded = signed_uri(values, look).split(",", 1)[1]
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(coded))))
    assert tuple(pixels[0, 1]) == getrgb(POSITIVE)
    assert tuple(pixels[2, 2]) == getrgb(NEGATIVE)
    assert tuple(pixels[1, 1]) == getrgb(look.ground)
    assert signed_uri(np.zeros((3, 3)), look)  # nothing changed


def test_pictures_are_said_with_their_answers_like_a_sum() -> None:
    picture = np.zeros((4, 4))
    before = answered("the drawing", picture, side(1), CLASSES, Look())
    after = answered("attacked", picture, side(0, rejected=True), CLASSES, Look(), (0.9, "row 3"))
    change = changed_by("the change", picture, "length 1.00", Look())
    shown = picture_row([[before, "+", change, "=", after]])
    light, dark = (class_text(1, look) for look in LOOKS)
    assert f'<p style="color:light-dark({light}, {dark})">&lt;b&gt;</p>' in shown
    assert 'alt="attacked a?"' in shown  # a doubtful answer
    assert '<i style="top:90.0%"><b>row 3</b></i>' in shown
    assert "length 1.00" in shown
    assert shown.count("<figure>") == 3
    assert shown.index(">+<") < shown.index(">=<")
    early = answered("attacked", picture, side(0), CLASSES, Look(), (0.0, "row 0"))
    assert '<i class="early"' in picture_row([[early]])


@pytest.mark.parametrize("look", LOOKS)
def test_lines_by_row_have_their_values_and_the_row_where_it_tips(look: Look) -> None:
    odds = {"as drawn": np.array([0.1, 0.5, 0.9]), "attacked": np.array([0.1, 0.2, 0.05])}
    away = {"attacked": np.array([0.0, 1.0, 2.0])}
    figure = odds_by_row(odds, away, "<b>", 2, look)
    shown = [(one.name, list(one.y), one.yaxis) for one in figure.data]
    assert shown == [
        ("as drawn", [0.1, 0.5, 0.9], "y"),
        ("attacked", [0.1, 0.2, 0.05], "y"),
        ("attacked", [0.0, 1.0, 2.0], "y2"),
    ]
    assert figure.data[1].line.color == figure.data[2].line.color != figure.data[0].line.color
    assert [line.x0 for line in figure.layout.shapes] == [2, 2]
    titles = [one.text for one in figure.layout.annotations]
    assert titles[0] == "Probability of &lt;b&gt; · tips at row 2"
    assert len(titles) == 2
    assert name_of(figure).startswith("The answer tips at row 2.")
    stays = odds_by_row(odds, {}, "b", None, look)
    assert not stays.layout.shapes
    assert [one.text for one in stays.layout.annotations] == ["Probability of b"]
    assert {one.yaxis for one in stays.data} == {"y"}


def test_rows_that_turn_the_answer_alone_stand_out() -> None:
    found = RowsAttacked(
        np.zeros((3, 3, 3)), np.array([False, True, False]), ("a", "<b>", "a"),
        np.array([0.9, 0.2, 0.8]),
    )  # fmt: skip
    figure = each_row_alone(found, "a", dict(zip(CLASSES, CLASSES, strict=True)), Look())
    (bars,) = figure.data
    assert list(bars.y) == [0.9, 0.2, 0.8]
    assert list(bars.text) == ["", "&lt;b&gt;", ""]
    assert [color == POSITIVE for color in bars.marker.color] == [False, True, False]
    assert name_of(figure) == "Rows that alone turn the answer: 1."


def certified(label: int | None, smoothed: float | None, plain: float | None) -> CertifiedDrawing:
    counts = np.array([5, 90, 5])
    radius = 0.4 if label is not None else 0.0
    found = [
        None if size is None else ShortestFound(size, 0, np.zeros((2, 2)))
        for size in (smoothed, plain)
    ]
    given = SmoothingCertificate(label, radius, 0.8, counts, 0.25, 100)
    return CertifiedDrawing(given, 1, *found, np.zeros((1, 2, 2)), (1,))


def test_radius_and_attacks_lie_on_one_axis() -> None:
    figure = axis_of_lengths(certified(1, 1.5, 3.0), Look())
    marks = {one.text[0]: one.x[0] for one in figure.data if one.mode == "markers"}
    assert sorted(marks.values()) == [0.4, 1.5, 3.0]
    assert all(f"{length:.2f}" in text for text, length in marks.items())
    bands = [list(one.x) for one in figure.data if one.mode == "lines"]
    assert [0, 0.4] in bands  # what is certain begins at nothing
    assert figure.layout.xaxis.range[1] > 3
    assert "0.40" in name_of(figure)


def test_where_nothing_is_certain_the_axis_says_so() -> None:
    assert name_of(axis_of_lengths(certified(None, None, None), Look())) == "Nothing is certain."
    only = axis_of_lengths(certified(None, None, 1.2), Look())
    assert "certain" not in name_of(only)
    assert "1.20" in name_of(only)


def test_votes_are_counted_by_class() -> None:
    option = votes_chart(np.array([5, 90, 5]), CLASSES, Look())
    (bars,) = option["series"]
    assert [bar["value"] for bar in bars["data"]] == [5, 90, 5]
    assert bars["data"][1]["itemStyle"]["color"] == class_color(1, Look())
    assert name_of(option) == "Votes: <b>: 90, a: 5, c: 5."


def test_the_gallery_marks_right_and_wrong_by_colour_and_sign() -> None:
    answers = [
        CorruptedAnswer("fog", np.zeros((4, 4)), "a", 0.7, False),
        CorruptedAnswer("shear", np.zeros((4, 4)), "<b>", 0.4, True),
    ]
    names = dict(zip(CLASSES, CLASSES, strict=True))
    shown = gallery(answers, "a", names, "shear", Look())
    assert right_of(answers, "a") == 1
    first, second = shown.split("</figure>")[:2]
    assert 'class="kept"' in first
    assert KEPT in first
    assert "right" in first
    assert 'class="turned chosen"' in second
    assert TURNED in second
    assert "&lt;b&gt;?" in second
    assert "Sheared<br><small>40.0 %" in second
