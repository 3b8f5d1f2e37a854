"""The reject threshold: chosen by hand, and saved to a model of one's own."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.models.store import Model, shipped_names
from rnndemo.training.runs import Run
from rnndemo.training.thresholds import CALIBRATED, set_threshold
from rnndemo.ui.shell.session import _, percent
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button, percent_format

STEP = 0.1  # per cent


def chosen_threshold(model: Model) -> float:
    """Draw the slider of the threshold, and return it, in [0, 1]; at first it is the model's."""
    own = model.card.reject_threshold
    first = round(100 * own, 1)
    with st.container(width=340):
        chosen = st.slider(
            _("Answer “?” below a certainty of"), 0.0, 100.0, first, STEP,
            format=percent_format(1),
            key=_key(model), persist_state="session",
        )  # fmt: skip
    # what the slider cannot say exactly stays as it is
    return own if abs(chosen - first) < STEP / 2 else chosen / 100


def _key(model: Model) -> str:
    return f"place_threshold_{model.name}"


def save_threshold(model: Model, threshold: float) -> None:
    """Draw what lets a visitor's own model keep a threshold, or why it cannot."""
    own, measured = model.card.reject_threshold, model.card.measured.get(CALIBRATED)
    run = _run_of(model)
    calibrated = own if measured is None else float(measured)
    with st.container(horizontal=True, vertical_alignment="center"):
        act_button(
            "place_save", _("Keep this threshold"), "save", run is None or threshold == own,
            lambda: keep(run, threshold),
        )  # fmt: skip
        st.button(
            _("Back to {threshold}").format(threshold=percent(calibrated, 1)),
            icon=":material/undo:", key="place_back", type="tertiary",
            disabled=abs(threshold - calibrated) < STEP / 200,
            on_click=lambda: st.session_state.update({_key(model): round(100 * calibrated, 1)}),
            help=_("This is what calibration has chosen on validation pictures."),
        )  # fmt: skip
    st.caption(_state(model, run, threshold))


def keep(run: Run | None, threshold: float) -> None:
    """Let the model of a visitor's own run keep a threshold."""
    if run is not None:
        set_threshold(run, threshold)


def _run_of(model: Model) -> Run | None:
    """Return the visitor's own run that has made a model; None of other models."""
    if model.name in shipped_names():
        return None
    with suppress(InputError):
        run = visitor().find(model.name)
        return run if run.own else None
    return None


def _state(model: Model, run: Run | None, threshold: float) -> str:
    if model.name in shipped_names():
        return _(
            "This model came with the app and stays as it is. A model that you train yourself can "
            "keep your threshold."
        )
    if run is None:
        return _("This model belongs to someone else, and keeps the threshold that it has.")
    if threshold == model.card.reject_threshold:
        return _("Your model answers “?” below this threshold, on every page.")
    return _("Keep it, and your model answers “?” below this threshold, on every page.")
