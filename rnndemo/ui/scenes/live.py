"""Train it from nothing: a section of the page Scenes in which a network learns before your eyes.

A training follows the drawing on the page: while it learns, it says again and again what it makes
of that, and a drawing that changes is followed from the next time on.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import kind_of
from rnndemo.errors import N_
from rnndemo.plots.scenes import training as plots
from rnndemo.plots.training.curves import learning
from rnndemo.storage.files import as_input_error
from rnndemo.storage.names import WEIGHTS
from rnndemo.training.history import History, SceneFrame
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState
from rnndemo.training.tasks.scene_looks import FRAMES, write_picture
from rnndemo.ui.scenes import training
from rnndemo.ui.scenes.figure import scene
from rnndemo.ui.scenes.models import set_scene_model
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import (
    _,
    class_names,
    errors_to,
    look,
    percent,
    show_notices,
    warn,
    warn_of,
)
from rnndemo.ui.shell.sets import load_offered
from rnndemo.ui.shell.widgets import act_button, percent_format
from rnndemo.ui.train.bar import state_of, status_line
from rnndemo.ui.train.charts import CHARTS, draw_lines
from rnndemo.ui.train.live import history_of, pace

WHEN = "scene_train_when"  # the key of the slider through the frames
NEWEST = 100  # where that slider stands at the newest frame
_FOLLOWED = "scene_followed"
HEIGHT = 150  # of a chart, in pixels

# button -> label, icon, the statuses in which it can be pressed, what it requests of the run
BUTTONS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "scene_train_pause": (N_("Pause"), "pause", ("running", "queued"), "pause"),
    "scene_train_resume": (N_("Resume"), "play_arrow", ("paused", "stopped", "failed"), "go"),
    "scene_train_stop": (N_("Stop and test"), "stop", ("running", "paused", "queued"), "stop"),
}

# chart of `CHARTS` -> its lines, given histories by their titles, that of the page first
LINES: dict[str, Callable[[dict[str, History]], Any]] = {
    "mean_iou": lambda runs: plots.measured(plots.MEAN_IOU, runs, look()),
    "ap": lambda runs: plots.measured(plots.AVERAGE_PRECISION, runs, look()),
    "loss": lambda runs: _losses(runs),
}


def train_section(picture: np.ndarray | None) -> None:
    """Draw the section: settings, and beside them the run that learns.

    Parameters
    ----------
    picture : ndarray, optional
        uint8 ``(height, width)``: what is on the board; runs follow it.
    """
    url.add(training.LINK)
    run = training.current_run()
    peer = training.beside(run)
    st.header(_("Train it from nothing"))
    show_notices()  # of the link
    st.markdown(
        _(
            "A network that knows nothing yet learns from scenes that are made for it, thousands "
            "of them, and shows what it makes of your drawing. A minute is enough to see digits "
            "come out of noise."
        )
    )
    with st.container(key="scene_train_screen"):
        settings, live = st.columns([0.3, 0.7], gap="medium")
        with settings, st.container(key="scene_train_settings"):
            training.controls()
        with live, st.container(key="scene_train_live"):
            _live_view(run, peer, picture)
            _after(run)


def _live_view(run: Run | None, peer: Run | None, picture: np.ndarray | None) -> None:
    """Draw status, buttons, frame and curves, and update them while they change."""
    states = [state_of(one) for one in (run, peer)]
    paces = [seconds for seconds in map(pace, states) if seconds]
    fragment = st.fragment(_live, run_every=min(paces, default=None))
    fragment(run, peer, picture, _phases(states))


def _phases(states: list[RunState]) -> list[tuple[str, bool]]:
    """Return what buttons and pace depend on."""
    return [(state.status, state.doing == "testing") for state in states]


def _live(
    run: Run | None, peer: Run | None, picture: np.ndarray | None, phases: list[tuple[str, bool]]
) -> None:
    states = [state_of(one) for one in (run, peer)]
    if _phases(states) != phases:
        st.rerun()  # another pace, other buttons, perhaps a network to use
    state, history = states[0], history_of(run)
    _buttons(run, state)
    status_line(run, state, "scene_train_status")
    with st.container():
        warn_of(state.message, state.values)
        if run is not None and not run.own:
            st.caption(
                _("This is someone else's run: look at it, or start your own from its settings.")
            )
    _progress(state, history)
    _numbers(state, history)
    with st.container(key="scene_train_frame"), errors_to(warn):
        if run is not None:
            its_config = run.config
            _follow(run, its_config, state, picture)
            _frame(its_config, history)
    _curves(run, peer, history)


def _buttons(run: Run | None, state: RunState) -> None:
    with st.container(horizontal=True, key="scene_train_buttons"):
        busy = run is not None and run.own and state.active
        changed = False
        with errors_to(lambda _problem: None):  # of a damaged run: said where it is drawn
            changed = run is not None and run.config != training.config()
        act_button(
            "scene_train_start", _("Start with new settings") if changed else _("Start"),
            "rocket_launch", busy and not changed, lambda: training.start(run), type="primary",
        )  # fmt: skip
        for key, (label, icon, statuses, kind) in BUTTONS.items():
            off = run is None or not run.own or state.status not in statuses

            def ask(kind: str = kind) -> None:
                for one in (run, training.beside(run)):
                    if one is not None and one.own:
                        one.ask(kind)

            act_button(key, _(label), icon, off, ask)


def _progress(state: RunState, history: History) -> None:
    left = history.seconds_left() if state.status == "running" else None
    share = history.steps[-1]["progress"] if history.steps else 0.0
    text = _("about {seconds} s left").format(seconds=round(left)) if left else ""
    st.progress(min(max(share, 0.0), 1.0), text or "\u200b")  # no jump when a text appears


def _numbers(state: RunState, history: History) -> None:
    """Draw the numbers that matter now, of held-out scenes."""
    last = history.validation[-1] if history.validation else {}
    speed = history.throughput()
    shares = {
        _("Mean IoU"): last.get("mean_iou"),
        "AP50": last.get("ap50"),
        "AP75": last.get("ap75"),
        _("All digits right"): last.get("validation_accuracy"),
        _("All digits right, tested"): state.test_accuracy,
    }
    values = {name: "–" if share is None else percent(share, 1) for name, share in shares.items()}
    values[_("Scenes per second")] = f"{speed:,.0f}" if speed else "–"
    with st.container(key="scene_train_numbers"):
        columns = st.columns(len(values), vertical_alignment="bottom")  # names of one line or two
    for column, (name, value) in zip(columns, values.items(), strict=True):
        with column:
            st.caption(name)
            st.markdown(f"**{value}**")


def _follow(run: Run, config: RunConfig, state: RunState, picture: np.ndarray | None) -> None:
    """Let a run that learns follow the drawing on the page, if it has not been told of it yet."""
    if picture is None or not run.own or not (state.active or state.status == "paused"):
        return
    kind = kind_of(config.scenes)
    if picture.shape != (kind.height, kind.width):
        st.caption(
            _(
                "Scenes of this kind are {width} pixels wide and {height} high, and your drawing "
                "is not: the run follows a scene of its own."
            ).format(width=kind.width, height=kind.height)
        )
        return
    now = run.name, zlib.crc32(picture.tobytes())
    if st.session_state.get(_FOLLOWED) != now:
        with as_input_error(Run.not_written):
            write_picture(run.folder, picture)
        st.session_state[_FOLLOWED] = now


def _frame(config: RunConfig, history: History) -> None:
    """Draw what the network makes of the picture that is followed, now or at an earlier time."""
    if not history.scenes:
        st.caption(_("As soon as it learns, what it makes of your drawing is shown here."))
        return
    left, right = st.columns([0.62, 0.38], gap="medium", vertical_alignment="center")
    with right:
        share = st.slider(
            _("Back in time, in per cent of the training"), 0, NEWEST, NEWEST, key=WHEN,
            format=percent_format(0), help=_("At the right end it shows the newest."),
        ) / NEWEST  # fmt: skip
        frame = plots.frame_at(history.scenes, share, FRAMES)
        _said(frame)
    with left:
        names = class_names(load_offered(config.scenes.glyphs).classes)
        scene("scene_train_figure", plots.frame_figure(frame, names, look()))


def _said(frame: SceneFrame) -> None:
    with st.container(key="scene_train_when_said"):
        st.caption(_("After step {step} it reads:").format(step=f"{frame.step:,}"))
    with st.container(key="scene_train_number"):
        st.markdown(f"**{' '.join(frame.number) or '–'}**")


def _curves(run: Run | None, peer: Run | None, history: History) -> None:
    runs = {"": history}
    if run is not None and peer is not None:
        names = [_name(one) for one in (run, peer)]
        runs = dict(zip(names, (history, history_of(peer)), strict=True))
    for name, lines in LINES.items():
        chart = CHARTS[name]
        st.subheader(_(chart.question), help=_(chart.how))
        draw_lines(name, lines(runs), f"scene_train_{name}_curves", HEIGHT)


def _name(run: Run) -> str:
    """Return what to call one of two runs that learn side by side."""
    with errors_to(lambda _problem: None):
        return training.NAMES.get(run.config.model.network, run.name)
    return run.name


def _losses(runs: dict[str, History]) -> Any:
    own, *others = runs
    beside = {name: runs[name] for name in others}
    return learning("loss", runs[own], beside, look(), own)


def _after(run: Run | None) -> None:
    """Offer what can be done with a run: use its network here, or look at all runs."""
    with st.container(horizontal=True, vertical_alignment="center", key="scene_train_after"):
        st.button(
            _("Use it on this page"), icon=":material/check:", key="scene_train_use",
            disabled=run is None or not (run.folder / WEIGHTS).is_file(),
            on_click=lambda: _use(run),
        )  # fmt: skip
        st.page_link("pages/train.py", label=_("All your runs"), icon=":material/list:")


def _use(run: Run | None) -> None:
    if run is not None:
        set_scene_model(run.name)
        st.session_state["model_select"] = run.name
