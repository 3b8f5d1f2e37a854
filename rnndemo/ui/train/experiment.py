"""The configuration that a visitor sets up, and its place in the URL: a link is an experiment.

The table of fields in `rnndemo.config` drives all of it: the controls, the link, and the command
line.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from rnndemo import codec
from rnndemo.config import DataConfig, RunConfig
from rnndemo.data.scans import SCANS, fits
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.errors import InputError
from rnndemo.presets import LESSONS, PRESETS, preset_of
from rnndemo.sweeps.analysis.differences import differing
from rnndemo.training.runs import Run, check_data
from rnndemo.ui.shell import session, url
from rnndemo.ui.shell.sets import image_size
from rnndemo.ui.shell.visitor import is_of_scenes, visitor

_CONFIG, _RUN = "experiment", "experiment_run"
_BASE = "experiment_base"  # the name of a preset
_BEFORE, _SHOWN = "experiment_before", "experiment_shown_at"
SETTLES = 2.0  # seconds after which a browser shows what it was sent
DEFAULT = "fast"
RUN = "run"  # the parameter that names a run
SCENES = "experiment_of_scenes"  # what a link to a training of scenes says
SCAN = "data.scan"
SIZES = ("data.name", "data.frame")  # fields that say how large pictures are


def _read(asked: dict[str, str]) -> None:
    """Take configuration and run from a link; unusable values fall back, with a notice."""
    if not asked:
        if _RUN not in st.session_state:
            _find_newest_run()
        return
    config, problems = codec.from_query(asked)
    if asked.keys() == {RUN}:  # a link to a run shows its configuration
        with suppress(InputError):
            config = visitor().find(asked[RUN]).config
    try:
        check_data(config.data.name)
    except InputError as unknown:
        problems.append(unknown)
        config = codec.set_value(config, "data.name", "digits")
    for problem in problems:
        session.note(problem)
    if _leads_to_scenes(config, asked.get(RUN, "")):
        session.note(
            InputError(
                "This link is one to a training of scenes: the page Scenes has it. Here are "
                "settings for digits."
            )
        )
        return
    open_run(asked.get(RUN, ""))
    set_config(_fitted(config))


def _leads_to_scenes(config: RunConfig, run: str) -> bool:
    """Return whether a link is one to scenes; then nothing of it is shown here."""
    with suppress(InputError):
        if run and is_of_scenes(visitor().find(run)):
            st.session_state[SCENES] = {RUN: run}
            return True
    if not reads_scenes(config):
        return False
    st.session_state[SCENES] = codec.to_query(config)
    return True


def _find_newest_run() -> None:
    """Show this visitor's newest run, or one that is still active, if there is one."""
    open_run("")
    runs = visitor().all()
    for run in sorted(runs, key=_is_active, reverse=True):  # the newest first otherwise
        if not is_of_scenes(run):
            with suppress(InputError):
                show_run(run)
                return


def _is_active(run: Run) -> bool:
    with suppress(InputError):
        return run.state.active
    return False


def _write() -> dict[str, str]:
    run = {RUN: run_name()} if run_name() else {}
    return codec.to_query(config()) | run


LINK = url.Part((*(path for path, _, _ in codec.field_table()), RUN), _read, _write)


def config() -> RunConfig:
    """Return the configuration that the controls show."""
    stored: RunConfig = st.session_state.setdefault(_CONFIG, PRESETS[DEFAULT])
    return stored


def set_config(value: RunConfig) -> None:
    """Let the controls show another configuration."""
    if _CONFIG in st.session_state:  # else the controls have shown nothing before
        earlier = [] if _settled() else st.session_state[_BEFORE]
        st.session_state[_BEFORE], st.session_state[_SHOWN] = [*earlier, config()], math.inf
    st.session_state[_CONFIG] = value
    for path, _, _ in codec.field_table():
        forget_control(path)


def forget_control(path: str) -> None:
    """Let the control of a field show the configuration's value."""
    session.forget_widgets(control_key(path))


def shown() -> None:
    """Record that all controls were drawn."""
    if st.session_state.get(_SHOWN) == math.inf:
        st.session_state[_SHOWN] = time.monotonic()


def is_stale(path: str, value: Any) -> bool:
    """Return whether a control sends its value from before `set_config`.

    Whoever chooses an experiment and presses Start before the page has been redrawn also sends the
    values that the controls still show. The choice counts, not these; of several in quick
    succession, the last.
    """
    if _settled():
        return False
    return any(value == codec.get_value(before, path) for before in st.session_state[_BEFORE])


def _settled() -> bool:
    """Return whether the browser shows what `set_config` set."""
    return time.monotonic() > st.session_state.get(_SHOWN, -math.inf) + SETTLES


def control_key(path: str) -> str:
    """Return the key of the control of a field, for example ``train_model_hidden_size``."""
    return f"train_{path.replace('.', '_')}"


def change(path: str, value: Any) -> None:
    """Set one field; if the value cannot be used, say why and leave the field as it is."""
    if is_stale(path, value):
        forget_control(path)
        return
    with session.errors_to(session.note):
        wanted = codec.set_value(config(), path, value)
        st.session_state[_CONFIG] = fitted = _fitted(wanted)
        if path in SIZES or fitted != wanted:  # other scans are offered, or another is chosen
            forget_control(SCAN)
        return
    set_config(config())


def fitting(scans: Sequence[str]) -> list[str]:
    """Return those of `scans` that fit the pictures of the chosen data set."""
    size = image_size(config())
    return [one for one in scans if size is None or fits(one, *size)]


def _fitted(wanted: RunConfig) -> RunConfig:
    """Return a configuration with a scan that fits its pictures; if it had another, say so."""
    scan, default, size = wanted.data.scan, DataConfig().scan, image_size(wanted)
    if size is None or fits(scan, *size):
        return wanted
    _ = session._
    session.note(
        InputError(
            "“{scan}” does not fit pictures of {height} × {width} pixels; the scan is now “{now}”.",
            scan=_(SCANS[scan].label), height=size[0], width=size[1], now=_(SCANS[default].label),
        )
    )  # fmt: skip
    return codec.set_value(wanted, SCAN, default)


def base() -> str:
    """Return the preset from which the settings were changed: that last shown, else the nearest."""
    now = preset_of(config())
    if now or _BASE not in st.session_state:
        st.session_state[_BASE] = now or min(LESSONS, key=_distance)
    return str(st.session_state[_BASE])


def _distance(name: str) -> int:
    return len(differing(config(), PRESETS[name]))


def run_name() -> str:
    """Return the name of the run that the page shows, "" for none."""
    return str(st.session_state.get(_RUN, ""))


def open_run(name: str) -> None:
    """Show another run, or none for ""."""
    st.session_state[_RUN] = name


def show_run(run: Run) -> None:
    """Show a run and its configuration; one of scenes on the page Scenes."""
    its_config = run.config
    if reads_scenes(its_config):
        st.switch_page("pages/scenes.py", query_params={RUN: run.name})
    open_run(run.name)
    set_config(its_config)
