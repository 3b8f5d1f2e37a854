"""Which network reads the scenes: one that ships, or one that a visitor has trained."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from rnndemo.errors import N_, InputError
from rnndemo.models.scene_store import (
    DEFAULT,
    SceneModel,
    load_cached_scene_model,
    load_scene_model,
    shipped_scene_names,
)
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import MAX_OWN, SHOWN, _, errors_to, labels_of, note, warn
from rnndemo.ui.shell.visitor import is_of_scenes, own_models, run_folder

_MODEL = "scene_model"

NAMES = {
    "scenes-lstm": N_("LSTM · sweeps the board in four directions"),
    "scenes-cnn": N_("CNN · sees all places at once"),
}


def scene_model_name() -> str:
    """Return the name of the model that reads scenes."""
    return str(st.session_state.get(_MODEL, DEFAULT))


def set_scene_model(name: str) -> None:
    """Remember the model that reads scenes: a shipped one, or a run."""
    st.session_state[_MODEL] = name


def _existing() -> str:
    """Return the name for the link, "" for the default; a name that does not exist is replaced."""
    name = scene_model_name()
    if name not in shipped_scene_names() and run_folder(name) is None:
        note(
            InputError(
                "There is no model {name!r} here; {default} answers instead.",
                name=name[:SHOWN], default=DEFAULT,
            )
        )  # fmt: skip
        set_scene_model(DEFAULT)
    return "" if scene_model_name() == DEFAULT else scene_model_name()


LINK = url.parameter("scene_model", set_scene_model, _existing)


def scene_model() -> SceneModel:
    """Return the model that reads scenes; if it cannot, say so and let another one read."""
    chosen = scene_model_name()
    folder = run_folder(chosen) if chosen not in shipped_scene_names() else None
    if folder is not None:
        with errors_to(warn):
            return load_cached_scene_model(folder)
    for name in sorted(shipped_scene_names(), key=lambda name: (name != chosen, name != DEFAULT)):
        with errors_to(warn):
            return load_scene_model(name)
    warn(InputError("No model can be read; restore assets/scenes from the project's archive."))
    return st.stop()


def scene_model_names() -> dict[str, str]:
    """Return the models to choose from, name -> label: shipped ones, then the visitor's own."""
    names = {name: _(NAMES.get(name, name)) for name in shipped_scene_names()}
    own = islice((run for run in own_models() if is_of_scenes(run)), MAX_OWN)
    return names | labels_of(own, scene_model_name(), names)


def scene_model_select() -> None:
    """Draw the choice of the model that reads scenes."""
    labels = scene_model_names()
    names, chosen = list(labels), scene_model_name()
    st.selectbox(
        _("Who reads?"), names,
        index=names.index(chosen) if chosen in names else 0,
        format_func=lambda name: labels.get(name, str(name)),
        key="model_select",
        help=_(
            "Networks that have learnt from scenes, and those that you train yourself. Try the "
            "same drawing with each."
        ),
        on_change=lambda: set_scene_model(st.session_state["model_select"]),
        width=340,
    )  # fmt: skip
