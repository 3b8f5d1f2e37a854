"""The parts of the page Robustness, of which only the chosen one computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnndemo.errors import N_
from rnndemo.hardening.victim import check_attackable
from rnndemo.models.store import Model
from rnndemo.ui.drawing.example import example, test_pictures_of
from rnndemo.ui.robustness.attack import attack_part
from rnndemo.ui.shell.session import Drawing, _, errors_to, seen_by, warn
from rnndemo.ui.shell.widgets import choice


@dataclass(frozen=True)
class RobustnessPart:
    """A part of the page.

    Parameters
    ----------
    label, question : str
        Its name, and what it answers.
    draw : callable
        (model, image ``(H, W)`` in [0, 1]) draws it.
    """

    label: str
    question: str
    draw: Callable[[Model, np.ndarray], None]


PARTS = {
    "attack": RobustnessPart(
        N_("Attack"), N_("How small a change turns the answer?"), attack_part
    ),
}


def shown_image(model: Model, drawing: Drawing | None) -> np.ndarray | None:
    """Return what `model` sees of a drawing, or of an example; if it cannot, say why."""
    with st.container(key="robustness_given"), errors_to(warn):
        check_attackable(model)
        if drawing is not None:
            seen = seen_by(model, drawing)
            return None if seen is None else seen.image
        test = test_pictures_of(model)
        return example(test, model.classes, data=model.config.data.name).seen(model.frame).image
    return None


def part(model: Model, image: np.ndarray | None) -> None:
    """Draw the choice of a part, and the chosen one."""
    labels = {name: one.label for name, one in PARTS.items()}
    chosen = PARTS[choice("robustness_part", _("Part"), labels, default="attack")]
    st.header(_(chosen.question), anchor="question")
    with st.container(key="robustness_shown"):
        if image is not None:
            chosen.draw(model, image)
