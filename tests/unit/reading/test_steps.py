"""A page on a network that reads points or timesteps speaks of these, never of rows."""

from __future__ import annotations

import re

import pytest

from rnndemo.languages import translator
from rnndemo.models.cells import CELLS
from rnndemo.reading.steps import FORMS, OF_KIND, WORDS, kind_of, speaking_of
from rnndemo.ui.components import cell, clock, player
from rnndemo.ui.inside import at_once_questions, questions

ROW = re.compile(r"(?<!\{)\b[Rr]ows?\b(?!\})")
PICTURES = ("pixel_tip",)  # a stroke has none; elsewhere, rows and columns of the picture are meant


def messages() -> list[str]:
    """Return what the page Inside says, in words of its own, on networks of a kind."""
    said = [*questions.CHARTS.values()]
    more = [
        questions.MEMORY, questions.MEMORY_OF_PIXELS, questions.SILENCE_TWO_WAYS,
        questions.SPOIL_TWO_WAYS, questions.PAIR_OF_SIGMOID, at_once_questions.COVERED,
    ]  # fmt: skip
    for section in (*questions.QUESTIONS.values(), *more):
        said += [section.short, section.title, section.lead, section.how, section.letters]
    for texts in (player.TEXT, clock.TEXT, cell.TEXT):
        said += [text for name, text in texts.items() if name not in PICTURES]
    for one in CELLS.values():
        said += questions.cell_letters(one)
    return said


@pytest.mark.parametrize("kind", WORDS)
def test_no_message_speaks_of_rows(kind: str) -> None:
    say = speaking_of(kind, lambda message: message)
    pixel = "pixel in row i and column j"  # of the picture, in whatever order it is read
    assert [m for m in messages() if ROW.search(say(m).replace(pixel, ""))] == []


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_is_filled_with_words_and_keeps_its_other_places(
    kind: str, language: str
) -> None:
    say = speaking_of(kind, translator(language))
    for message in FORMS.keys() | OF_KIND[kind].keys():
        places = re.findall(r"\{\w+\}", message)
        assert sorted(re.findall(r"\{\w+\}", say(message))) == sorted(places)


def test_rows_are_rows() -> None:
    assert kind_of("ink", "rows") == kind_of("photo", "rows") == "row"
    assert speaking_of("row", str)("Next row") == "Next row"


def test_pens_have_points_and_other_orders_timesteps() -> None:
    assert kind_of("path", "rows") == "point"
    assert kind_of("ink", "columns") == kind_of("path", "rows-up") == "timestep"
    assert speaking_of("point", str)("Next row") == "Next point"
    assert speaking_of("timestep", str)("Row") == "Timestep"
