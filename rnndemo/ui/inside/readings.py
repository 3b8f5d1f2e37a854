"""What the sections of the page Inside share: cached readings and statistics, formulas, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from torch import Tensor

from rnndemo.data.frames.path import FEATURES
from rnndemo.data.scans import scan_table, to_images
from rnndemo.errors import N_
from rnndemo.models.build import reader
from rnndemo.models.cells.base import Cell
from rnndemo.models.store import Model
from rnndemo.plots.reading.inside import Trajectory
from rnndemo.reading.threads import in_kept_thread
from rnndemo.reading.traces import DIRECTIONS, Trace, trace
from rnndemo.reading.units import Plane, fit_plane, hidden_over
from rnndemo.reading.whatif import Passes
from rnndemo.ui.components.cell import PEN
from rnndemo.ui.components.figure import draw_figure
from rnndemo.ui.components.player import layer_name
from rnndemo.ui.drawing.answer import equation_explained
from rnndemo.ui.drawing.example import test_pictures_of
from rnndemo.ui.inside.questions import CHARTS, Section, cell_formula, cell_letters
from rnndemo.ui.shell.session import errors_to, plain, sure, warn
from rnndemo.ui.shell.steps import _

TEST_PICTURES = 1000
MOST_STATES = 100_000  # of all timesteps: where a picture has 784 of them, fewer are read
WAIT = N_("Reading up to 1,000 test pictures, once for each network …")


@dataclass(frozen=True)
class TestStates:
    """One layer's hidden states for test pictures.

    Parameters
    ----------
    hidden : ndarray
        ``(N, time, width)``.
    images : ndarray
        ``(N, H, W)`` in [0, 1].
    labels : ndarray
        ``(N,)``.
    """

    hidden: np.ndarray
    images: np.ndarray
    labels: np.ndarray


def identity(model: Model) -> tuple[str, str]:
    """Return what tells a model from others, for what is cached by it."""
    return model.name, repr(model.card)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs={Model: identity})
def reading(model: Model, image: np.ndarray) -> Trace:
    """Return all that happens while `model` reads `image`, float ``(H, W)``."""
    scan, temperature = model.config.data.scan, model.card.temperature
    read = in_kept_thread(trace)
    return read(reader(model.network), batch_of(image), scan, temperature=temperature)


def test_states(model: Model, layer: int) -> TestStates | None:
    """Return one layer's hidden states for evenly spaced test pictures; read once for each model.

    If the pictures are gone, say so and return None.
    """
    with st.container(), errors_to(warn), st.spinner(_(WAIT)):
        return _test_states(model, layer)
    return None


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Model: identity})
def _test_states(model: Model, layer: int) -> TestStates:
    # 20 to 80 MB each
    test, scan = test_pictures_of(model), model.config.data.scan
    count = min(TEST_PICTURES, MOST_STATES // len(scan_table(scan, *model.image_size)))
    some = test.evenly(count)
    hidden = in_kept_thread(hidden_over)(reader(model.network), some.images, scan, layer)
    return TestStates(hidden, some.images.numpy() / 255, some.labels.numpy())


def read_at(model: Model, timesteps: np.ndarray) -> np.ndarray:
    """Return what is read at timesteps ``(k,)``: its first row and column, its last, ``(k, 4)``."""
    height, width = model.image_size
    pixels = scan_table(model.config.data.scan, height, width).numpy()[timesteps]
    places = np.stack([pixels // width, pixels % width], 1)  # (k, 2, features)
    return np.concatenate([places.min(2), places.max(2)], 1)


def plane_of(model: Model) -> Plane | None:
    """Return the plane in which the last layer's states vary most over the test pictures.

    If the pictures are gone, say so and return None.
    """
    with st.container(), errors_to(warn), st.spinner(_(WAIT)):
        return _plane_of(model)
    return None


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Model: identity})
def _plane_of(model: Model) -> Plane:
    states = _test_states(model, len(reader(model.network).kinds) - 1)
    return fit_plane(states.hidden, states.labels, len(model.classes))


def batch_of(image: np.ndarray) -> Tensor:
    """Return ``(H, W)`` as a batch of one, ``(1, H, W)``."""
    return torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None]


def path(
    name: str, plane: Plane, hidden: np.ndarray, odds: np.ndarray, *, dashed: bool = False
) -> Trajectory:
    """Return the path of ``hidden (time, width)`` through the plane."""
    return Trajectory(name, plane.project(hidden), odds.argmax(1), dashed)


def last_hidden(read: Trace) -> np.ndarray:
    """Return the last layer's states of the first picture, ``(time, width)``, for a `Plane`."""
    return np.concatenate([read.hidden(-1, direction)[0] for direction in read.directions], -1)


def layer_lines(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return values ``(layers, directions, time)`` as lines, by the layers' names."""
    return {
        layer_name(layer, direction): line
        for layer, lines in enumerate(values)
        for direction, line in zip(DIRECTIONS, lines, strict=False)  # it may have only one
    }


def pen_names() -> list[str]:
    """Return the names of the numbers that a point of the pen has."""
    return [_(PEN[name]) for name in FEATURES]


def contents(questions: Mapping[str, Section]) -> None:
    """Draw the page's contents: at the side where there is room, otherwise a row of links."""
    links = "".join(
        f'<a href="#{anchor}">{escape(_(question.short))}</a>'
        for anchor, question in questions.items()
    )
    name = escape(_("On this page"))
    with st.container(key="inside_contents"):
        st.html(f'<nav aria-label="{name}">{links}</nav>')


def ask(
    name: str, questions: Mapping[str, Section], cell: Cell | None = None, output: str = "softmax"
) -> None:
    """Draw a section's head: the question, what is seen, and in detail on request.

    `name` is a key of `questions`; one without equations of its own shows those of `cell` and of
    the output activation `output`.
    """
    question = questions[name]
    with st.container(horizontal=True, vertical_alignment="center", key=f"inside_ask_{name}"):
        st.header(_(question.title), anchor=name, width="content")
        with st.popover(_("How to read it"), type="tertiary", icon=":material/help:"):
            st.markdown(_(question.how))
            if cell is not None:
                equation_explained(cell_formula(cell, output), map(_, cell_letters(cell, output)))
            else:
                equation_explained(question.formula, [_(question.letters)])
    st.markdown(_(question.lead))


def show(figure: go.Figure, key: str) -> None:
    """Draw a figure with its text alternative."""
    draw_figure(figure, key, _(CHARTS[key]))


def spoilt(model: Model, both: Passes) -> np.ndarray:
    """Return the picture ``(H, W)`` as the changed pass read it."""
    sequence = torch.from_numpy(both.after.input)
    return to_images(sequence, model.config.data.scan, *model.image_size)[0].numpy()


def two_paths(plane: Plane, both: Passes, names: tuple[str, str]) -> list[Trajectory]:
    """Return the paths of both passes through the plane, the changed one dashed."""
    paths = []
    for name, one in zip(names, (both.before, both.after), strict=True):
        hidden = np.concatenate(list(one.hidden[0, -1]), -1)  # directions side by side
        paths.append(path(name, plane, hidden, one.probabilities[0], dashed=one is both.after))
    return paths


def verdict(before: np.ndarray, after: np.ndarray, classes: Sequence[str]) -> str:
    """Return a sentence on the answers of two final readouts ``(classes,)``."""
    first, second = int(before.argmax()), int(after.argmax())
    if first == second:
        text = _("The answer stays {before}: {percent_before} before, {percent_after} after.")
    else:
        text = _(
            "The answer changes from {before} ({percent_before}) to {after} ({percent_after})."
        )
    return text.format(
        before=f"**{plain(classes[first])}**",
        after=f"**{plain(classes[second])}**",
        percent_before=sure(before[first]),
        percent_after=sure(after[second]),
    )
