"""A training starts by itself after new examples, and only then."""

from __future__ import annotations

from rnndemo.ui.own.by_itself import REST, Watch


def watch(*examples: str) -> Watch:
    return Watch(frozenset(examples), frozenset(examples), 0.0)


def test_it_starts_when_a_person_rests_after_a_new_example() -> None:
    now = watch("a").after(frozenset("ab"), 10.0)
    assert now.waits
    assert not now.due(10.0 + 0.9 * REST)
    assert now.due(10.0 + REST)


def test_every_new_example_lets_it_wait_again() -> None:
    now = watch("a").after(frozenset("ab"), 10.0).after(frozenset("abc"), 10.0 + 0.9 * REST)
    assert not now.due(10.0 + REST)


def test_another_look_lets_it_wait_no_longer() -> None:
    now = watch("a").after(frozenset("ab"), 10.0).after(frozenset("ab"), 10.0 + 0.9 * REST)
    assert now.due(10.0 + REST)


def test_examples_that_lay_there_or_that_are_gone_start_nothing() -> None:
    assert not watch("a", "b").due(1000.0)
    assert not watch("a", "b").after(frozenset("a"), 10.0).waits
    assert not watch("a").after(frozenset("ab"), 10.0).after(frozenset("a"), 11.0).waits
