"""The live part of the page Train: what a run is doing, its buttons, its curves."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import check_fit
from rnndemo.errors import N_, InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.queue import slots
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.training import curves
from rnndemo.training.history import History
from rnndemo.training.runs import Run
from rnndemo.training.state import CLUSTER, RunState
from rnndemo.training.watch import film_timesteps
from rnndemo.ui.components.film import film
from rnndemo.ui.shell.session import _, errors_to, look, note, percent, warn, warn_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button, choice, status_word
from rnndemo.ui.train import experiment, pairs
from rnndemo.ui.train.charts import CHARTS, draw_chart
from rnndemo.ui.train.controls import option_text

LIVE, SLOW = 0.4, 2.0  # seconds between two updates of a run that trains, of one that is paused
STEERED = ("running", "paused", "done", "stopped")  # states in which the learning rate can change
MAX_HISTORIES = 6
PICTURE_NETWORKS = {"renet": "ReNet", "cnn": "CNN", "mlp": "MLP"}
IN_ORDER = "rnn"  # the network whose hidden states can be watched timestep by timestep

_HISTORIES = "histories"

STATUS_TEXTS = {
    "preparing": N_("preparing data and network"),
    "training": N_("step {step} of {steps}"),
    "testing": N_("reading all test pictures"),
    "queued": N_("place {place} in the queue; this machine trains up to {slots} at once"),
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

VIEWS = {
    "learning": N_("Learning"),
    "gradients": N_("Gradients"),
    "weights": N_("Weights and states"),
}


def current_run() -> Run | None:
    """Return the run that the page shows; if it is gone, say so."""
    name = experiment.run_name()
    if not name:
        return None
    with errors_to(warn):
        return visitor().find(name)
    experiment.open_run("")
    return None


def state_of(run: Run | None) -> RunState:
    """Return the state of a run; without a run, "idle"."""
    if run is None:
        return RunState(status="idle")
    try:
        return run.state
    except InputError as problem:
        return RunState(status="failed", message=problem.message, values=problem.values)


def history_of(run: Run) -> History:
    """Return what a run has reported; only what is new to this session is read."""
    histories: dict[str, History] = st.session_state.setdefault(_HISTORIES, {})
    history = histories.pop(run.name, None) or History(run.folder)
    histories[run.name] = history  # the last one used is the last one dropped
    while len(histories) > MAX_HISTORIES:
        del histories[next(iter(histories))]
    return history.update()


def pace(state: RunState) -> float | None:
    """Return the seconds between two updates of a run's view, None if nothing changes."""
    return LIVE if state.active else SLOW if state.status == "paused" else None


def live_view(run: Run | None, others: dict[str, Run]) -> None:
    """Draw status, buttons and curves, and update them while they change."""
    states = [state_of(one) for one in (run, *others.values())]
    paces = [seconds for seconds in map(pace, states) if seconds]
    st.fragment(_live, run_every=min(paces, default=None))(run, others, _phases(states))


def _phases(states: list[RunState]) -> list[tuple[str, bool]]:
    """Return what buttons, pace and report depend on."""
    return [(state.status, state.doing == "testing") for state in states]


def _live(run: Run | None, others: dict[str, Run], phases: list[tuple[str, bool]]) -> None:
    states = [state_of(one) for one in (run, *others.values())]
    if _phases(states) != phases:
        st.rerun()  # another pace, other buttons, perhaps a report
    state = states[0]
    status_line(run, state, "train_status")
    _buttons(run, state)
    with st.container(key="train_seen"):
        if run is not None and len(others) == 1:
            (other,) = others.values()
            pairs.verdict((run, state, history_of(run)), (other, states[1], history_of(other)))
    if run is None:
        return
    history = history_of(run)
    _numbers(state, history)
    _steering(run, state, history)
    _views(run, state, history, others)


def status_line(
    run: Run | None, state: RunState, key: str, nothing: str = STATUS_TEXTS["idle"]
) -> None:
    """Say what a run is doing, and what went wrong; without a run, say `nothing`, a message."""
    place = run.place if run is not None and state.status == "queued" else 0
    text = _(nothing if run is None else STATUS_TEXTS[_phase(state)]).format(
        step=f"{state.step:,}", steps=f"{state.steps:,}", place=place, slots=slots()
    )
    parts = [status_word(state.status), text]
    if state.where == CLUSTER:
        parts.append(_("on the cluster"))
    elif state.status == "queued" and cluster.scheduler() and cluster.age() < cluster.OUTDATED:
        room = cluster.room()
        parts.append(_(CLUSTER_TEXTS[bool(room)]).format(room=room))
    with st.container(key=key):
        st.markdown(" · ".join(parts))
    warn_of(state.message, state.values)


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
        act_button("train_start", _("Start"), "rocket_launch", busy, _start, type="primary")
        for key, (label, icon, statuses, (kind, content)) in BUTTONS.items():
            off = run is None or not run.own or state.status not in statuses

            def ask(kind: str = kind, content: dict[str, Any] = content) -> None:
                if run is not None:
                    run.ask(kind, **content)

            act_button(key, _(label), icon, off, ask)
        off = run is None or busy
        act_button(
            "train_reset", _("Restart, paused"), "replay", off, lambda: _start(paused=True),
            help=_("Begins a new run with the settings above, paused before its first step."),
        )  # fmt: skip
    with st.container():
        if run is not None and not run.own:
            st.caption(
                _("This is someone else's run: look at it, or start your own from its settings.")
            )


def _start(paused: bool = False) -> None:
    config = experiment.config()
    check_fit(config, data_of(config))
    run = visitor().start(config, _title(config), paused)
    experiment.open_run(run.name)
    if not paused:
        pairs.start_beside(run)


def _title(config: RunConfig) -> str:
    """Return the name of a run until a person gives it another one."""
    model = config.model
    size = f"{model.hidden_size}" + (f" × {model.num_layers}" if model.num_layers > 1 else "")
    network = PICTURE_NETWORKS.get(model.network, option_text(model.cell, "model.cell"))
    return f"{network} {size} · {option_text(config.data.scan, 'data.scan')}"


def _numbers(state: RunState, history: History) -> None:
    """Draw the progress and the numbers that matter now."""
    last = history.steps[-1] if history.steps else None
    validation = history.validation[-1]["validation_accuracy"] if history.validation else None
    measured = _("Validation accuracy")
    if history.validation_pictures:
        measured = _("Validation accuracy, {count} pictures").format(
            count=f"{history.validation_pictures:,}"
        )
    with st.container():
        if history.damaged:
            text = _(
                "Lines of this run's record that cannot be read, and are left out here: {count}."
            )
            st.caption(text.format(count=history.damaged))
    left = history.seconds_left() if state.status == "running" else None
    share = last["progress"] if last else 0.0
    text = _("about {seconds} s left").format(seconds=round(left)) if left else ""
    st.progress(min(max(share, 0.0), 1.0), text or "\u200b")  # no jump when a text appears
    with st.container(key="train_numbers"):
        test, *columns = st.columns([1.3, 0.7, 1.7, 1.1, 0.9])
    with test:
        st.caption(_("Test accuracy"))
        with st.container(key="train_accuracy"):
            accuracy = state.test_accuracy
            st.markdown("–" if accuracy is None else percent(accuracy, 2))
    speed = history.throughput()
    for column, (label, value) in zip(
        columns,
        (
            (_("Loss"), f"{last['loss']:.4f}" if last else "–"),
            (measured, "–" if validation is None else percent(validation, 1)),
            (_("Pictures per second"), f"{speed:,.0f}" if speed else "–"),
            (_("Learning rate"), f"{last['lr']:.2g}" if last else "–"),
        ),
        strict=True,
    ):
        with column:
            st.caption(label)
            st.markdown(f"**{value}**")


def _steering(run: Run, state: RunState, history: History) -> None:
    """Draw the controls of the learning rate, and of more epochs after the end."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_steering"):
        if not run.own or state.status not in STEERED:
            return
        key = f"train_lr_now_{run.name}"
        rate = float(history.rates[-1]["lr"] if history.rates else run.config.training.lr)
        st.number_input(
            _("Peak learning rate from now on"),
            1e-6, 10.0, rate, key=key, format="%.6g", step=0.001, width=220,
            on_change=lambda: _change_rate(run, rate, st.session_state[key]),
        )  # fmt: skip
        if state.status in ("done", "stopped"):
            more = st.number_input(_("More epochs"), 1, 1000, 1, key="train_more_epochs", width=140)
            act_button(
                "train_continue", _("Continue training"), "add", False,
                lambda: run.ask("epochs", epochs=int(more)),
                help=_("Adds these epochs to the run. Resume trains only those that are left."),
            )  # fmt: skip


def _change_rate(run: Run, rate: float, wanted: float) -> None:
    """Request another learning rate.

    A browser also sends the field's value when the field has just appeared or the run has ended
    meanwhile: that is not a request.
    """
    if wanted == rate or state_of(run).status not in STEERED:
        return
    with errors_to(note):
        run.ask("lr", lr=wanted)


def _views(run: Run, state: RunState, history: History, others: dict[str, Run]) -> None:
    st.session_state.setdefault(pairs.VIEW, "learning")
    view = choice(pairs.VIEW, _("What to watch"), VIEWS, persist_state=None)
    names = pairs.names(run, others)
    histories = [history_of(other) for other in others.values()]
    named = dict(zip(names[1:] or others, histories, strict=True))
    {"learning": _learning, "gradients": _gradients, "weights": _weights}[view](
        run, state, history, named, names[0] if names else ""
    )


def _learning(
    run: Run, state: RunState, history: History, others: dict[str, History], own: str
) -> None:
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="train_loss_chart"):
        draw_chart("loss", curves.learning("loss", history, others, look(), own))
    with right:
        draw_chart("accuracy", curves.learning("accuracy", history, others, look(), own))
    if run.config.model.network == IN_ORDER:
        _film(run.config, state, history)


def _film(config: RunConfig, state: RunState, history: History) -> None:
    head = CHARTS["film"]
    st.header(_(head.question))
    st.caption(_(head.how))
    film(history.frames, state.status == "running", "train_film", _probe_picture(config))


@st.cache_data(max_entries=32, show_spinner=False)
def _probe_picture(config: RunConfig) -> str:
    """Return the probe picture as the network reads it, one row per timestep, as a data URI."""
    picture = data_of(config).validation.images[:1].float() / 255
    sequence = to_sequence(picture, config.data.scan)[0]
    if sequence.shape[1] == 1:  # pixel by pixel: a strip one pixel wide would show nothing
        return data_uri(picture[0].numpy())
    return data_uri(sequence[film_timesteps(len(sequence))].numpy())


def _gradients(
    run: Run, state: RunState, history: History, others: dict[str, History], own: str
) -> None:
    if run.config.model.network == IN_ORDER:
        draw_chart("gradient", curves.gradient_by_timestep(history, others, look(), own))
    left, right = st.columns(2, gap="medium")
    with left:
        draw_chart("norms", curves.gradient_size(history, others, look(), own))
    with right:
        draw_chart("lr", curves.learning_rate(history, look()))


def _weights(
    run: Run, state: RunState, history: History, others: dict[str, History], own: str
) -> None:
    if not history.histograms:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        draw_chart("weights", curves.spread(history.histograms[-1], "weights", look()))
    with right:
        draw_chart("activations", curves.spread(history.histograms[-1], "activations", look()))
