from __future__ import annotations

import numpy as np
import pytest

from rnndemo.data.drawn.gestures import CLASSES, example
from rnndemo.reactions.board import Board
from rnndemo.reactions.deck import Deck
from rnndemo.reactions.react import (
    ACTED,
    COOLDOWN,
    NO_EFFECT,
    REJECTED,
    UNASSIGNED,
    Recognised,
    Stage,
    react,
)
from rnndemo.reactions.table import NOTHING, REACTIONS, Table

DECK = Stage("slides", Deck(3))
SLIDES = Table().assigned["slides"]


def gesture(label: str, rejected: bool = False) -> Recognised:
    strokes = [0.3 + 0.3 * stroke for stroke in example(label)]
    return Recognised(label, 0.9, rejected, strokes, "reader")


def test_an_assigned_gesture_acts() -> None:
    outcome = react(DECK, gesture("arrow"), SLIDES, 0.5, now=10)
    assert (outcome.reason, outcome.reaction) == (ACTED, "slides.next")
    assert outcome.stage == Stage("slides", Deck(3, 1), 10)


def test_what_is_not_understood_does_nothing_whatever_it_looks_like() -> None:
    outcome = react(DECK, gesture("arrow", rejected=True), SLIDES, 0, now=10)
    assert (outcome.reason, outcome.reaction, outcome.stage) == (REJECTED, None, DECK)


def test_what_is_not_assigned_does_nothing() -> None:
    without = Table().assign("slides", "pigtail", NOTHING).assigned["slides"]
    outcome = react(DECK, gesture("pigtail"), without, 0, now=10)
    assert (outcome.reason, outcome.reaction, outcome.stage) == (UNASSIGNED, None, DECK)


@pytest.mark.parametrize(("later", "reason"), [(0.0, COOLDOWN), (0.49, COOLDOWN), (0.5, ACTED)])
def test_one_reaction_in_the_cooldown(later: float, reason: str) -> None:
    first = react(DECK, gesture("arrow"), SLIDES, 0.5, now=10).stage
    second = react(first, gesture("arrow"), SLIDES, 0.5, now=10 + later)
    assert second.reason == reason
    assert second.stage.state.current == (2 if reason == ACTED else 1)


def test_what_came_too_soon_does_not_make_the_cooldown_longer() -> None:
    stage = react(DECK, gesture("arrow"), SLIDES, 1, now=10).stage
    stage = react(stage, gesture("arrow"), SLIDES, 1, now=10.9).stage
    assert react(stage, gesture("arrow"), SLIDES, 1, now=11).reason == ACTED


def test_what_changes_nothing_says_so_and_starts_no_cooldown() -> None:
    first = react(DECK, gesture("left_sq_bracket"), SLIDES, 5, now=10)
    assert (first.reason, first.reaction, first.stage) == (NO_EFFECT, "slides.previous", DECK)
    assert react(first.stage, gesture("arrow"), SLIDES, 5, now=10).reason == ACTED


def test_without_a_cooldown_all_act() -> None:
    stage = DECK
    for _ in range(2):
        stage = react(stage, gesture("arrow"), SLIDES, 0, now=10).stage
    assert stage.state.current == 2


@pytest.mark.parametrize("label", CLASSES)
@pytest.mark.parametrize("key", REACTIONS["board"])
def test_every_gesture_can_set_off_every_reaction_of_the_board(key: str, label: str) -> None:
    stage = Stage("board", Board())
    drawn = react(stage, gesture("circle"), {"circle": "board.draw"}, 0, now=0).stage
    outcome = react(drawn, gesture(label), {label: key}, 0, now=1)
    assert outcome.reaction == key
    assert outcome.reason == ACTED
    assert len(outcome.stage.state.shapes) == {"board.draw": 2, "board.select": 1}.get(key, 0)


def test_nothing_that_is_given_is_changed() -> None:
    seen = gesture("circle")
    before = [stroke.copy() for stroke in seen.strokes]
    react(Stage("board", Board()), seen, {"circle": "board.draw"}, 0, now=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, seen.strokes, strict=True))
