"""The bar of the page Train: what the run is doing, and its buttons, always in reach."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo.config import RunConfig
from rnndemo.errors import N_, InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.job import MAX_TITLE
from rnndemo.presets import PRESETS
from rnndemo.sweeps.analysis.differences import differing, setting_words
from rnndemo.training.runs import Run
from rnndemo.training.state import CLUSTER, RunState
from rnndemo.training.tasks import task_of
from rnndemo.ui.shell.session import _, errors_to, note, warn_of
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button, queue_text, status_word
from rnndemo.ui.train import experiment, pairs
from rnndemo.ui.train.controls import option_text

RESTART, _TRIED = "train_restart", "train_restart_tried"
LONG = 60.0  # seconds; an older run is not given up without being asked for
# settings that the name of a run tells anyway
NAMED = ("data.scan", "model.network", "model.cell", "model.hidden_size", "model.num_layers")
NETWORKS = {"two-speed": N_("two speeds"), "renet": "ReNet", "cnn": "CNN", "mlp": "MLP"}

STATUS_TEXTS = {
    "preparing": N_("preparing data and network"),
    "training": N_("step {step} of {steps}"),
    "testing": N_("reading all test pictures"),
    "paused": N_("after step {step} of {steps}; nothing is lost"),
    "stopped": N_("after step {step} of {steps}, then tested"),
    "done": N_("all {steps} steps done, and tested"),
    "timed out": N_("the time limit ended it after step {step} of {steps}; then tested"),
    "idle": N_("no training yet; press Start"),
    "failed": N_("last saved after step {step} of {steps}"),
    "never begun": N_("before the first step"),
}

CLUSTER_TEXTS = {
    True: N_("and {room} on the cluster"),
    False: N_("the cluster is full, or cannot be reached"),
}


def state_of(run: Run | None) -> RunState:
    """Return the state of a run; without a run, "idle"."""
    if run is None:
        return RunState(status="idle")
    try:
        return run.state
    except InputError as problem:
        return RunState(status="failed", message=problem.message, values=problem.values)


def bar(run: Run | None, state: RunState) -> None:
    """Draw buttons and status at the lower edge of the screen; what went wrong is said in place."""
    with st.container(key="train_bar"):
        _buttons(run, state)
        status_line(run, state, "train_status")
    with st.container():
        warn_of(state.message, state.values)
        if run is not None and not run.own:
            st.caption(
                _("This is someone else's run: look at it, or start your own from its settings.")
            )


def status_line(
    run: Run | None, state: RunState, key: str, nothing: str = STATUS_TEXTS["idle"]
) -> None:
    """Say what a run is doing; without a run, say `nothing`, a message."""
    place = 0
    if run is None:
        text = _(nothing)
    elif (phase := _phase(state)) == "queued":
        text = queue_text(place := run.place)
    else:
        text = _(STATUS_TEXTS[phase]).format(step=f"{state.step:,}", steps=f"{state.steps:,}")
    parts = [status_word(state.status), text]
    if state.where == CLUSTER:
        parts.append(_("on the cluster"))
    elif place and cluster.scheduler() and cluster.age() < cluster.OUTDATED:
        room = cluster.room()
        parts.append(_(CLUSTER_TEXTS[bool(room)]).format(room=room))
    with st.container(key=key):
        st.markdown(" · ".join(parts))


def _phase(state: RunState) -> str:
    """Return the key of what `STATUS_TEXTS` says of a run."""
    if state.timed_out:
        return "timed out"
    if state.status == "failed" and not state.steps:
        return "never begun"
    return state.doing or state.status


# key -> (label, icon, statuses in which it can be pressed, what it requests of the run)
BUTTONS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, dict[str, Any]]]] = {
    "train_pause": (N_("Pause"), "pause", ("running", "queued"), ("pause", {})),
    "train_resume": (
        N_("Resume"), "play_arrow", ("paused", "stopped", "failed"), ("go", {}),
    ),
    "train_step": (N_("One step"), "skip_next", ("paused",), ("go", {"steps": 1})),
    "train_epoch": (N_("One epoch"), "fast_forward", ("paused",), ("go", {"epochs": 1})),
    "train_stop": (N_("Stop and test"), "stop", ("running", "paused", "queued"), ("stop", {})),
}  # fmt: skip


def _buttons(run: Run | None, state: RunState) -> None:
    with st.container(horizontal=True, key="train_buttons"):
        busy = run is not None and run.own and state.active
        new = run is not None and changed(run)
        act_button(
            "train_start", _("Start with new settings") if new else _("Start"),
            "rocket_launch", busy and not new, lambda: start(run), type="primary",
        )  # fmt: skip
        for key, (label, icon, statuses, (kind, content)) in BUTTONS.items():
            off = run is None or not run.own or state.status not in statuses

            def ask(kind: str = kind, content: dict[str, Any] = content) -> None:
                if run is not None:
                    run.ask(kind, **content)

            act_button(key, _(label), icon, off, ask)
        off = run is None or busy
        act_button(
            "train_reset", _("Restart, paused"), "replay", off, lambda: start(run, paused=True),
            help=_("Begins a new run with these settings, paused before its first step."),
        )  # fmt: skip


def changed(run: Run) -> bool:
    """Return whether the controls show other settings than those of `run`."""
    with suppress(InputError):
        return run.config != experiment.config()
    return False


def restart_if_wanted(run: Run | None) -> None:
    """Start a new run if a person has asked for one whenever a setting changes.

    A run that has long been training goes on: the button Start is then the question.
    """
    config = experiment.config()
    if not st.session_state.get(RESTART) or run is None or not run.own or not changed(run):
        return
    if state_of(run).active and time.time() - run.made > LONG:
        return
    if st.session_state.get(_TRIED) != config:
        st.session_state[_TRIED] = config  # what cannot be started is not tried again and again
        with errors_to(note):
            start(run)


def start(shown: Run | None, paused: bool = False) -> None:
    """Start a run with the settings as they are; the one `shown` is stopped, tested and kept."""
    config = experiment.config()
    task_of(config).check(config, data_of(config))
    for name in () if shown is None else (shown.name, *pairs.beside(shown)):
        with suppress(InputError):  # deleted meanwhile, or someone else's
            old = visitor().find(name)
            if old.own and old.state.active:
                old.ask("stop")
    run = visitor().start(config, _title(config), paused)
    experiment.open_run(run.name)
    if not paused:
        pairs.start_beside(run)


def _title(config: RunConfig) -> str:
    """Return the name of a run until a person gives it another: what sets it apart from others."""
    model = config.model
    size = f"{model.hidden_size}" + (f" × {model.num_layers}" if model.num_layers > 1 else "")
    network = option_text(model.cell, "model.cell")
    if model.network in NETWORKS:
        network = _(NETWORKS[model.network])
    parts = [f"{network} {size}", option_text(config.data.scan, "data.scan")]
    paths = differing(config, PRESETS[experiment.base()])
    parts += [setting_words(config, path, _) for path in paths if path not in NAMED]
    while len(" · ".join(parts)) > MAX_TITLE:
        parts.pop()
    return " · ".join(parts)
