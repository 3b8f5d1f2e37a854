"""The slides that gestures turn: how a network reads a gesture."""

from __future__ import annotations

from html import escape

from rnndemo.errors import N_
from rnndemo.plots.gestures.slides import slide_picture
from rnndemo.reactions.deck import Deck
from rnndemo.ui.shell.session import _, look

# (title, text) of each slide
SLIDES = (
    (
        N_("A gesture is a line in time"),
        N_("The pen leaves one point after another. A picture of it forgets the order."),
    ),
    (
        N_("Row by row"),
        N_("One network reads the finished picture from the top, one row at a time."),
    ),
    (
        N_("Point by point"),
        N_("Another follows the pen from where it touched down to where it lifted."),
    ),
    (
        N_("Same picture, other way round"),
        N_("Start at the other end: the rows stay the same, but every point changes."),
    ),
    (
        N_("Sure enough to act"),
        N_("It answers only when it is sure. A scribble gets a “?”, and no slide changes."),
    ),
    (
        N_("The table is yours"),
        N_(
            "In the table you choose what each gesture does. The board turns rough circles into "
            "round ones."
        ),
    ),
)


def slide(deck: Deck) -> str:
    """Return the current slide as HTML of a fixed height."""
    if not deck.is_open:
        closed = _("The slides are closed")
        again = _("Next or previous reopens them where they were.")
        return f'<article class="slide closed">{_heading(closed)}<p>{escape(again)}</p></article>'
    title, text = SLIDES[deck.current]
    marked, word = deck.current in deck.marked, _("marked")
    badge = f'<span class="badge">★ {escape(word)}</span>' if marked else ""
    return (
        f'<article class="slide{" marked" if marked else ""}">{badge}'
        f"{_heading(_(title))}<p>{escape(_(text))}</p>"
        f"{slide_picture(deck.current, look())}{_dots(deck)}</article>"
    )


def _heading(text: str) -> str:
    """Return a heading without the anchor link that Streamlit adds to its own."""
    return f'<div class="title" role="heading" aria-level="2">{escape(text)}</div>'


def _dots(deck: Deck) -> str:
    """Return a row of dots, one per slide, which show the current slide and the marked ones."""
    dots = "".join(
        f'<span class="{"here" if number == deck.current else ""}">'
        f"{'★' if number in deck.marked else '●'}</span>"
        for number in range(deck.count)
    )
    words = _("slide {number} of {count}").format(number=deck.current + 1, count=deck.count)
    return f'<footer><span aria-hidden="true">{dots}</span> {escape(words)}</footer>'
