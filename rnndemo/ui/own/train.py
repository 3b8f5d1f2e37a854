"""The fourth step of own classes: train a network on them, and watch it learn."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from rnndemo.data.own.config import config_for
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.report import wilson_interval
from rnndemo.models.store import Model
from rnndemo.plots.training import curves as live
from rnndemo.reading.percent import SOME, digits_of
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState
from rnndemo.ui.own import by_itself
from rnndemo.ui.own.state import attempt, complaints
from rnndemo.ui.shell.i18n import translate_error
from rnndemo.ui.shell.session import _, look, paragraph, percent, plain, warn_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import choice, small_button
from rnndemo.ui.train import experiment
from rnndemo.ui.train.bar import state_of, status_line
from rnndemo.ui.train.charts import CHARTS, draw_lines
from rnndemo.ui.train.live import history_of, pace
from rnndemo.ui.train.runs import model_of

FRAME_TEXTS = {"ink": N_("the finished drawing"), "path": N_("the pen path")}


def train_step(own_set: OwnSetFolder) -> None:
    """Draw the buttons and the progress of the training; it may start by itself."""
    complaints("train")
    problem = own_set.content.problem()
    with st.container():
        if problem is not None:
            st.caption(plain(translate_error(problem, _)))
    frame = _frame(own_set) if own_set.content.kind == "drawn" else "auto"
    ready = problem is None and own_set.own
    new = by_itself.waits(own_set)  # looks whether or not it may start yet
    waiting = by_itself.trains_by_itself() and ready and new
    run = newest_run(own_set)
    state = state_of(run)
    every = pace(state) or (by_itself.LOOK if waiting else None)
    with st.container():
        if waiting:
            st.caption(_("There are new examples: a training starts in a moment."))
    if waiting and by_itself.due(own_set):
        _begin(own_set, frame)
    st.fragment(_live, run_every=every)(
        own_set, run, frame, problem is None, state.status, state.doing, waiting
    )


def _begin(own_set: OwnSetFolder, frame: str) -> None:
    """Start a training, and draw the page anew; if it cannot start, the page says why."""
    by_itself.began(own_set)
    attempt("train", _start, own_set, frame)
    st.rerun()


def _frame(own_set: OwnSetFolder) -> str:
    """Draw the choice of what the network looks at, and return it."""
    return choice(
        f"own_frame_{own_set.id}", _("What should the network look at?"), FRAME_TEXTS,
        default="ink", label_visibility="visible",
        help=_("Only the pen path tells a stroke to the left from one to the right."),
    )  # fmt: skip


def newest_model(own_set: OwnSetFolder) -> Model | None:
    """Return the network of the newest run on this set that has one."""
    for run in visitor().all():
        with suppress(InputError):
            if run.config.data.name == own_set.spec and (model := model_of(run)) is not None:
                return model
    return None


def newest_run(own_set: OwnSetFolder) -> Run | None:
    """Return the visitor's newest run that was trained on this set."""
    key = f"own_run_{own_set.id}"
    if key in st.session_state:
        with suppress(InputError):
            return visitor().find(st.session_state[key])
    for run in visitor().all():
        with suppress(InputError):
            if run.config.data.name == own_set.spec:
                st.session_state[key] = run.name
                return run
    return None


def _live(
    own_set: OwnSetFolder, run: Run | None, frame: str, ready: bool, status: str, doing: str,
    waiting: bool,
) -> None:  # fmt: skip
    state = state_of(run)
    if waiting and by_itself.due(own_set):
        st.rerun()
    if (state.status, state.doing == "testing") != (status, doing == "testing"):
        st.rerun()  # another pace, other buttons, perhaps something to try
    status_line(run, state, "own_status", N_("no training yet"))
    warn_of(state.message, state.values)
    with st.container(horizontal=True):
        if st.button(
            _("Train again") if run else _("Train"), icon=":material/rocket_launch:",
            key="own_train", type="primary", disabled=not ready or state.active,
        ):  # fmt: skip
            _begin(own_set, frame)
        stop = st.button(
            _("Stop and test"), icon=":material/stop:", key="own_stop", disabled=not state.active
        )
        if stop and run is not None:
            attempt("train", run.ask, "stop")
            st.rerun()
        details = _("Everything about this training")
        if run is not None and small_button("own_details", details, "model_training"):
            experiment.show_run(run)
            st.switch_page("pages/train.py")
    if run is not None:
        _progress(run, state)


def _start(own_set: OwnSetFolder, frame: str) -> None:
    config = config_for(own_set.content, own_set.spec, frame)
    run = visitor().start(config, own_set.content.name)
    st.session_state[f"own_run_{own_set.id}"] = run.name


def _accuracy(accuracy: float | None, n: int) -> str:
    """Return the accuracy on `n` examples: a figure if these are many, else a sentence."""
    if accuracy is None or not n:
        return "–"
    if n >= SOME:
        return _("**{accuracy}** of {count} right").format(
            accuracy=percent(accuracy, digits_of(n)), count=n
        )
    right = round(accuracy * n)
    low, high = wilson_interval(right, n)
    text = _(
        "{right} of {count} right. So few examples say little: of all such examples, it may "
        "get anything from {low} to {high} right."
    )
    return text.format(right=right, count=n, low=percent(low, 0), high=percent(high, 0))


def _progress(run: Run, state: RunState) -> None:
    """Draw the run's progress, accuracy and loss."""
    history = history_of(run)
    last = history.steps[-1] if history.steps else None
    st.progress(min(max(last["progress"] if last else 0.0, 0.0), 1.0))
    left, right = st.columns([0.3, 0.7], gap="large")
    with left:
        st.caption(_("How well does it read examples that it has not seen?"))
        with st.container(key="own_accuracy"):
            st.markdown(_accuracy(state.test_accuracy, state.test_size))
        st.caption(_("Training accuracy · loss"))
        st.markdown(f"**{percent(last['accuracy'], 0)} · {last['loss']:.3f}**" if last else "–")
    with right:
        text = _(CHARTS["loss"].question)
        if run.config.data.outliers:
            doubts = _(
                "A fifth of its training examples are other drawings, which it learns to "
                "doubt; they keep the training loss above 0."
            )
            text = paragraph(text, doubts)
        st.caption(text)
        draw_lines("loss", live.learning("loss", history, {}, look()), "own_loss_curves", 200)
