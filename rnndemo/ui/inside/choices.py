"""The choices on the page Inside: layers, units, rows, another model."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.errors import N_, InputError
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.reading.traces import Trace
from rnndemo.reading.whatif import SPOILINGS
from rnndemo.ui.components.player import layer_name, paths
from rnndemo.ui.shell.session import model_label
from rnndemo.ui.shell.steps import _
from rnndemo.ui.shell.widgets import choice

SPOILING_NAMES = {
    "zeros": N_("blank"),
    "noise": N_("noise"),
    "inverse": N_("inverted"),
}


def strongest(read: Trace, layer: int, count: int, direction: str = "forward") -> list[int]:
    """Return the `count` units of a layer with the largest |h_T|."""
    final = np.abs(read.hidden(layer, direction)[0, -1])
    return [int(unit) for unit in np.argsort(-final, kind="stable")[:count]]


def path_choice(read: Trace, key: str) -> tuple[int, str]:
    """Draw the choice of a layer and, of networks that read both ways, its direction; return both.

    With one there is nothing to choose.
    """
    there = paths(read)
    place = st.selectbox(
        _("Layer"),
        range(len(there)),
        index=len(there) - len(read.directions),  # the last layer, forward
        format_func=[layer_name(*path) for path in there].__getitem__,
        key=f"{key}_{len(there)}",
        disabled=len(there) < 2,
    )
    return there[place]


def row_choice(read: Trace, key: str, label: str, share: float) -> int:
    """Draw the choice of a row, and return it; at first it is the given share of all rows."""
    last = read["input"].shape[1] - 1
    return st.slider(label, 0, last, round(share * last), key=f"{key}_{last}")


def chosen_unit(model: Model, read: Trace) -> tuple[int, int]:
    """Return the place among `paths` and the unit that are chosen; at first the strongest.

    What stands above the choices needs them too, so they are kept here, and not by their widgets.
    """
    last_layer = len(paths(read)) - len(read.directions)
    place = st.session_state.setdefault(_path_key(read), last_layer)
    layer, direction = paths(read)[place]
    strong = strongest(read, layer, 1, direction)[0]
    return place, st.session_state.setdefault(_unit_key(model, place), strong)


def unit_choice(model: Model, read: Trace, place: int) -> None:
    """Draw the choices of which `chosen_unit` tells; `place` is that of the chosen layer."""
    names = [layer_name(*path) for path in paths(read)]
    last = read.hidden(*paths(read)[place]).shape[-1] - 1
    left, right = st.columns(2)
    with left:
        st.selectbox(
            _("Layer"),
            range(len(names)),
            format_func=names.__getitem__,
            key=_path_key(read),
            disabled=len(names) < 2,
        )
    with right:
        text = _("Unit, 0 to {last}").format(last=last)
        st.number_input(text, 0, last, key=_unit_key(model, place))


def choose_unit(model: Model, read: Trace, place: int, unit: int) -> None:
    """Set both choices before they are drawn; what does not exist is left alone."""
    if not 0 <= place < len(paths(read)):
        return
    layer, direction = paths(read)[place]
    if 0 <= unit < read.hidden(layer, direction).shape[-1]:
        st.session_state[_path_key(read)] = place
        st.session_state[_unit_key(model, place)] = unit


def _path_key(read: Trace) -> str:
    return f"inside_layer_{len(paths(read))}"


def _unit_key(model: Model, place: int) -> str:
    return f"inside_unit_{model.name}_{place}"  # each has another strongest unit


def units_choice(model: Model, read: Trace, layer: int, direction: str, key: str) -> list[int]:
    """Draw the choice of several units, and return them; at first the five strongest."""
    return st.multiselect(
        _("Which units?"),
        range(read.hidden(layer, direction).shape[-1]),
        default=strongest(read, layer, 5, direction),
        key=f"{key}_{model.name}_{layer}_{direction}",
        help=_("Starts with the five that are strongest after the last row. Add more and watch."),
    )


def spoiling_choice(key: str) -> str:
    """Draw the choice of how a row is spoilt, and return it."""
    texts = {name: SPOILING_NAMES[name] for name in SPOILINGS}
    return choice(
        key, _("Replaced by"), texts, default="inverse", label_visibility="visible",
        persist_state=None,
    )  # fmt: skip


def other_model(model: Model, key: str) -> Model | None:
    """Draw the choice of a second model that reads the same at each timestep, and return it.

    If there is none, say so and return None.
    """
    names = [
        name for name in shipped_names()
        if name != model.name and alike(name, model)
        and load_model(name).config.data.scan == model.config.data.scan
    ]  # fmt: skip
    if not names:
        st.info(
            _("No other network included with the app reads the same pictures in the same order.")
        )
        return None
    labels = {name: model_label(name) for name in names}
    name = st.selectbox(
        _("The other network"),
        names,
        format_func=lambda name: labels.get(name, ""),
        key=f"{key}_{model.name}",
    )
    return load_model(name) if name else None


def alike(name: str, model: Model) -> bool:
    """Return whether the model `name` reads the same pictures in order, of the same classes."""
    try:
        other = load_model(name)
    except InputError:
        return False
    same = (other.classes, other.frame) == (model.classes, model.frame)
    return same and other.network.in_order
