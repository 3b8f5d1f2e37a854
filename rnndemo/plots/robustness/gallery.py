"""One drawing with every corruption, each with whether the answer is still right, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from rnndemo.data.corruptions import CORRUPTIONS
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.pictures import DOUBT
from rnndemo.reading.corrupted import CorruptedAnswer

KEPT, TURNED = "✓", "✗"


def gallery(
    answers: Sequence[CorruptedAnswer],
    right: str,
    names: Mapping[str, str],
    chosen: str,
    look: Look,
) -> str:
    """Return small pictures with their corruption's name and the answer.

    Parameters
    ----------
    right : str
        The class that counts as right.
    names : mapping of str to str
        Class -> its name, translated.
    chosen : str
        The corruption that is framed.
    """
    return (
        f'<div class="contact-sheet corruptions">'
        f"{''.join(_entry(one, right, names, one.kind == chosen, look) for one in answers)}</div>"
    )


def _entry(
    one: CorruptedAnswer, right: str, names: Mapping[str, str], chosen: bool, look: Look
) -> str:
    kept = one.label == right
    said = DOUBT.format(label=names[one.label]) if one.rejected else names[one.label]
    name = look.text(CORRUPTIONS[one.kind].label)
    word = look.text("right") if kept else look.text("wrong")
    classes = " ".join(["kept" if kept else "turned", *["chosen"] * chosen])
    return (
        f'<figure class="{classes}">'
        f'<img src="{data_uri(one.picture)}" alt="{escape(name, quote=True)}">'
        f'<figcaption><b><i aria-hidden="true">{KEPT if kept else TURNED}</i> {escape(said)}'
        f'<span class="unseen"> {escape(word)}</span></b><br>{escape(name)}'
        f"<br><small>{escape(look.sure(one.probability))}</small></figcaption></figure>"
    )


def right_of(answers: Sequence[CorruptedAnswer], right: str) -> int:
    """Return how many of the answers are right."""
    return sum(one.label == right for one in answers)
