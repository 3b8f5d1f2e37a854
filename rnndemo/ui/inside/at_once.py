"""The page Inside for networks that see the picture at once: what they have to show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.data.scans import to_sequence
from rnndemo.models.build import reader
from rnndemo.models.store import Model, shipped_names
from rnndemo.models.two_speed import TwoSpeed
from rnndemo.plots.reading.at_once import all_maps, one_map, strongest_pictures, weight_pictures
from rnndemo.plots.reading.inside import picture, readouts, saliency
from rnndemo.reading.at_once import Peaks, Viewing, field_of, peaks_over, view, weights_of
from rnndemo.ui.components.figure import draw_figure
from rnndemo.ui.drawing.example import test_pictures_of
from rnndemo.ui.inside import choices, readings
from rnndemo.ui.inside.at_once_questions import WORDS, questions
from rnndemo.ui.inside.questions import CHARTS, Section, questions_in_order
from rnndemo.ui.shell import session, steps
from rnndemo.ui.shell.session import _, errors_to, look, model_label, plain, sure, warn
from rnndemo.ui.shell.widgets import small_button

SHOWN = 8  # test pictures, and pictures of weights


def sections(model: Model, image: np.ndarray) -> None:
    """Draw all sections for one picture, float ``(H, W)``."""
    seen = _view(model, image)
    classes = session.class_names(model.classes)
    best = int(seen.covered[-1].argmax())
    text = _("This network answers {answer}; it is {percent} sure.")
    st.markdown(
        text.format(answer=f"**{plain(classes[best])}**", percent=sure(seen.covered[-1, best]))
    )
    layers = st.container()
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        _ask(model, "pixels")
        about = CHARTS["inside_saliency"]
        draw_figure(saliency(seen.saliency, image, look()), "inside_pixels", _(about))
    with right:
        _ask(model, "covered")
        panel = {_("with the rest covered"): seen.covered}
        about = steps._("Its answer with all rows after a row covered")
        draw_figure(readouts(panel, classes, steps.look()), "inside_covered", about)
    with layers:  # last, because the test pictures take seconds when they are read first
        _layers(model, seen)


def questions_of(model: Model) -> Mapping[str, Section]:
    """Return the sections of the page for `model`."""
    if not model.network.in_order:
        return questions(model.config.model.network)
    chosen = model.config.model
    return questions_in_order(
        reader(model.network).kinds, chosen.output_activation, chosen.bidirectional
    )


def offer_others(model: Model) -> None:
    """Say of a network without timesteps that it has none; offer those that read in order."""
    with st.container(key="inside_in_order"):  # always, so that nothing after it moves
        if model.network.in_order:
            if isinstance(model.network, TwoSpeed):
                st.caption(
                    _(
                        "The first layer of this network reads a row pixel by pixel. Here it is "
                        "seen once a row, as the layers above it see it: its λ and its weights are "
                        "those of a whole row. Under Memory, it is seen pixel by pixel."
                    )
                )
            return
        st.info(
            _(
                "This network sees the whole picture at once, so there is nothing to replay row by "
                "row. Choose one above that reads in order, or see here what this one has instead."
            ),
            icon=":material/info:",
        )
        names = [name for name in shipped_names() if choices.alike(name, model)]
        with st.container(horizontal=True, vertical_alignment="center"):
            if names:
                st.markdown(_("Row by row:"), width="content")
            for name in names:
                small_button(
                    f"inside_show_{name}", model_label(name), "swap_horiz",
                    on_click=partial(session.choose_model, name),
                )  # fmt: skip


@st.fragment
def _layers(model: Model, seen: Viewing) -> None:
    """Show the maps of one layer, and what one of its channels does."""
    words = WORDS[model.config.model.network]
    _ask(model, "layers")
    names = [
        _(words.layer).format(number=k, count=len(maps), lines=maps.shape[1], places=maps.shape[2])
        for k, maps in enumerate(seen.layers, 1)
    ]
    layer = st.selectbox(
        _("Layer"), range(len(names)), format_func=names.__getitem__,
        key=f"inside_maps_layer_{model.name}",
    )  # fmt: skip
    maps = seen.layers[layer]
    key = f"inside_maps_channel_{model.name}_{layer}"
    # until a person chooses, the strongest for this picture
    channel = st.session_state.setdefault(key, int(maps.max((1, 2)).argmax()))
    left, right = st.columns([0.3, 0.7], gap="medium")
    with left:
        if model.config.data.scan != "rows":
            st.caption(_("Every line of this picture is one timestep of the scan."))
        about = _("The picture as the network sees it")
        draw_figure(picture(seen.picture, look()), "inside_at_once_picture", about)
    with right:
        about = _("What the layer makes of the picture")
        draw_figure(
            all_maps(maps, channel, look()), "inside_maps", about, partial(_pick, key, len(maps))
        )
    _ask(model, "channel")
    st.number_input(_(words.one).format(last=len(maps) - 1), 0, len(maps) - 1, key=key)
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        if maps[0].size > 1:
            about = _("The chosen map, larger")
            draw_figure(one_map(maps[channel], maps, look()), "inside_map", about)
        _weights(model, layer, channel, _(words.weights))
    with right:
        _strongest(model, layer, channel)


def _pick(key: str, count: int, points: list[Any]) -> None:
    """Choose the channel that a person clicks on."""
    numbers = [point for point in points if isinstance(point, int | float)]
    if numbers and 0 <= numbers[0] < count:
        st.session_state[key] = int(numbers[0])


def _weights(model: Model, layer: int, channel: int, said: str) -> None:
    """Show what a channel multiplies its input with, if that is a picture."""
    weights = weights_of(model.network, layer, channel)
    if weights is None:
        return
    st.markdown(said)
    size = np.linalg.norm(weights, axis=(1, 2))
    strong = np.argsort(-size, kind="stable")[:SHOWN]
    below = _("on map {number}")
    titles = [below.format(number=k) for k in strong] if len(weights) > 1 else [_("on the picture")]
    about = _("The strongest weights of the filter")
    draw_figure(weight_pictures(weights[strong], titles, look()), "inside_weights", about)


def _strongest(model: Model, layer: int, channel: int) -> None:
    """Show the test pictures in which a channel is strongest."""
    found = _tested(model)
    if found is None:
        return
    peaks, images, labels = found
    values, places = peaks[layer].values[:, channel], peaks[layer].places[:, channel]
    top = np.argsort(-values, kind="stable")[:SHOWN]
    if values[top[0]] <= 0:
        text = _("It is zero in all {count} test pictures.")
        st.markdown(text.format(count=f"{len(values):,}"))
        return
    text = _("Of {count} test pictures, it is strongest in these:")
    st.markdown(text.format(count=f"{len(values):,}"))
    size = images.shape[1], images.shape[2]
    fields = [
        field_of(model.network, layer, (int(line), int(place)), size) for line, place in places[top]
    ]
    classes = session.class_names(model.classes)
    names = [classes[k] for k in labels[top]]
    figure = strongest_pictures(images[top], names, values[top], fields, look())
    draw_figure(figure, "inside_strongest", _("The test pictures in which it is strongest"))


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs={Model: readings.identity})
def _view(model: Model, image: np.ndarray) -> Viewing:
    whole = readings.batch_of(image)[0]
    scan, temperature = model.config.data.scan, model.card.temperature
    return view(model.network, whole, scan, temperature=temperature)


def _tested(model: Model) -> tuple[list[Peaks], np.ndarray, np.ndarray] | None:
    """Return peaks, pictures and labels of evenly spaced test pictures; read once for each model.

    If the pictures are gone, say so and return None.
    """
    with st.container(), errors_to(warn), st.spinner(_(readings.WAIT)):
        return _peaks(model)
    return None


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Model: readings.identity})
def _peaks(model: Model) -> tuple[list[Peaks], np.ndarray, np.ndarray]:
    test = test_pictures_of(model)
    some, scan = test.evenly(readings.TEST_PICTURES), model.config.data.scan
    seen = to_sequence(some.images, scan).numpy() / 255
    return peaks_over(model.network, some.images, scan), seen, some.labels.numpy()


def _ask(model: Model, name: str) -> None:
    readings.ask(name, questions(model.config.model.network))
