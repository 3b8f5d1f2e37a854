"""The first four steps of the page Train: controls, and below them a picture of what they do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from rnndemo import codec
from rnndemo.config import DataConfig, RunConfig, room_in_batch
from rnndemo.data.scans import scan_table
from rnndemo.data.sets import DataSet
from rnndemo.errors import N_
from rnndemo.evaluation.cards import command_for
from rnndemo.jobs.machine import memory_each
from rnndemo.plots.look.pictures import contact_sheet
from rnndemo.plots.training.curves import schedule
from rnndemo.presets import ABOUT, LESSONS, PARTS, PRESETS, preset_of, whole_of
from rnndemo.sweeps.analysis.differences import difference_words, differing, put_back
from rnndemo.sweeps.estimate import training_seconds
from rnndemo.training.demand.estimate import demand_of, sizes_of
from rnndemo.training.demand.room import gigabytes
from rnndemo.training.steps.batches import Batches
from rnndemo.ui.shell.session import _, _n, class_names, errors_to, look, warn
from rnndemo.ui.shell.sets import content_of, data_of
from rnndemo.ui.shell.widgets import rough_time, switch
from rnndemo.ui.train import experiment
from rnndemo.ui.train.bar import RESTART
from rnndemo.ui.train.charts import draw_chart
from rnndemo.ui.train.controls import controls

SHOWN, POOL = 14, 48  # training pictures in the grid; synthetic ones to choose from
LONG = 512  # timesteps of a sequence whose cost is said

STEP_TITLES = {
    "data": N_("1 · Data"),
    "hidden": N_("2 · Hidden layers"),
    "output": N_("3 · Output layers"),
    "training": N_("4 · Training"),
}


def presets() -> None:
    """Draw title and presets, and what to look for in the chosen one."""
    now = preset_of(experiment.config()) or None
    whole = None if now is None else whole_of(now)
    st.session_state["train_preset"] = whole
    with st.container(horizontal=True, vertical_alignment="center", key="train_top"):
        st.title(_("Train a network"))
        st.pills(
            _("Start with an experiment"),
            [name for name in LESSONS if whole_of(name) == name],
            format_func=lambda name: _(LESSONS[name][0]),
            key="train_preset",
            on_change=_take_preset,
            args=("train_preset",),
            required=True,
            label_visibility="collapsed",
        )
        about = _(
            "A change starts a new run at once; the run before is stopped, tested and kept in "
            "your list. A run older than a minute goes on until you press Start."
        )
        switch(_("Restart when I change a setting"), RESTART, about)
    with st.container(horizontal=True, vertical_alignment="center", key="train_lesson"):
        with st.container():
            st.markdown(_(LESSONS[now][1]) if now else _unlike(experiment.base()))
        _differences(experiment.base())
    with st.container():
        if whole in PARTS:
            _parts(PARTS[whole], now)


def _parts(parts: dict[str, str], now: str | None) -> None:
    """Draw the parts of a lesson, each a click away."""
    st.session_state["train_part"] = now
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            _("How the lesson goes on"),
            list(parts),
            format_func=lambda name: _(parts[name]),
            key="train_part",
            on_change=_take_preset,
            args=("train_part",),
            required=True,
            label_visibility="collapsed",
        )
        question, answers = ABOUT[next(iter(parts))]
        with st.popover(_(question), type="tertiary", icon=":material/info:"):
            st.markdown("\n".join(f"- {_(answer)}" for answer in answers))


def to_scenes() -> None:
    """Offer the page that a link to a training of scenes meant."""
    with st.container():
        if said := st.session_state.get(experiment.SCENES):
            st.page_link(
                "pages/scenes.py", label=_("To this training on the page Scenes"),
                icon=":material/grid_view:", query_params=said,
            )  # fmt: skip


def _take_preset(key: str) -> None:
    experiment.set_config(PRESETS[st.session_state[key]])


def _unlike(base: str) -> str:
    said = _("Your own experiment; the link contains its settings. Unlike “{name}”:")
    return said.format(name=_(LESSONS[base][0]))


def _differences(base: str) -> None:
    """Draw what differs from the preset `base`, each in its own place; a click puts it back."""
    config, other = experiment.config(), PRESETS[base]
    paths = differing(config, other)
    for path, _kind, _field in codec.field_table():
        with st.container():
            if path in paths:
                st.button(
                    difference_words(config, other, path, _),
                    key=f"train_back_{path.replace('.', '_')}",
                    icon=":material/undo:",
                    help=_("Put this setting back"),
                    on_click=lambda path=path: experiment.set_config(put_back(config, other, path)),
                )
    with st.container():
        if len(paths) > 1:
            st.button(
                _("Put all back"), key="train_back", type="tertiary",
                on_click=lambda: experiment.set_config(other),
            )  # fmt: skip
    marked = ", ".join(f".st-key-{experiment.control_key(path)} label p" for path in paths)
    with st.container():
        if marked:
            st.html(f"<style>{marked} {{ font-weight: 650; color: var(--changed); }}</style>")


def steps() -> None:
    """Draw the four steps as tabs."""
    tabs = st.tabs([_(title) for title in STEP_TITLES.values()])
    for name, tab in zip(STEP_TITLES, tabs, strict=True):
        with tab:
            with st.container(key=f"train_knobs_{name}"):
                controls(name)
            with st.container(), errors_to(warn):
                if name in PICTURES:
                    PICTURES[name](experiment.config())
    experiment.shown()


def _data(config: RunConfig) -> None:
    st.header(
        _("What goes in?"),
        help=_(
            "Some training pictures, varied as set here. The variations are new in each epoch, "
            "that is, in each pass over all training pictures."
        ),
    )
    images, labels, classes = _some_pictures(config.data, config.seed, content_of(config))
    names = [*class_names(classes), _("none")]  # the last is that of `batches.NO_CLASS`
    st.html(contact_sheet(images, [names[k] for k in labels]))


@st.cache_data(max_entries=64, show_spinner=False)
def _some_pictures(
    data_config: DataConfig, seed: int, content: str
) -> tuple[np.ndarray, list[int], tuple[str, ...]]:
    config = RunConfig(data=data_config, seed=seed)
    config = codec.set_value(config, "training.batch_size", SHOWN)
    data = data_of(config)
    batches = Batches(config, data, POOL)
    images, labels = batches.next_pictures()
    order = np.random.default_rng(seed).permutation(len(labels))
    return images.numpy()[order], labels.numpy()[order].tolist(), data.classes


def _training(config: RunConfig) -> None:
    data = data_of(config)
    images = min(config.data.train_size or len(data.train), len(data.train))
    setting = config.training
    per_epoch = -(-images // room_in_batch(config))
    draw_chart("schedule", schedule(setting, per_epoch, look()), 150)
    text = _n(
        "{images} pictures in batches of {batch}: {steps} step per epoch, {all} in total.",
        "{images} pictures in batches of {batch}: {steps} steps per epoch, {all} in total.",
        per_epoch,
    )
    numbers = {"images": images, "steps": per_epoch, "all": per_epoch * setting.epochs}
    shown = {name: f"{number:,}" for name, number in numbers.items()}
    st.caption(text.format(batch=setting.batch_size, **shown), help=_needs(config, data))
    with st.container():
        _long(config, data)
    with st.popover(_("The same on the command line"), icon=":material/terminal:"):
        st.code(command_for(config, "my-model"), language="bash", wrap_lines=True)


def _long(config: RunConfig, data: DataSet) -> None:
    """Say what a long sequence costs."""
    time = scan_table(config.data.scan, *data.image_size).shape[0]
    if time < LONG:
        return
    about = rough_time(_seconds(config, data.image_size, len(data.classes), len(data.train)))
    text = _(
        "Each picture is a sequence of {time} timesteps: training takes roughly {about} on one "
        "processor core."
    )
    st.caption(text.format(time=f"{time:,}", about=about))


@st.cache_data(max_entries=64, show_spinner=False)
def _seconds(config: RunConfig, size: tuple[int, int], classes: int, pictures: int) -> float:
    return training_seconds(config, size, classes, pictures)


def _hidden(config: RunConfig) -> None:
    """Say what layers of linear units are together."""
    model = config.model
    if model.network == "rnn" and model.cell == "lru" and model.num_layers > 1:
        st.caption(
            _(
                "LRU layers on top of one another stay linear: together they remember as one with "
                "more units could. Only output layers with an activation make more of it."
            )
        )


def _needs(config: RunConfig, data: DataSet) -> str:
    """Say what memory and disk the run takes."""
    needs = demand_of(config, sizes_of(data))
    text = _(
        "A run with these settings needs about {memory} GB of memory, of at most {most} GB that a "
        "run may take on this machine, and {disk} GB on disk."
    )
    numbers = {"memory": needs.memory, "most": memory_each(), "disk": needs.disk}
    return text.format(**{name: gigabytes(number) for name, number in numbers.items()})


PICTURES: dict[str, Callable[[RunConfig], None]] = {
    "data": _data, "hidden": _hidden, "training": _training,
}  # fmt: skip
