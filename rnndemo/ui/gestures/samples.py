"""How the training drawings of gestures are made: by a program, not by hand."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.data.drawn.gestures import CLASSES, gesture
from rnndemo.data.drawn.no_gestures import no_gesture
from rnndemo.plots.gestures.strokes import sheet
from rnndemo.ui.gestures.words import gesture_name
from rnndemo.ui.shell.session import _, look

PER_GESTURE, NO_GESTURES = 7, 21  # drawings
EQUATION = (
    r"p(t) = p_0 + \sum_i \Big( e_i\, s_i(t) + n_i\, b_i\, 4 s_i(t)\,(1 - s_i(t)) \Big), \qquad "
    r"s_i(t) = \Phi\!\left(\frac{\ln(t - t_i) - \mu_i}{\sigma}\right)"
)


def samples() -> None:
    """Draw some training drawings, and sliders that vary them."""
    st.header(_("What have the networks learnt from?"))
    st.markdown(
        _(
            "From 24,000 drawings made by a program. Each starts as a clean template; then a "
            "model of the hand misses the corners a little, bends the lines, hurries and "
            "trembles. Move the sliders and see."
        )
    )
    left, middle, right = st.columns(3)
    with left:
        careless = st.slider(
            _("Carelessness: how far corners are missed, lines bent"), 0.0, 3.0, 1.0, 0.1,
            key="samples_careless",
        )  # fmt: skip
    with middle:
        haste = st.slider(
            _("Haste: how early the next movement begins"), 0.0, 1.0, 0.4, 0.05, key="samples_haste"
        )
    with right:
        seed = st.number_input(
            _("Seed"), 0, 10_000, 0, 1, key="samples_seed",
            help=_("Another seed gives other random numbers, and so other drawings."),
        )  # fmt: skip
    rng = np.random.default_rng(int(seed))
    groups = [
        (
            gesture_name(name),
            [gesture(name, rng, careless, haste) for _number in range(PER_GESTURE)],
        )
        for name in CLASSES
    ]
    drawings = f'<div class="stroke-sheets">{sheet(groups, look())}</div>'
    st.markdown(drawings, unsafe_allow_html=True)
    st.header(_("And what is not a gesture?"))
    st.markdown(
        _(
            "Letters, digits, signs and scribbles, drawn by the same model of the hand. From "
            "these the networks learnt to doubt: they answer “?”."
        )
    )
    no_gestures = [no_gesture(rng) for _number in range(NO_GESTURES)]
    st.markdown(sheet([(_("no gesture"), no_gestures)], look()), unsafe_allow_html=True)
    with st.popover(_("The formula"), type="tertiary", icon=":material/function:"):
        st.latex(EQUATION)
        st.caption(
            _(
                "p(t): where the pen is at time t. e_i: the i-th edge of the template, n_i: "
                "its normal. b_i: how far it is bent. s_i: the share of it drawn so far, which "
                "follows a lognormal speed profile (Plamondon 1995). t_i: when its movement "
                "begins; in haste, before the previous one has ended, which rounds the corner."
            )
        )
