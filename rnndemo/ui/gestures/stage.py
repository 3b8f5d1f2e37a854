"""The stage of the page Gestures: what gestures set off."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from html import escape

import streamlit as st

from rnndemo.plots.gestures.board import board_picture
from rnndemo.reactions.board import Board
from rnndemo.reactions.deck import Deck
from rnndemo.reactions.log import append, event_of
from rnndemo.reactions.react import ACTED, ReactionOutcome, Recognised, Stage, react
from rnndemo.ui.gestures.slides import SLIDES, slide
from rnndemo.ui.gestures.table import chosen_stage, folder, stage_choice, table
from rnndemo.ui.gestures.words import sentence
from rnndemo.ui.shell.session import _, errors_to, look, warn

_STAGES, _SEEN, _SAID = "reaction_stages", "reaction_number", "reaction_said"


def stage(event: Recognised | None, number: int) -> None:
    """Draw what gestures act on; the gesture on the board acts on it once.

    It acts only if the last one had another `number`, which is that of the drawing.
    """
    stage_choice()
    with st.container():  # for a warning
        if event is not None and st.session_state.get(_SEEN) != number:
            st.session_state[_SEEN] = number
            _act(event)
    _say()
    shown = _stages()[chosen_stage()].state
    picture = slide(shown) if isinstance(shown, Deck) else board_picture(shown, look())
    with st.container(key="gesture_stage"):
        st.markdown(f'<div class="reaction-stage">{picture}</div>', unsafe_allow_html=True)


def _stages() -> dict[str, Stage]:
    """Return both stages as this session has left them."""
    if _STAGES not in st.session_state:
        st.session_state[_STAGES] = {
            "slides": Stage("slides", Deck(len(SLIDES))),
            "board": Stage("board", Board()),
        }
    stages: dict[str, Stage] = st.session_state[_STAGES]
    return stages


def _act(event: Recognised) -> None:
    name, rules = chosen_stage(), table()
    outcome = react(_stages()[name], event, rules.assigned[name], rules.cooldown, time.monotonic())
    _stages()[name] = outcome.stage
    st.session_state[_SAID] = event.label, outcome, rules.cooldown
    with errors_to(warn):
        append(folder(), event_of(event, outcome, datetime.now(UTC)))


def _say() -> None:
    """Say what the last gesture has set off, or why nothing happened."""
    said: tuple[str, ReactionOutcome, float] | None = st.session_state.get(_SAID)
    if said is None:
        kind, text = "waits", _("Draw a gesture and see what it does.")
    else:
        kind, text = "acted" if said[1].reason == ACTED else "idle", sentence(*said)
    with st.container(key="gesture_action"):
        st.html(f'<p class="{kind}" role="status">{escape(text)}</p>')
