"""The fourth step of own classes: train a network on them, and watch it learn."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from rnndemo.data.own.config import config_for
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_, InputError
from rnndemo.plots.training import curves as live
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState
from rnndemo.ui.components.curves import curves
from rnndemo.ui.own.state import attempt, complaints
from rnndemo.ui.shell.i18n import translate_error
from rnndemo.ui.shell.session import _, look, plain
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.train import experiment
from rnndemo.ui.train.charts import CHARTS
from rnndemo.ui.train.live import history_of, pace, state_of, status_line

FRAME_TEXTS = {"ink": N_("the finished drawing"), "path": N_("the pen path")}


def train_step(kept: OwnSetFolder) -> Run | None:
    """Draw the button that trains and what a training is doing; return the set's newest run."""
    complaints("train")
    problem = kept.content.problem()
    if problem is not None:
        st.caption(plain(translate_error(problem, _)))
    frame = _frame(kept) if kept.content.kind == "drawn" else "auto"
    run = newest_run(kept)
    state = state_of(run)
    ready = problem is None
    st.fragment(_live, run_every=pace(state))(kept, run, frame, ready, state.status, state.doing)
    return run


def _frame(kept: OwnSetFolder) -> str:
    """Draw the choice of what the network looks at, and return it."""
    return st.segmented_control(
        _("What should the network look at?"),
        list(FRAME_TEXTS),
        default="ink",
        format_func=lambda frame: _(FRAME_TEXTS[frame]),
        key=f"own_frame_{kept.id}",
        required=True,
        persist_state="session",
        help=_("Only the pen path tells a stroke to the left from one to the right."),
    )


def newest_run(kept: OwnSetFolder) -> Run | None:
    """Return the visitor's newest run that was trained on this set."""
    key = f"own_run_{kept.id}"
    if key in st.session_state:
        with suppress(InputError):
            return visitor().find(st.session_state[key])
    for run in visitor().all():
        with suppress(InputError):
            if run.config.data.name == kept.spec:
                st.session_state[key] = run.name
                return run
    return None


def _live(
    kept: OwnSetFolder, run: Run | None, frame: str, ready: bool, status: str, doing: str
) -> None:
    state = state_of(run)
    if (state.status, state.doing == "testing") != (status, doing == "testing"):
        st.rerun()  # another pace, other buttons, perhaps something to try
    status_line(run, state, "own_status", N_("no training yet"))
    with st.container(horizontal=True):
        if st.button(
            _("Train again") if run else _("Train"), icon=":material/rocket_launch:",
            key="own_train", type="primary", disabled=not ready or state.active,
        ):  # fmt: skip
            attempt("train", _start, kept, frame)
            st.rerun()
        stop = st.button(
            _("Stop and test"), icon=":material/stop:", key="own_stop", disabled=not state.active
        )
        if stop and run is not None:
            attempt("train", run.ask, "stop")
            st.rerun()
        if run is not None and st.button(
            _("Everything about this training"), icon=":material/model_training:",
            key="own_details", type="tertiary",
        ):  # fmt: skip
            experiment.open_run(run.name)
            experiment.set_config(run.config)
            st.switch_page("pages/train.py")
    if run is not None:
        _progress(run, state)


def _start(kept: OwnSetFolder, frame: str) -> None:
    config = config_for(kept.content, kept.spec, frame)
    run = visitor().start(config, kept.content.name)
    st.session_state[f"own_run_{kept.id}"] = run.name


def _progress(run: Run, state: RunState) -> None:
    """Draw how far it is and what it has learnt."""
    history = history_of(run)
    last = history.steps[-1] if history.steps else None
    st.progress(min(max(last["progress"] if last else 0.0, 0.0), 1.0))
    left, right = st.columns([0.3, 0.7], gap="large")
    with left:
        accuracy = state.test_accuracy
        st.caption(_("Accuracy on examples not used in training"))
        with st.container(key="own_accuracy"):
            st.markdown("–" if accuracy is None else f"{100 * accuracy:.0f} %")
        if accuracy is not None:
            st.caption(_("on {count} test examples").format(count=state.test_size))
        st.caption(_("Training accuracy · loss"))
        st.markdown(f"**{100 * last['accuracy']:.0f} % · {last['loss']:.3f}**" if last else "–")
    with right:
        chart = CHARTS["loss"]
        text = _(chart.question)
        if run.config.data.outliers:
            text += " " + _(
                "A fifth of its training examples are other drawings, which it learns to "
                "doubt; they keep the training loss above 0."
            )
        st.caption(text)
        curves(
            live.learning("loss", history, {}, look()), x_title=_(chart.x_title),
            y_title=_(chart.y_title), key="own_loss_curves", height=200, low=0.0,
            alt=_(chart.question),
        )  # fmt: skip
