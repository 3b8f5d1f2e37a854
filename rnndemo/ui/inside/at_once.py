"""The page Inside for a network that sees the whole picture at once: layers instead of rows."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.models.picture_networks import PictureNetwork
from rnndemo.models.store import Model
from rnndemo.plots.reading.feature_maps import channel, channel_sheet, strongest_pictures
from rnndemo.plots.reading.inside import readouts, saliency
from rnndemo.reading.answers import answer
from rnndemo.reading.feature_maps import feature_maps, filters, saliency_at_once, strongest
from rnndemo.ui.components.player import layer_name
from rnndemo.ui.drawing.example import test_pictures_of
from rnndemo.ui.inside.questions import AT_ONCE
from rnndemo.ui.inside.readings import TEST_PICTURES, WAIT, ask, batch_of, contents, identity, show
from rnndemo.ui.shell.session import class_names, errors_to, model_label, warn
from rnndemo.ui.shell.steps import _, look

SHOWN = 4  # test pictures


def draw(model: Model, image: np.ndarray) -> None:
    """Draw what the network has: its feature maps, which pixels mattered, and answers to parts."""
    network = model.network
    assert isinstance(network, PictureNetwork)
    scan = model.config.data.scan
    st.info(
        _(
            "This network sees the whole picture at once, so there is nothing to replay row by "
            "row. Below is what each of its layers makes of the picture. Choose one above that "
            "reads in order to watch it read."
        ),
        icon=":material/info:",
    )
    contents(AT_ONCE)
    ask("layers")
    _layers(model, network, image)
    ask("pixels")
    show(
        saliency(saliency_at_once(network, batch_of(image), scan), image, look()), "at_once_pixels"
    )
    ask("covered")
    classes = class_names(model.classes)
    panels = {model_label(model.name): answer(model, image).rows}
    show(readouts(panels, classes, look()), "at_once_covered")


@st.fragment
def _layers(model: Model, network: PictureNetwork, image: np.ndarray) -> None:
    """Draw all channels of a layer, and one of them larger, with what it answers to most."""
    maps = feature_maps(network, batch_of(image), model.config.data.scan)
    left, right = st.columns(2)
    with left:
        layer = st.selectbox(
            _("Layer"), range(len(maps)), format_func=layer_name,
            key=f"at_once_layer_{model.name}",
        )  # fmt: skip
    values = maps[layer]
    with right:
        last = len(values) - 1
        chosen = st.number_input(
            _("Channel, 0 to {last}").format(last=last), 0, last,
            int(values.max((1, 2)).argmax()), key=f"at_once_channel_{model.name}_{layer}",
        )  # fmt: skip
    show(channel_sheet(values, chosen, look()), "at_once_maps")
    left, right = st.columns(2)
    limit = float(np.abs(values).max())
    with left:
        st.caption(_("{layer}, channel {number}").format(layer=layer_name(layer), number=chosen))
        show(channel(values[chosen], limit, look()), "at_once_channel")
    with right:
        kernels = filters(network) if layer == 0 else None
        if kernels is not None:
            st.caption(_("Its filter: 3 × 3 weights that slide over the picture"))
            show(channel(kernels[chosen], float(np.abs(kernels).max()), look()), "at_once_filter")
    _fired(model, layer, chosen)


def _fired(model: Model, layer: int, chosen: int) -> None:
    """Draw the test pictures to which a channel answers most."""
    with st.container(), errors_to(warn), st.spinner(_(WAIT)):
        peaks = _peaks(model)[layer][:, chosen]
        test = test_pictures_of(model)
        first = np.argsort(-peaks, kind="stable")[:SHOWN]
        st.caption(_("The test pictures, of up to 1,000, to which it answers most"))
        names = class_names(model.classes)
        labels = [names[int(test.labels[k])] for k in first]
        images = test.images[first].numpy() / 255
        show(strongest_pictures(images, labels, peaks[first], look()), "at_once_fired")


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Model: identity})
def _peaks(model: Model) -> list[np.ndarray]:
    assert isinstance(model.network, PictureNetwork)
    images = test_pictures_of(model).images[:TEST_PICTURES]
    return strongest(model.network, images, model.config.data.scan)
