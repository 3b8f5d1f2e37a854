"""A slide deck that gestures turn, mark and close."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Deck:
    """Where a talk is.

    Parameters
    ----------
    count : int
        How many slides there are, at least 1.
    current : int
        The slide that is shown, from 0.
    marked : frozenset of int
        Slides with a mark.
    is_open : bool
    """

    count: int
    current: int = 0
    marked: frozenset[int] = frozenset()
    is_open: bool = True


def following(deck: Deck) -> Deck:
    """Go on to the next slide; a closed deck opens where it was. The last slide stays."""
    return _turn(deck, 1)


def previous(deck: Deck) -> Deck:
    """Go back to the slide before; a closed deck opens where it was. The first slide stays."""
    return _turn(deck, -1)


def mark(deck: Deck) -> Deck:
    """Mark the slide that is shown, or take its mark away; a closed deck stays as it is."""
    return replace(deck, marked=deck.marked ^ {deck.current}) if deck.is_open else deck


def close(deck: Deck) -> Deck:
    """Close the deck; it remembers slide and marks."""
    return replace(deck, is_open=False)


def _turn(deck: Deck, by: int) -> Deck:
    if not deck.is_open:
        return replace(deck, is_open=True)
    return replace(deck, current=min(max(deck.current + by, 0), deck.count - 1))
