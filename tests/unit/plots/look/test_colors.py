"""Colours hold what they promise: recomputed here from published models of colour vision."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.plots.look import colors
from rnndemo.plots.look.colors import CLASS_MARKS, CLASS_TEXTS, class_color, class_text, text_on
from rnndemo.plots.look.theme import Look
from tests.vision import CONDITIONS, contrast, differences, rgb

LOOKS = {"light": Look(), "dark": Look(dark=True)}
# CIEDE2000; the best that was found is 6.5 by day for sixteen classes, 7.2 for twelve peers, whose
# markers differ too
TEN, SIXTEEN, PEERS = 10.0, 6.0, 7.0
MARK, TEXT = 3.0, 4.5  # contrasts, WCAG 2.2: 1.4.11 and 1.4.3


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> Look:
    return LOOKS[request.param]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_classes_differ_with_every_colour_vision(look: Look, condition: str) -> None:
    marks = [class_color(k, look) for k in range(16)]
    apart = differences(marks)[list(CONDITIONS).index(condition)]
    assert apart[:10, :10].min() >= TEN
    assert apart.min() >= SIXTEEN


def test_the_models_merge_red_with_green_but_for_tritan_and_leave_greys_grey() -> None:
    red_green = dict(zip(CONDITIONS, differences(["#b04a30", "#5f7a20"])[:, 0, 1], strict=True))
    normal = red_green.pop("normal")
    for name, apart in red_green.items():
        assert (apart < normal / 2) == (not name.startswith("tritan")), name
    for matrices in CONDITIONS.values():
        for matrix in matrices:
            np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-4)


def test_marks_and_text_stand_out_from_their_ground(look: Look) -> None:
    for k in range(16):
        assert contrast(class_color(k, look), look.ground) >= MARK
        for ground in (look.ground, look.panel):
            assert contrast(class_text(k, look), ground) >= TEXT


def test_runs_peers_and_signs_stand_out_from_their_ground(look: Look) -> None:
    marks = [*colors.RUN_COLORS[look.dark], colors.ACCENT, colors.POSITIVE, colors.NEGATIVE]
    peers = [two[look.dark] for *two, _marker in colors.PEER_MARKS.values()]
    for mark in [*marks, *peers]:
        assert contrast(mark, look.ground) >= MARK, mark
    assert differences(colors.RUN_COLORS[look.dark]).min() >= TEN
    assert differences(peers).min() >= PEERS


def test_text_on_a_mark_can_be_read(look: Look) -> None:
    for k in range(16):
        mark = class_color(k, look)
        assert contrast(text_on(mark), mark) >= TEXT


def test_ink_can_be_read_and_chalk_too(look: Look) -> None:
    assert contrast(look.ink, look.ground) >= 7
    assert contrast(colors.CHALK, colors.BOARD) >= 7


def test_tables_of_text_and_of_marks_have_the_same_hues() -> None:
    for marks, texts in zip(CLASS_MARKS, CLASS_TEXTS, strict=True):
        assert len(set(marks)) == len(set(texts)) == 16
        assert np.abs(differences([*marks, *texts])[0, range(16), range(16, 32)]).max() < 15
        assert rgb(texts).shape == (16, 3)


def test_colours_repeat_where_there_are_more_classes(look: Look) -> None:
    assert class_color(16, look) == class_color(0, look)
    assert class_text(17, look) == class_text(1, look)
