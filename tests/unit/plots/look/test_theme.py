from __future__ import annotations

from rnndemo.languages import translator
from rnndemo.plots.look.theme import Look


def test_a_message_is_translated_and_then_filled_in() -> None:
    german = {"row {row}": "Zeile {row}"}
    look = Look(translate=lambda message: german.get(message, message))
    assert look.text("row {row}", row=3) == "Zeile 3"
    assert look.text("column {column}", column="%{x}") == "column %{x}"


def test_what_has_nothing_to_fill_in_stays_as_it_is() -> None:
    assert Look().text("{percent} sure") == "{percent} sure"
    assert Look().text("a message may name a {message}", message="b") == "a message may name a b"


def test_equal_looks_are_equal_so_that_a_figure_can_be_cached() -> None:
    assert Look(True, translator("zh")) == Look(True, translator("zh"))
    languages = [translator(code) for code in ("en", "zh")]
    assert len({Look(dark, one) for dark in (False, True) for one in languages}) == 4


def test_day_and_night_differ_and_ink_stands_out() -> None:
    day, night = Look(), Look(dark=True)
    assert (day.ink, day.ground, day.muted) != (night.ink, night.ground, night.muted)
    assert day.ink < day.ground
    assert night.ink > night.ground
