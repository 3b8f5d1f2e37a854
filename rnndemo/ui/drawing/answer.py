"""The answer in words, and the strip of what the network sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from rnndemo.data.frames.seen import Seen
from rnndemo.data.sets import DIGITS
from rnndemo.errors import N_
from rnndemo.evaluation.batch import NO_ANSWER
from rnndemo.models.store import Model
from rnndemo.plots.look.pictures import data_uri
from rnndemo.reactions.react import Recognised
from rnndemo.reading.answers import Answer
from rnndemo.reading.steps import kind_of, speaking_of
from rnndemo.reading.wording import known_classes
from rnndemo.ui.shell.session import (
    Drawing,
    _,
    class_name,
    paragraph,
    percent,
    plain,
    sure,
)

STEP_NAMES = {
    "given": N_("original"),
    "as_is": N_("already as in the training pictures: this is what it reads"),
    "sheet": N_("only the sheet it is on"),
    "drawn": N_("as you drew it"),
    "contrast": N_("light evened out"),
    "unruled": N_("printed lines taken away"),
    "ink": N_("ink found"),
    "hand": N_("hand found"),
    "cropped": N_("cropped, on a black background"),
    "pixels": N_("64 × 64 pixels: this is what it reads"),
    "fitted": N_("cropped and scaled"),
    "thickness": N_("strokes as thick as in the training digits"),
    "centred": N_("centred: this is what it reads"),
    "path": N_("the pen path, one point per row: this is what it reads"),
}

# output activation -> how it is written, and what it does
ACTIVATIONS = {
    "softmax": (
        r"\operatorname{softmax}",
        N_("softmax: turns scores into probabilities that add up to 1."),
    ),
    "sigmoid": (
        r"\sigma",
        N_(
            "σ: the logistic function, turns each score into a probability of its own; together "
            "they need not add up to 1."
        ),
    ),
}
_LETTERS = N_(
    "p_t: the probabilities if the picture ended at row t. h_t: what the network remembers at that "
    "point. V, b: learnt weights. τ: the temperature, set so that “90 % sure” is right about nine "
    "times out of ten."
)


SETTLED = N_(
    "{percent} sure. From row {row} on, the answer stayed the same (rows are numbered 0 to {last})."
)
# of a network that sees the picture at once
COVERED = N_(
    "{percent} sure. It sees the whole picture at once; if everything below row {row} were "
    "covered, it would answer the same (rows are numbered 0 to {last})."
)
ROWS_COVERED = N_(
    "This network sees the whole picture at once. Each row shows what it would answer with "
    "everything below that row covered: the wider a colour, the more probable that answer."
)


def said_label(said: Answer | Recognised | None, classes: Sequence[str]) -> str:
    """Return the class that a network answers, or "?", as Markdown with HTML.

    Programs read the class as it is stored; where people call it otherwise, they see and hear its
    name (``.named`` in app.css).
    """
    if said is None or said.rejected:
        return NO_ANSWER
    name = class_name(said.label, classes)
    if name == said.label:
        return plain(name)
    attributes = f'class="named" role="img" aria-label="{escape(name)}"'
    return f"<span {attributes}><span>{escape(said.label)}</span></span>"


def readout_formula(output: str) -> tuple[str, ...]:
    """Return the equation of the readout with this output activation, and what its letters mean."""
    written, does = ACTIVATIONS[output]
    return rf"p_t = {written}\!\left(\frac{{V h_t + b}}{{\tau}}\right)", _LETTERS, does


def formula(equation: str, *letters: str) -> None:
    """Draw a button that opens an equation and what its letters mean, one message per line."""
    with st.popover(_("The formula"), type="tertiary", icon=":material/function:"):
        equation_explained(equation, map(_, letters))


def equation_explained(equation: str, letters: Iterable[str]) -> None:
    """Draw an equation and what its letters mean, in the reader's language, each on a line."""
    st.latex(equation)
    lines = "  \n".join(letters)  # two spaces: a line of its own in Markdown
    # x_t in a sentence becomes an inline formula
    st.markdown(re.sub(r"(?<![A-Za-z])([A-Za-z]_[a-z])(?![A-Za-z])", r"$\1$", lines))


def reason(result: Answer | None, drawing: Drawing | None, model: Model) -> str:
    """Return one or two sentences on how sure `model` is of its answer and when it came."""
    digits = model.classes == DIGITS
    if result is None or drawing is None:
        if digits:
            return _(
                "Draw a digit from 0 to 9, or show a picture of one. The answer appears at once."
            )
        return _(
            "It knows {classes}. Draw one of these, or show a picture of one. The answer appears "
            "at once."
        ).format(classes=plain(known_classes(model.classes, _)))
    values = {
        "label": plain(class_name(result.label, model.classes)),
        "percent": sure(result.probability),
        "row": result.decided,
        "last": len(result.rows) - 1,
        "truth": plain(class_name(drawing.truth(model.classes), model.classes)),
        "threshold": percent(model.card.reject_threshold, 0),
    }
    if result.rejected and digits:
        text = _(
            "This does not look like a digit to the network. Its best guess is {label}, at "
            "{percent}, and it only answers when it is at least {threshold} sure. Could you write "
            "larger or more clearly?"
        )
    elif result.rejected:
        text = _(
            "This does not look like anything the network knows. Its best guess is {label}, at "
            "{percent}, and it only answers when it is at least {threshold} sure. Could you draw "
            "it larger or more clearly?"
        )
    else:
        text = _words_of(model)(SETTLED if model.network.in_order else COVERED)
    if drawing.truth(model.classes):
        text = paragraph(text, _("The correct answer is {truth}."))
    return text.format(**values)


def readouts_caption(model: Model) -> str:
    """Return a sentence on how to read the readouts of `model`, row by row."""
    if model.frame == "path":
        return _(
            "Each row is one point of the pen path, and shows what it would answer if the stroke "
            "ended there: the wider a colour, the more probable that answer."
        )
    if model.network.in_order:
        return _(
            "Each row shows what it would answer if the picture ended there: the wider a colour, "
            "the more probable that answer."
        )
    return _words_of(model)(ROWS_COVERED)


def _words_of(model: Model) -> Callable[[str], str]:
    """Return a translator that says what `model` reads at a timestep, in place of rows."""
    return speaking_of(kind_of(model.frame, model.config.data.scan), _)


def seen_strip(seen: Seen) -> str:
    """Return the steps of the preprocessing as a row of small pictures, HTML."""
    figures = (
        f'<figure><img src="{data_uri(step.image)}" alt="{escape(_(STEP_NAMES[step.name]))}">'
        f"<figcaption>{number}. {escape(_(STEP_NAMES[step.name]))}</figcaption></figure>"
        for number, step in enumerate(seen.steps, 1)
    )
    return f'<div class="seen-strip">{"".join(figures)}</div>'
