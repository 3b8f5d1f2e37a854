"""The parts of the page Robustness, of which only the chosen one computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from rnndemo.errors import N_
from rnndemo.hardening.victim import check_attackable
from rnndemo.models.store import Model
from rnndemo.ui.drawing.example import example, test_set_of
from rnndemo.ui.robustness.attack import attack_part
from rnndemo.ui.robustness.certify import certify_part
from rnndemo.ui.robustness.corruption.part import corrupt_part
from rnndemo.ui.robustness.networks import networks_part
from rnndemo.ui.robustness.out_of_place import out_of_place_part
from rnndemo.ui.robustness.pruning.part import prune_part
from rnndemo.ui.shell.session import Drawing, _, class_name, errors_to, paragraph, plain, warn
from rnndemo.ui.shell.widgets import choice


@dataclass(frozen=True)
class RobustnessPart:
    """A part of the page.

    Parameters
    ----------
    label, question : str
        Its name, and what it answers.
    draw : callable
        (model, image ``(H, W)`` in [0, 1], true class or "") draws it.
    of_itself : bool
        Whether it is of no drawing and no model: ``draw()`` draws it.
    """

    label: str
    question: str
    draw: Callable[..., None]
    of_itself: bool = False


PARTS = {
    "attack": RobustnessPart(N_("Attack"), N_("How small a change turns the answer?"), attack_part),
    "corrupt": RobustnessPart(N_("Corrupt"), N_("What if the picture is worse?"), corrupt_part),
    "certify": RobustnessPart(N_("Certify"), N_("What is certain?"), certify_part),
    "unknown": RobustnessPart(
        N_("Out of place"), N_("Does it know what it does not know?"), out_of_place_part
    ),
    "prune": RobustnessPart(N_("Prune"), N_("How much of it is needed?"), prune_part),
    "networks": RobustnessPart(
        N_("RNN or CNN"), N_("Which is harder to fool?"), networks_part, of_itself=True
    ),
}


def shown_drawing(model: Model, given: Drawing | None) -> Drawing | None:
    """Return the drawing that is fooled, or an example; if `model` cannot read it, say why."""
    with st.container(key="robustness_given"), errors_to(warn):
        check_attackable(model)
        drawing = given
        if drawing is None:
            drawing = example(test_set_of(model))
        else:
            st.caption(_said_of(drawing, model))
        drawing.seen(model.frame)
        return drawing
    return None


def _said_of(drawing: Drawing, model: Model) -> str:
    """Return what is shown, in a sentence, so that the place is never empty."""
    text = _("As the network sees it: {drawing}.").format(drawing=_(drawing.caption))
    truth = plain(class_name(drawing.truth(model.classes), model.classes))
    if not truth:
        return text
    return paragraph(text, _("The correct answer is {truth}.").format(truth=truth))


def part(model: Model, drawing: Drawing | None) -> None:
    """Draw the choice of a part, and the chosen one."""
    labels = {name: one.label for name, one in PARTS.items()}
    name = choice("robustness_part", _("Part"), labels, default="attack")
    with st.container():
        if drawing is not None or PARTS[name].of_itself:
            st.header(_(PARTS[name].question), anchor="question")
    for each, one in PARTS.items():  # each in a place of its own
        with st.container(key=f"robustness_{each}"):
            if each != name:
                continue
            if one.of_itself:
                one.draw()
            elif drawing is not None:
                one.draw(model, drawing.seen(model.frame).image, drawing.truth(model.classes))
