from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rnndemo.reactions.deck import Deck, close, following, mark, previous


def test_slides_turn_and_stay_at_both_ends() -> None:
    deck = Deck(3)
    assert previous(deck) == deck
    assert following(deck).current == 1
    assert previous(following(deck)) == deck
    assert following(following(following(deck))).current == 2


def test_mark_comes_and_goes_and_stays_with_its_slide() -> None:
    deck = following(mark(following(Deck(3))))
    assert deck.marked == {1}
    assert mark(previous(deck)).marked == set()


def test_closed_deck_opens_where_it_was() -> None:
    deck = close(mark(following(Deck(3))))
    assert not deck.is_open
    assert close(deck) == mark(deck) == deck
    for turn in (following, previous):
        again = turn(deck)
        assert (again.is_open, again.current, again.marked) == (True, 1, {1})


@given(st.integers(1, 9), st.lists(st.sampled_from([following, previous, mark, close])))
def test_a_slide_that_there_is_is_shown_whatever_happens(count: int, acts: list) -> None:
    deck = Deck(count)
    for act in acts:
        deck = act(deck)
        assert 0 <= deck.current < count
        assert deck.marked <= set(range(count))
