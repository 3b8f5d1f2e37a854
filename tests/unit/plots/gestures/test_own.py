"""The bars of own classes."""

from __future__ import annotations

from rnndemo.languages import translator
from rnndemo.plots.gestures.own import answer_bars
from rnndemo.plots.look.theme import Look


def test_bars_say_how_sure_as_all_pages_do_and_names_are_no_markup() -> None:
    bars = answer_bars([0.9996, 0.0004], ["<b>tick", "roof"], Look())
    assert "&lt;b&gt;tick" in bars
    assert "<span>≥ 99.9 %</span>" in bars
    assert "<span>&lt; 0.1 %</span>" in bars
    assert "≥ 99.9%" in answer_bars([0.9996], ["tick"], Look(translate=translator("zh")))
