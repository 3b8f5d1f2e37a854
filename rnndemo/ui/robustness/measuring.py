"""How far a measurement of models is that goes on beside the page, and its buttons."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome
from rnndemo.jobs.requested import RequestedJob
from rnndemo.models.store import Model, file_of
from rnndemo.ui.inside.readings import identity
from rnndemo.ui.shell.session import warn_of
from rnndemo.ui.shell.steps import _
from rnndemo.ui.shell.widgets import act_button, queue_text, status_word

PACE = 1.0  # seconds between two updates while something is measured
KEPT = 64
OWN = "my-model"  # in a command: the folder of a model that is not shipped

STATUS_TEXTS = {
    "idle": N_("not measured yet; press Measure"),
    "begun": N_("measured so far: {done} of {all}; press Measure"),
    "running": N_("measured so far: {done} of {all}"),
    "done": N_("measured: all {all}"),
    "stopped": N_("measured so far: {done} of {all}; they are kept, and you can continue"),
    "failed": N_("measured so far: {done} of {all}"),
}


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def digest_of(model: Model) -> str:
    """Return what tells a model from others in what is stored."""
    return hashlib.sha256(file_of(model)).hexdigest()


def measuring(
    key: str,
    job: RequestedJob[Any] | None,
    done: int,
    of: int,
    start: Callable[[], object] | None,
) -> None:
    """Draw how far a measurement is, and the buttons that start, stop and continue it.

    Parameters
    ----------
    key : str
        What the keys of its parts begin with.
    job : RequestedJob or None
        The measurement; None where there is none yet.
    done, of : int
        How many of its figures are measured, of how many.
    start : callable or None
        Starts a measurement; None while one runs, or where all is measured.
    """
    outcome = job.outcome if job else Outcome("done" if done == of else "idle")
    with st.container(key=f"{key}_status"):
        doing = "begun" if outcome.status == "idle" and done else outcome.status
        if doing == "queued":
            text = queue_text(outcome.place)
        else:
            text = _(STATUS_TEXTS[doing]).format(done=f"{done:,}", all=f"{of:,}")
        st.markdown(f"{status_word(outcome.status)} · {text}")
    warn_of(outcome.message, outcome.values)
    with st.container(horizontal=True, key=f"{key}_buttons"):
        act_button(f"{key}_start", _("Measure"), "speed", start is None, start or (lambda: None))
        if job is None:
            return
        act_button(f"{key}_stop", _("Stop"), "stop", not outcome.active, job.stop)
        if outcome.status in ("stopped", "failed"):
            act_button(f"{key}_go_on", _("Continue"), "play_arrow", start is None, job.go)
