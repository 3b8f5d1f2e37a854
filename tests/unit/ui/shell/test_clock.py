"""Labels of options: Streamlit knows an option by its label alone."""

from __future__ import annotations

from rnndemo.ui.shell.clock import apart


def test_labels_that_differ_stay() -> None:
    assert apart({"a": "signs", "b": "letters"}, {"a": 0.0, "b": 0.0}) == {
        "a": "signs",
        "b": "letters",
    }


def test_equal_labels_say_when_each_was_made() -> None:
    found = apart({"a": "signs", "b": "signs", "c": "letters"}, {"a": 0.0, "b": 60.0, "c": 0.0})
    assert found == {
        "a": "signs · 1970-01-01 00:00",
        "b": "signs · 1970-01-01 00:01",
        "c": "letters",
    }


def test_those_made_in_one_minute_say_their_name_too() -> None:
    found = apart({"run0001": "signs", "run0002": "signs"}, {"run0001": 0.0, "run0002": 1.0})
    assert found == {
        "run0001": "signs · 1970-01-01 00:00 · 0001",
        "run0002": "signs · 1970-01-01 00:00 · 0002",
    }


def test_what_was_not_made_here_keeps_its_label() -> None:
    found = apart({"digits": "signs", "own": "signs"}, {"own": 0.0})
    assert found == {"digits": "signs", "own": "signs · 1970-01-01 00:00"}


def test_labels_that_say_when_are_told_apart_by_their_name() -> None:
    found = apart({"job0001": "at noon", "job0002": "at noon", "job0003": "at one"})
    assert found == {
        "job0001": "at noon · 0001", "job0002": "at noon · 0002", "job0003": "at one",
    }  # fmt: skip
