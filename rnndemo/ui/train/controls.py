"""One control per field of the configuration, drawn as the table of fields describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from unicodedata import east_asian_width

import streamlit as st

from rnndemo import codec
from rnndemo.config import ACTIVATIONS, DATA_SETS, MAX_OUTPUT_LAYERS
from rnndemo.data.augment import AUGMENTATIONS
from rnndemo.data.own.shelf import PREFIX
from rnndemo.data.scans import SCANS
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.errors import N_
from rnndemo.evaluation.cards import DATA_NAMES
from rnndemo.kinds import Kind
from rnndemo.models.build import IN_ORDER, RECURRENT
from rnndemo.models.cells import CELLS
from rnndemo.sweeps.analysis.texts import VALUE_NAMES
from rnndemo.ui.shell.session import _, pair
from rnndemo.ui.shell.sets import own_data
from rnndemo.ui.train.experiment import (
    SCAN,
    change,
    config,
    control_key,
    fitting,
    forget_control,
    is_stale,
)

MAX_WIDTH, MARGIN = 30, 4  # letters of options that fit side by side; room around each
NEW_LAYER = 64  # size of an output layer that is added

# the five steps of the page -> their fields; the fifth is the test
STEPS: dict[str, tuple[str, ...]] = {
    "data": (
        "data.name", "data.frame", "data.train_size", "data.scan",
        "data.augmentation", "data.synthetic", "data.outliers",
    ),
    "hidden": (
        "model.cell", "model.network", "model.nonlinearity", "model.start",
        "model.hidden_size", "model.num_layers", "model.bidirectional", "model.dropout",
    ),
    "output": (
        "model.head_sizes", "model.head_activations",
        "model.pooling", "model.output_activation",
    ),
    "training": (
        "training.optimizer", "training.lr", "training.schedule", "training.batch_size",
        "training.epochs", "training.seconds", "training.max_norm", "training.weight_decay",
        "training.label_smoothing", "training.ema_decay", "training.adversarial",
        "training.adversarial_steps", "training.precision", "seed",
    ),
}  # fmt: skip

# numbers that are set with a slider -> its step; others are typed
SLIDERS: dict[str, float] = {
    "data.synthetic": 0.01,
    "data.outliers": 0.01,
    "model.hidden_size": 1,
    "model.num_layers": 1,
    "model.dropout": 0.01,
    "training.label_smoothing": 0.01,
    "training.adversarial": 0.01,
}

# numbers that are typed -> the step of the buttons beside them
JUMPS: dict[str, float] = {
    "data.train_size": 1000,
    "training.lr": 0.001,
    "training.batch_size": 32,
    "training.epochs": 1,
    "training.seconds": 10.0,
    "training.max_norm": 0.5,
    "training.weight_decay": 0.01,
    "training.ema_decay": 0.01,
    "training.adversarial_steps": 1,
    "seed": 1,
}

# fields that have no effect with other settings -> the settings that they need, and their values
NEEDS: dict[str, dict[str, tuple[str, ...]]] = {
    "model.cell": {"model.network": RECURRENT},
    "model.nonlinearity": {
        "model.network": RECURRENT,
        "model.cell": tuple(name for name, cell in CELLS.items() if cell.takes_nonlinearity),
    },
    "model.start": {"model.network": RECURRENT},
    "model.bidirectional": {"model.network": IN_ORDER},
    "model.pooling": {"model.network": IN_ORDER},
}

# field -> the kinds that it chooses from, each with its label and what it does
KINDS: dict[str, Mapping[str, Kind]] = {
    "data.scan": SCANS,
    "data.augmentation": AUGMENTATIONS,
    "model.cell": CELLS,
    "scenes.kind": SCENES,
}

# option, or field and option where two fields share a name -> its label
OPTION_TEXTS: dict[str, str] = {
    **VALUE_NAMES,  # where a control has room for no more either
    "data.frame.ink": N_("drawings"),
    "data.frame.photo": N_("photographs"),
    "data.frame.path": N_("the pen path"),
    **DATA_NAMES,
    "model.network.rnn": N_("row by row: RNN"),
    "model.network.two-speed": N_("pixels, then rows: two speeds"),
    "model.network.renet": N_("sweeps four ways: ReNet"),
    "model.network.cnn": N_("the picture at once: CNN"),
    "model.network.mlp": N_("all pixels at once: MLP"),
    "onecycle": N_("one cycle: up, then down"),
    "cosine": N_("cosine: down"),
    **{
        f"{path}.{name}": kind.label
        for path, kinds in KINDS.items()
        for name, kind in kinds.items()
    },
}


def option_text(option: str, path: str = "") -> str:
    """Return the label of an option of the field at `path` in the visitor's language."""
    return _(OPTION_TEXTS.get(f"{path}.{option}", OPTION_TEXTS.get(option, option)))


def data_texts(now: str) -> dict[str, str]:
    """Return the data to train on, the set of own classes `now` among it: name -> label."""
    known = {name: option_text(name) for name in DATA_SETS} | own_data(now)
    if now.startswith(PREFIX) and now not in known:
        known[now] = _("a set that was deleted")
    return known


def declared(path: str) -> tuple[Any, Mapping[str, Any]]:
    """Return type and metadata of the field at `path`."""
    return next((kind, field.metadata) for p, kind, field in codec.field_table() if p == path)


def help_text(path: str, offered: Sequence[str] | None = None) -> str:
    """Return what the field at `path` is for, and what each kind (that is `offered`) does."""
    kinds = KINDS.get(path, {})
    shown = kinds.values() if offered is None else (kinds[name] for name in offered)
    listed = "".join("\n- " + pair(f"**{_(kind.label)}**", _(kind.text)) for kind in shown)
    text = declared(path)[1]["text"]
    return _(text) + (f"\n{listed}" if listed else "")


def controls(step: str) -> None:
    """Draw the controls of one step of the page."""
    for path in STEPS[step]:
        control(path)


def control(path: str) -> None:
    """Draw the control of the field at `path`."""
    kind, meta = declared(path)
    if path == "model.head_activations":  # drawn beside the sizes
        return
    if path == "model.head_sizes":
        _output_layers()
    elif path == "data.name":
        texts = data_texts(config().data.name)
        _draw(st.selectbox, path, meta, list(texts), format_func=lambda name: texts.get(name, name))
    elif "options" in meta:
        _choice(path, meta, _offered(path, meta["options"]))
    elif kind is bool:
        _draw(st.toggle, path, meta)
    else:
        _number(path, meta, float if kind is float else int)


def _offered(path: str, options: Sequence[str]) -> Sequence[str]:
    """Return the options of a field that fit the others."""
    return fitting(options) if path == SCAN else options


def _draw(widget: Any, path: str, meta: Mapping[str, Any], *given: Any, **more: Any) -> None:
    """Draw a widget that shows the field's value, and sets it when a person changes it."""
    key = control_key(path)
    if key not in st.session_state:
        st.session_state[key] = codec.get_value(config(), path)
    needed, label = NEEDS.get(path, {}), meta["label"]
    widget(
        _(label),
        *given,
        key=key,
        help=help_text(path, given[0] if path in KINDS else None),
        disabled=any(codec.get_value(config(), name) not in fits for name, fits in needed.items()),
        on_change=_read_control,
        args=(path,),
        **more,
    )


def _read_control(path: str) -> None:
    """Set a field from its control, unless an experiment that was chosen at once took it away."""
    key = control_key(path)
    if key in st.session_state:
        change(path, st.session_state[key])


def _choice(path: str, meta: Mapping[str, Any], options: Sequence[str]) -> None:
    named = partial(option_text, path=path)
    if sum(MARGIN + _width(named(option)) for option in options) <= MAX_WIDTH:
        _draw(st.segmented_control, path, meta, options, format_func=named, required=True)
    else:
        _draw(st.selectbox, path, meta, options, format_func=named)


def _width(text: str) -> int:
    """Return how many letters wide a text is; a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _number(path: str, meta: Mapping[str, Any], kind: type) -> None:
    low, high = kind(meta["low"]), kind(meta["high"])
    if path in SLIDERS:
        _draw(st.slider, path, meta, low, high, step=kind(SLIDERS[path]))
        return
    shape = {"format": "%.6g"} if kind is float else {}
    _draw(
        st.number_input, path, meta, min_value=low, max_value=high, step=kind(JUMPS[path]), **shape
    )


def _output_layers() -> None:
    """Draw the number of output layers before the last, and size and activation of each."""
    sizes = config().model.head_sizes
    key = control_key("model.head_sizes")
    if f"{key}_count" not in st.session_state:
        st.session_state[f"{key}_count"] = len(sizes)
    st.segmented_control(
        _("Output layers before the last"),
        range(MAX_OUTPUT_LAYERS + 1),
        key=f"{key}_count",
        required=True,
        help=_("The last one always has one output per class."),
        on_change=_read_output_layers,
    )
    with st.container(key=f"{key}_layers"):  # what follows keeps its place, however many there are
        for number, size in enumerate(sizes):
            _output_layer(number, size)


def _output_layer(number: int, size: int) -> None:
    activations = config().model.head_activations
    left, right = st.columns(2)
    named = activations[number] if number < len(activations) else "relu"
    with left:
        _layer_widget(
            st.number_input, _("Size of layer {number}"), number,
            f"{control_key('model.head_sizes')}_{number}", size,
            min_value=1, max_value=1024, step=8,
        )  # fmt: skip
    with right:
        _layer_widget(
            st.selectbox, _("Activation"), number,
            f"{control_key('model.head_activations')}_{number}", named,
            options=ACTIVATIONS, format_func=option_text,
        )  # fmt: skip


def _layer_widget(widget: Any, label: str, number: int, key: str, value: Any, **more: Any) -> None:
    if key not in st.session_state:
        st.session_state[key] = value
    widget(label.format(number=number + 1), key=key, on_change=_read_output_layers, **more)


def _read_output_layers() -> None:
    """Set sizes and activations from the widgets, in an order in which each change is valid."""
    sizes_key, names_key = (
        control_key(f"model.head_{what}") for what in ("sizes", "activations")
    )  # fmt: skip
    if f"{sizes_key}_count" not in st.session_state:  # an experiment was chosen at once
        return
    numbers = range(int(st.session_state[f"{sizes_key}_count"]))
    sizes = [st.session_state.get(f"{sizes_key}_{n}", NEW_LAYER) for n in numbers]
    names = [st.session_state.get(f"{names_key}_{n}", "relu") for n in numbers]
    if is_stale("model.head_sizes", tuple(sizes)):
        forget_control("model.head_sizes")
        forget_control("model.head_activations")
        return
    change("model.head_activations", ())
    change("model.head_sizes", tuple(sizes))
    change("model.head_activations", tuple(names))
