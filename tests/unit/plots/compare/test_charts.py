"""Figures of a comparison show what was measured, each peer in its own look."""

from __future__ import annotations

import base64
import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.sets import DataSet
from rnndemo.plots.compare.cards import PeerAnswer, cards, legend, map_limit, map_uri, votes
from rnndemo.plots.compare.charts import COSTS, cost_chart, robustness_chart
from rnndemo.plots.look.colors import NEGATIVE, PEER_MARKS, POSITIVE, peer_marks
from rnndemo.plots.look.theme import Look
from tests.compared import comparison


@pytest.fixture(scope="module")
def measured(digits: DataSet) -> Comparison:
    return comparison(digits)


def test_every_peer_has_a_look_of_its_own():
    assert PEER_MARKS.keys() == PEERS.keys()
    looks = list(peer_marks([*PEERS, "0" * 20, "1" * 20], Look()).values())
    assert len(set(looks)) == len(looks)


def test_peers_of_one_kind_differ_in_their_marker_too():
    for one, other in combinations(PEERS, 2):
        if PEERS[one].kind == PEERS[other].kind:
            assert PEER_MARKS[one][-1] != PEER_MARKS[other][-1]


@pytest.mark.parametrize("cost", COSTS)
def test_a_point_lies_at_its_cost_and_error_with_its_interval(measured, cost):
    option = cost_chart(measured, cost, Look())
    for row, series in zip(measured.rows, option["series"], strict=True):
        x, y = series["data"][0]["value"]
        assert x == pytest.approx(max(COSTS[cost].value(row), COSTS[cost].least), rel=1e-4)
        assert y == pytest.approx(100 * (1 - row.accuracy), abs=1e-3)
        ((low, high),) = series["markLine"]["data"]
        assert low["coord"][0] == high["coord"][0] == x
        assert low["coord"][1] <= y <= high["coord"][1]
        assert f"{100 * row.accuracy:.2f} %" in series["data"][0]["name"]


@pytest.mark.parametrize("cost", COSTS)
def test_nothing_is_drawn_where_a_logarithm_has_no_place(measured, cost):
    for series in cost_chart(measured, cost, Look(dark=True))["series"]:
        ends = [end["coord"] for end in series["markLine"]["data"][0]]
        assert np.array([series["data"][0]["value"], *ends]).min() > 0


@pytest.mark.parametrize("kind", COMPARED)
def test_a_line_passes_through_what_was_measured(measured, kind):
    option = robustness_chart(measured, kind, Look())
    for row, series in zip(measured.rows, option["series"], strict=True):
        levels, shares = zip(*series["data"], strict=True)
        assert levels == measured.about.levels[kind]
        assert shares == pytest.approx([100 * share for share in row.robustness[kind]], abs=0.01)


def test_the_commonest_answer_comes_first_and_others_are_framed(measured):
    odds = np.full((4, 10), 0.01)
    for place, answer in enumerate((7, 1, 7, 7)):
        odds[place, answer] = 0.91
    said = [PeerAnswer(row, one) for row, one in zip(measured.rows, odds, strict=False)]
    assert [(answer, len(those)) for answer, those in votes(said)] == [(7, 3), (1, 1)]
    html = cards(said, measured.about.classes, np.zeros((28, 28)), Look())
    framed = html.split('<figure class="apart">')
    assert len(framed) == 2
    assert measured.rows[1].title in framed[1].split("</figure>")[0]


def test_names_of_own_runs_and_classes_are_no_markup(measured):
    row = measured.rows[0].__class__(
        **{**measured.rows[0].__dict__, "title": "<b>&", "kind": "own"}
    )
    said = [PeerAnswer(row, np.array([1.0, 0.0]))]
    page = cards(said, ("<i>", "b"), np.zeros((28, 28)), Look())
    page += legend([row], Look())
    assert "<b>&" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_maps_share_one_scale_with_the_ground_at_zero(measured):
    strong, weak = np.zeros((28, 28)), np.zeros((28, 28))
    strong[0, 0], weak[0, 0], weak[0, 1] = 0.8, 0.4, -0.8
    said = [PeerAnswer(measured.rows[0], np.ones(10) / 10, one) for one in (strong, weak)]
    assert map_limit(said) == 0.8
    pixels = pixels_of(map_uri(weak, np.zeros((28, 28)), 0.8, Look()))
    side = len(pixels) // 28
    assert tuple(pixels[0, side]) == getrgb(NEGATIVE)
    assert tuple(pixels[-1, -1]) == getrgb(Look().ground)
    middle = (np.array(getrgb(Look().ground)) + getrgb(POSITIVE)) / 2
    assert np.abs(pixels[0, 0] - middle).max() <= 1


def pixels_of(uri: str) -> np.ndarray:
    content = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
