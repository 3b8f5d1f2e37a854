"""The live part of the page Train: the network, and the curves and numbers of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from rnndemo.config import RunConfig
from rnndemo.data.scans import to_sequence
from rnndemo.errors import N_
from rnndemo.models.build import IN_ORDER, TWO_SPEED
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.reading.memory import half_lives, ring
from rnndemo.plots.training import curves
from rnndemo.reading.memory import Turning
from rnndemo.reading.steps import kind_of
from rnndemo.training.history import History
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState
from rnndemo.training.watch import film_timesteps
from rnndemo.ui.components.figure import draw_figure
from rnndemo.ui.components.film import film
from rnndemo.ui.shell.session import _, errors_to, look, note, pair, percent, warn
from rnndemo.ui.shell.sets import content_of, data_of
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import act_button, choice
from rnndemo.ui.train import experiment, pairs
from rnndemo.ui.train.bar import bar, state_of
from rnndemo.ui.train.charts import CHARTS, LOG, STYLES, draw_chart
from rnndemo.ui.train.network import network_drawing

LIVE, SLOW = 0.4, 2.0  # seconds between two updates of a run that trains, of one that is paused
STEERED = ("running", "paused", "done", "stopped")  # states in which the learning rate can change
MAX_HISTORIES = 6

_HISTORIES = "histories"

VIEWS = {
    "learning": N_("Learning"),
    "gradients": N_("Gradients"),
    "weights": N_("Weights and states"),
    "memory": N_("Memory"),
}


# views whose curves can be drawn in another way -> how they are at first
STYLED: dict[str, list[str]] = {"learning": [], "gradients": [LOG]}


@dataclass(frozen=True)
class Watching:
    """What a view shows.

    Parameters
    ----------
    config : RunConfig
        Of the run, or what would be started.
    others : dict of str to History
        Runs beside it, by their titles.
    own : str
        The title of the run itself, where its lines are to be told by it.
    styles : list of str
        How its curves are drawn, some of `STYLES`.
    """

    config: RunConfig
    state: RunState
    history: History
    others: dict[str, History]
    own: str
    styles: list[str]


def current_run() -> Run | None:
    """Return the run that the page shows; if it is gone, say so."""
    name = experiment.run_name()
    if not name:
        return None
    with errors_to(warn):
        return visitor().find(name)
    experiment.open_run("")
    return None


def history_of(run: Run | None) -> History:
    """Return what a run has reported, without a run nothing; only what is new is read."""
    if run is None:
        return History(Path())
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
    history, config = history_of(run), experiment.config()
    bar(run, state)
    left, right = st.columns([0.39, 0.61], gap="medium")
    with left:
        with st.container(key="train_network"), errors_to(warn):
            if run is not None:
                config = run.config  # if it is damaged, that is said, and the page's stands in
            network_drawing(experiment.config(), run, history)
        _numbers(state, history)
        with st.container(key="train_seen"):
            if run is not None and len(others) == 1:
                (other,) = others.values()
                pairs.verdict((run, state, history), (other, states[1], history_of(other)))
        _steering(run, config, state, history)
    with right, st.container(key="train_curves"):
        _views(run, config, state, history, others)


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


def _steering(run: Run | None, config: RunConfig, state: RunState, history: History) -> None:
    """Draw the controls of the learning rate, and of more epochs after the end."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_steering"):
        if run is None or not run.own or state.status not in STEERED:
            return
        key = f"train_lr_now_{run.name}"
        rate = float(history.rates[-1]["lr"] if history.rates else config.training.lr)
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


def _views(
    run: Run | None, config: RunConfig, state: RunState, history: History, others: dict[str, Run]
) -> None:
    st.session_state.setdefault(pairs.VIEW, "learning")
    views = {name: text for name, text in VIEWS.items() if name != "memory" or _turns(config)}
    if st.session_state[pairs.VIEW] not in views:
        st.session_state[pairs.VIEW] = "learning"
    with st.container(horizontal=True, key="train_looks"):
        view = choice(pairs.VIEW, _("What to watch"), views, persist_state=None)
        styles = _styles(view)
    names = [] if run is None else pairs.names(run, others)
    histories = [history_of(other) for other in others.values()]
    named = dict(zip(names[1:] or others, histories, strict=True))
    {"learning": _learning, "gradients": _gradients, "weights": _weights, "memory": _memory}[view](
        Watching(config, state, history, named, names[0] if names else "", styles)
    )


def _turns(config: RunConfig) -> bool:
    """Return whether units of a network of this configuration turn and fade by fixed factors."""
    model = config.model
    return model.network == TWO_SPEED or (model.network in IN_ORDER and model.cell == "lru")


def _styles(view: str) -> list[str]:
    """Draw the choice of how curves of a view look, each view its own, and return it."""
    if view not in STYLED:
        return []
    key = f"train_style_{view}"
    st.session_state.setdefault(key, STYLED[view])
    chosen = st.pills(
        _("How curves are drawn"), list(STYLES), format_func=lambda name: _(STYLES[name]), key=key,
        selection_mode="multi", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    return list(chosen)


def _learning(watched: Watching) -> None:
    for name in ("loss", "accuracy"):
        with st.container(key=f"train_{name}_chart"):
            lines = curves.learning(name, watched.history, watched.others, look(), watched.own)
            shows = experiment.run_name() if name == "loss" else ""
            draw_chart(name, lines, shows=shows, styles=watched.styles)
    if watched.config.model.network in IN_ORDER and watched.history.frames:
        _film(watched.config, watched.state, watched.history)


def _film(config: RunConfig, state: RunState, history: History) -> None:
    head = CHARTS["film"]
    st.header(_(head.question), help=_(head.how))
    with st.container(), errors_to(warn):  # the set of own classes may be gone
        kind = kind_of(data_of(config).frame, config.data.scan)
        probe = _probe(config, content_of(config))
        film(history.frames, state.status == "running", "train_film", *probe, kind)


@st.cache_data(max_entries=32, show_spinner=False)
def _probe(config: RunConfig, content: str) -> tuple[str, list[int]]:
    """Return the probe picture as the network reads it, and which timesteps its film shows.

    The picture is a data URI, with one row per timestep; `content` is the digest of data that may
    change.
    """
    picture = data_of(config).validation.images[:1].float() / 255
    sequence = to_sequence(picture, config.data.scan)[0]
    shown = film_timesteps(len(sequence))
    if sequence.shape[1] == 1:  # pixel by pixel: a strip one pixel wide would show nothing
        return data_uri(sequence.reshape(picture.shape[1:]).numpy()), shown.tolist()
    return data_uri(sequence[shown].numpy()), shown.tolist()


def _gradients(watched: Watching) -> None:
    history, others, own = watched.history, watched.others, watched.own
    if watched.config.model.network in IN_ORDER:
        draw_chart("gradient", curves.gradient_by_timestep(history, others, look(), own))
    norms = curves.gradient_size(history, others, look(), own)
    draw_chart("norms", norms, styles=watched.styles)
    draw_chart("lr", curves.learning_rate(history, look()))


def _weights(watched: Watching) -> None:
    last = watched.history.histograms[-1:]
    for name in ("weights", "activations"):
        draw_chart(name, curves.spread(last[0], name, look()) if last else [])


def _memory(watched: Watching) -> None:
    head = CHARTS["turning"]
    st.header(_(head.question), help=_(head.how))
    if not watched.history.turning:
        st.caption(_("Nothing to show yet …"))
        return
    *start, now = watched.history.turning
    model = watched.config.model
    pixels = model.network == TWO_SPEED and model.cell != "lru"  # the last that turn are its first
    before = Turning(start[0].factor, of_pixels=pixels) if start else None
    found = Turning(now.factor, of_pixels=pixels)
    said = _("after step {step}").format(step=f"{now.step:,}")
    left, right = st.columns(2, gap="medium")
    with left:
        about = pair(_("λ of each unit, inside the circle of radius 1"), said)
        draw_figure(ring(found, look(), before), "train_ring", about)
    with right:
        about = pair(_("How long each unit remembers"), said)
        draw_figure(half_lives(found, now.ticks, look(), before), "train_half_lives", about)
