"""Where a scene comes from: the board, a program that composes scenes, a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.config import ScenesConfig
from rnndemo.data.files.pictures import open_picture
from rnndemo.data.frames.scene import scene_of_picture, scene_of_strokes
from rnndemo.data.scenes.data import SceneData, kind_of
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.errors import N_
from rnndemo.models.scene_store import SceneModel
from rnndemo.plots.look.pictures import data_uri
from rnndemo.ui.drawing.board import board
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.drawing.sources import picture_uploader
from rnndemo.ui.shell.session import _, errors_to, warn
from rnndemo.ui.shell.sets import load_offered
from rnndemo.ui.shell.widgets import choice, small_button

CANVAS = "scene_canvas"
WIDTH, HEIGHT = 624, 416  # of the board's coordinates
BRUSHES = {N_("thin"): 8, N_("medium"): 14, N_("thick"): 24}

# key of a button -> (what it does on the board, its label, its icon)
REMOVERS = {
    "scene_undo": ("undo", N_("Undo"), "undo"),
    "scene_clear": ("clear", N_("Clear"), "delete"),
}

SOURCE = "scene_source"
_MADE, _PICTURE, _OPENED = "scene_made", "scene_picture_of_", "scene_opened"
SEEDS = 2**31


@dataclass(frozen=True, eq=False)
class Given:
    """A scene that a person gave.

    Parameters
    ----------
    picture : ndarray
        uint8 ``(height, width)``, light ink on dark.
    truth : str, optional
        The number that it shows, if that is known.
    """

    picture: np.ndarray
    truth: str = ""


def scene_input(model: SceneModel) -> Given | None:
    """Draw the choice of source and the source itself; return what it gives, None if it is blank.

    What cannot be used is explained on the page.
    """
    texts = {name: text for name, (text, _draw) in SOURCES.items()}
    source = choice(SOURCE, _("Source"), texts, default="board")
    given = None
    with errors_to(warn):
        given = SOURCES[source][1](model)
    if given is None or not given.picture.any():
        return None
    if source != "board":
        alt = _("The scene as the network sees it")
        st.html(f'<img class="scene_given" src="{data_uri(given.picture / 255)}" alt="{alt}">')
    if given.truth:
        st.caption(_("It shows {number}.").format(number=given.truth))
    return given


def show_scene(picture: np.ndarray, truth: str) -> None:
    """Let a scene be the page's drawing; for callbacks."""
    st.session_state[_MADE] = Given(picture, truth)
    st.session_state[SOURCE] = "made"
    st.session_state[_OPENED] = opened_scenes() + 1


def opened_scenes() -> int:
    """Return how often a scene was opened by `show_scene`."""
    return int(st.session_state.get(_OPENED, 0))


def _board(model: SceneModel) -> Given | None:
    ink = ink_on(CANVAS)
    with st.container(horizontal=True, vertical_alignment="center", key="scene_tools"):
        brush = choice("scene_brush", _("Brush"), {name: name for name in BRUSHES},
                       default="medium", width="content")  # fmt: skip
        for key, (_act, text, icon) in REMOVERS.items():
            small_button(key, _(text), icon, disabled=not ink.objects)
    board(
        CANVAS, ink, {key: act for key, (act, _text, _icon) in REMOVERS.items()},
        side=WIDTH, height=HEIGHT, brush=BRUSHES[brush],
    )  # fmt: skip
    strokes = ink.strokes
    if not strokes:
        return None
    return Given(scene_of_strokes(strokes, (WIDTH, HEIGHT), model.image_size).image)


def _made(model: SceneModel) -> Given:
    """Return a scene that a program composed of digits of the test part."""
    kinds = list(SCENES)
    with st.container(horizontal=True, vertical_alignment="bottom", key="scene_make"):
        kind = st.selectbox(
            _("Kind of scene"), kinds, key="scene_kind", persist_state="session",
            format_func=lambda name: _(SCENES[name].label), width=260,
        )  # fmt: skip
        clutter = st.slider(
            _("Clutter"), 0.0, 1.0, 0.0, 0.25, key="scene_clutter", persist_state="session",
            width=160, help=_("How much of what is no digit lies about: strokes, lines, grain."),
        )  # fmt: skip
        again = st.button(_("Another one"), icon=":material/casino:", key="scene_again")
    wanted = ScenesConfig(kind=kind, clutter=clutter)
    known = st.session_state.get(_MADE)
    asked = st.session_state.setdefault("scene_asked", wanted)
    if known is None or again or asked != wanted:
        st.session_state["scene_asked"] = wanted
        known = st.session_state[_MADE] = composed(wanted, model)
    return known


def composed(wanted: ScenesConfig, model: SceneModel) -> Given:
    """Return a new scene of digits from the test part, which no network saw in training."""
    glyphs = load_offered(model.config.scenes.glyphs)
    seed = int(np.random.default_rng().integers(SEEDS))
    scene = SceneData(kind_of(wanted), glyphs).held_out(glyphs.test, seed, 1)
    (number,) = scene.numbers()
    return Given(scene.images[0].numpy(), " ".join(glyphs.classes[label] for label in number))


def _file(model: SceneModel) -> Given | None:
    file = picture_uploader(_("A picture for it to read"), "scene_file")
    return _picture("file", file, model)


def _camera(model: SceneModel) -> Given | None:
    photo = st.camera_input(
        _("Hold a page with several digits in front of the camera"), key="scene_camera"
    )
    return _picture("camera", photo, model)


def _picture(source: str, file: Any, model: SceneModel) -> Given | None:
    """Return a new picture, read once, else the last one, which outlasts a change of page."""
    key = _PICTURE + source
    name, grey, seen = st.session_state.get(key, (None, None, {}))
    if file is not None and file.file_id != name:
        name, grey, seen = file.file_id, open_picture(file.getvalue()), {}
        st.session_state[key] = name, grey, seen
    elif file is None and grey is not None:
        small_button(f"scene_clear_{source}", _("Clear"), "delete",
                     on_click=st.session_state.pop, args=(key, None))  # fmt: skip
    if grey is None:
        return None
    size = model.image_size
    if size not in seen:
        seen[size] = scene_of_picture(grey, size).image
    if not seen[size].any():
        st.caption(_("There is no ink in this picture."))
    return Given(seen[size])


# name -> (label, what it draws and returns)
SOURCES: dict[str, tuple[str, Callable[[SceneModel], Given | None]]] = {
    "board": (N_("Draw"), _board),
    "made": (N_("Surprise me"), _made),
    "file": (N_("Picture"), _file),
    "camera": (N_("Camera"), _camera),
}
