"""What a training of scenes is set to, and the runs that the page Scenes shows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.data.sets import DIGITS
from rnndemo.errors import N_, InputError
from rnndemo.jobs.job import MAX_TITLE
from rnndemo.models.scenes import build_scene_network
from rnndemo.presets import PRESETS
from rnndemo.sweeps.analysis.differences import differing, setting_words
from rnndemo.training.runs import Run, check_data
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import _, errors_to, forget_widgets, note
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import switch
from rnndemo.ui.train import experiment
from rnndemo.ui.train.bar import state_of
from rnndemo.ui.train.controls import declared, help_text, option_text

PRESET, PEER = "scenes", "scene_train_peer"
_CONFIG, _RUN = "scene_config", "scene_run"

SWEEPS, CONVOLUTIONS = "renet", "cnn"  # networks
# fields with a control -> the settings that they need, and their values
SETTINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "model.network": {},
    "model.cell": {"model.network": (SWEEPS,)},
    "model.hidden_size": {},
    "model.num_layers": {},
    "scenes.directions": {"model.network": (SWEEPS,)},
    "scenes.window": {},
    "scenes.stride": {},
    "scenes.kind": {},
    "scenes.clutter": {},
    "scenes.fewest": {},
    "training.lr": {},
    "training.seconds": {},
    "seed": {},
}


@dataclass(frozen=True)
class SliderRange:
    """The numbers that a slider offers."""

    low: float
    high: float
    step: float


SLIDERS = {
    "model.hidden_size": SliderRange(8, 128, 8),
    "model.num_layers": SliderRange(1, 4, 1),
    "scenes.stride": SliderRange(2, 8, 1),
    "scenes.clutter": SliderRange(0.0, 1.0, 0.05),
    "scenes.fewest": SliderRange(0, 8, 1),
}
JUMPS = {"training.lr": 0.001, "training.seconds": 10.0, "seed": 1}
NETWORKS = {SWEEPS: N_("sweeps: RNN"), CONVOLUTIONS: N_("all at once: CNN")}
NAMES = {SWEEPS: "RNN", CONVOLUTIONS: "CNN"}
# settings that the name of a run tells anyway
NAMED = ("model.network", "model.cell", "model.hidden_size", "model.num_layers")


def config() -> RunConfig:
    """Return the configuration that the controls show."""
    stored: RunConfig = st.session_state.setdefault(_CONFIG, PRESETS[PRESET])
    return stored


def set_config(value: RunConfig) -> None:
    """Let the controls show another configuration."""
    st.session_state[_CONFIG] = value
    for path in SETTINGS:
        forget_widgets(control_key(path))


def show_run(run: Run) -> None:
    """Show a run and its configuration.

    Raises
    ------
    InputError
        If that cannot be read, or it is no run of scenes.
    """
    its_config = run.config
    if not reads_scenes(its_config):
        raise InputError("This run does not read scenes; open it on the page Train.")
    st.session_state[_RUN] = run.name
    set_config(its_config)


def _read(asked: dict[str, str]) -> None:
    """Take settings or a run from a link; unusable values fall back, with a notice."""
    if not asked:
        return
    st.session_state.pop(experiment.SCENES, None)  # it has led here
    shown = ""
    if name := asked.get(experiment.RUN):
        with errors_to(note):
            show_run(visitor().find(name))
            shown = name
        if asked.keys() == {experiment.RUN}:  # the settings are its own
            return
    wanted, problems = codec.from_query(asked)
    try:
        check_data(wanted.scenes.glyphs)
    except InputError as unknown:
        problems.append(unknown)
        wanted = codec.set_value(wanted, "scenes.glyphs", PRESETS[PRESET].scenes.glyphs)
    for problem in problems:
        note(problem)
    if reads_scenes(wanted):
        st.session_state[_RUN] = shown
        set_config(wanted)


def run_name() -> str:
    """Return the name of the run that the page shows, "" for none."""
    return str(st.session_state.get(_RUN, ""))


def _write() -> dict[str, str]:
    settings = {} if config() == PRESETS[PRESET] else codec.to_query(config())
    if not run_name():
        return settings
    run = {experiment.RUN: run_name()}
    with suppress(InputError):
        if visitor().find(run_name()).config == config():
            return run
    return codec.to_query(config()) | run


LINK = url.Part((*(path for path, _, _ in codec.field_table()), experiment.RUN), _read, _write)


def current_run() -> Run | None:
    """Return the run that the page shows: at first one that is active, else the newest."""
    if _RUN not in st.session_state:
        st.session_state[_RUN] = ""
        runs = visitor().all()
        for run in sorted(runs, key=lambda run: state_of(run).active, reverse=True):
            with suppress(InputError):
                show_run(run)
                break
    if not run_name():
        return None
    with errors_to(note):
        return visitor().find(run_name())
    st.session_state[_RUN] = ""
    return None


def beside(run: Run | None) -> Run | None:
    """Return the run that was started together with `run`, if it is there and reads scenes."""
    name = "" if run is None else str(run.about["beside"])
    if name:
        with suppress(InputError):
            other = visitor().find(name)
            return other if reads_scenes(other.config) else None
    return None


def check(wanted: RunConfig) -> None:
    """Raise an `InputError` if no network can be built so, however many classes there are."""
    build_scene_network(wanted, len(DIGITS))


def start(shown: Run | None) -> None:
    """Start a run with the settings as they are; the one `shown` is stopped, tested and kept."""
    wanted = config()
    check(wanted)
    for old in (shown, beside(shown)):
        if old is not None and old.own and state_of(old).active:
            old.ask("stop")
    run = visitor().start(wanted, title(wanted))
    st.session_state[_RUN] = run.name
    if st.session_state.get(PEER) and wanted.model.network == SWEEPS:
        peer = codec.set_value(wanted, "model.network", CONVOLUTIONS)
        other = visitor().start(peer, title(peer))
        run.describe(title(wanted), beside=other.name)
        other.describe(title(peer), beside=run.name)


def title(of: RunConfig) -> str:
    """Return the name of a run until a person gives it another: what sets it apart from others."""
    model = of.model
    network = NAMES[CONVOLUTIONS]
    if model.network == SWEEPS:
        network = option_text(model.cell, "model.cell")
    size = f"{model.hidden_size}" + (f" × {model.num_layers}" if model.num_layers > 1 else "")
    paths = [path for path in differing(of, PRESETS[PRESET]) if path not in NAMED]
    parts = [_("Scenes"), f"{network} {size}", *(setting_words(of, path, _) for path in paths)]
    while len(" · ".join(parts)) > MAX_TITLE:
        parts.pop()
    return " · ".join(parts)


def control_key(path: str) -> str:
    """Return the key of the control of a field, for example ``scene_train_model_hidden_size``."""
    return f"scene_train_{path.replace('.', '_')}"


def controls() -> None:
    """Draw a control for each field of `SETTINGS`, and the switch of the peer."""
    for path in SETTINGS:
        _control(path)
    about = _(
        "Start then also trains a convolutional network with the same settings, and draws both "
        "in the same charts."
    )
    if config().model.network == SWEEPS:
        switch(_("Train a CNN beside it"), PEER, about, persist_state="session")


def _control(path: str) -> None:
    kind, meta = declared(path)
    if path == "model.network":
        _draw(st.segmented_control, path, list(NETWORKS), format_func=_network, required=True)
    elif path == "scenes.directions":
        _draw(st.pills, path, meta["options"], format_func=_option(path), selection_mode="multi")
    elif path == "scenes.window":
        _draw(st.selectbox, path, windows(config().scenes.stride))
    elif "options" in meta:
        _draw(st.selectbox, path, meta["options"], format_func=_option(path))
    elif path in SLIDERS:
        _slider(path, kind)
    else:
        number = float if kind is float else int
        shape = {"format": "%.6g"} if kind is float else {}
        low, high = number(meta["low"]), number(meta["high"])
        _draw(
            st.number_input, path, min_value=low, max_value=high, step=number(JUMPS[path]), **shape
        )


def _slider(path: str, kind: Any) -> None:
    number, offered = float if kind is float else int, SLIDERS[path]
    now = number(codec.get_value(config(), path))  # of a run from the command line: any number
    ends = number(min(offered.low, now)), number(max(offered.high, now))
    fits = (now - ends[0]) / offered.step
    step = offered.step if fits == round(fits) or kind is float else 1
    _draw(st.slider, path, *ends, step=number(step))


def windows(stride: int) -> list[int]:
    """Return the windows that suit a stride."""
    highest = int(declared("scenes.window")[1]["high"])
    return list(range(stride, highest + 1, 2))


def _network(name: str) -> str:
    return _(NETWORKS[name])


def _option(path: str) -> Any:
    return partial(option_text, path=path)


def _draw(widget: Any, path: str, *given: Any, **more: Any) -> None:
    """Draw a widget that shows the field's value, and sets it when a person changes it."""
    key = control_key(path)
    if key not in st.session_state:
        value = codec.get_value(config(), path)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    _kind, meta = declared(path)
    label = meta["label"]
    widget(
        _(label), *given, key=key, help=help_text(path),
        disabled=not _counts(SETTINGS[path]), on_change=_read_control, args=(path,), **more,
    )  # fmt: skip


def _counts(needed: Mapping[str, tuple[str, ...]]) -> bool:
    return all(codec.get_value(config(), name) in fits for name, fits in needed.items())


def _read_control(path: str) -> None:
    """Set a field from its control; if the value cannot be used, say why and leave the field."""
    key = control_key(path)
    if key not in st.session_state:
        return
    value = st.session_state[key]
    with errors_to(note):
        if path == "scenes.stride":
            _set_stride(int(value))
        else:
            wanted = tuple(value) if isinstance(value, list) else value
            changed = codec.set_value(config(), path, wanted)
            check(changed)
            st.session_state[_CONFIG] = changed
        return
    forget_widgets(key)


def _set_stride(stride: int) -> None:
    """Set the stride, and a window that reaches as far beyond it as before, or as far as it can."""
    now = config()
    wanted = now.scenes.window + stride - now.scenes.stride
    window = max(side for side in windows(stride) if side <= max(wanted, stride))
    scenes = replace(now.scenes, window=window, stride=stride)
    st.session_state[_CONFIG] = replace(now, scenes=scenes)
    forget_widgets(control_key("scenes.window"))
