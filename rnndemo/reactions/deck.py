"""A slide deck that gestures page, mark and close; how a gesture was drawn does not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Deck:
    """The state of a slide deck.

    Parameters
    ----------
    count : int
        Number of slides, at least 1.
    current : int
        The slide shown, from 0.
    marked : frozenset of int
        Slides with a mark.
    """

    count: int
    current: int = 0
    marked: frozenset[int] = frozenset()
    is_open: bool = True


def following(deck: Deck, *gesture: object) -> Deck:
    """Return the deck at the next slide, if there is one; a closed deck opens where it was."""
    return _turn(deck, 1)


def previous(deck: Deck, *gesture: object) -> Deck:
    """Return the deck at the previous slide, if any; a closed deck opens where it was."""
    return _turn(deck, -1)


def mark(deck: Deck, *gesture: object) -> Deck:
    """Return the deck with the mark of the current slide toggled; a closed deck is unchanged."""
    return replace(deck, marked=deck.marked ^ {deck.current}) if deck.is_open else deck


def close(deck: Deck, *gesture: object) -> Deck:
    """Return the deck closed; it remembers slide and marks."""
    return replace(deck, is_open=False)


def _turn(deck: Deck, by: int) -> Deck:
    if not deck.is_open:
        return replace(deck, is_open=True)
    return replace(deck, current=min(max(deck.current + by, 0), deck.count - 1))
