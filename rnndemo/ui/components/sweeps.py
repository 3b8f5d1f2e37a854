"""How the sweeps of a network find what a scene shows (`sweeps.js`), in the browser alone.

The browser gets the last layer's output at the places with ink, as 16-bit numbers: 60 kB for five
digits and 64 units a sweep. With the head of the masks, sent once a tab, it computes what each
sweep says of every pixel.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.data.scenes.scene import INK
from rnndemo.errors import N_
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import SweepNetwork
from rnndemo.plots.look.colors import BOARD, CHALK, class_color
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import PERCENT
from rnndemo.reading.scenes import SceneReading
from rnndemo.reading.wording import LIST, SENTENCES
from rnndemo.ui.components.component import component, pack, pack_states, translated
from rnndemo.ui.components.weights import send_weights
from rnndemo.ui.shell.session import _, class_names
from rnndemo.web.scene_packed import inked_places, packed_head

QUESTION = N_("How do the sweeps find it?")
LEAD = N_(
    "Each sweep crosses the picture in its own direction and says of every pixel what it takes it "
    "for. The network adds up what they say, and the mask settles where they have passed."
)
AT_ONCE = N_(
    "A CNN sees all places at once: no sweep crosses the picture, so there is nothing to play."
)
LAST_LAYER = N_(
    "This is the last of {layers} layers. What it reads has already been swept below, so each "
    "sweep knows of more than it has passed."
)
ONLY_LAYER = N_("This network has one layer: each sweep knows only what it has passed.")
GROUND = N_("ground")

# direction -> its name within a sentence, its arrow, and the dashes of its line
SWEEPS = {
    "down": (N_("sweep down"), "↓", ""),
    "up": (N_("sweep up"), "↑", "9 5"),
    "right": (N_("sweep to the right"), "→", "2 4"),
    "left": (N_("sweep to the left"), "←", "10 4 2 4"),
}

TEXT = {
    "keys": N_("Mask: the arrow keys go from ink to ink, the space bar plays"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "back": N_("Previous moment"),
    "next": N_("Next moment"),
    "scrub": N_("Moment"),
    "speed": N_("Speed"),
    "moment": N_("Moment {moment} of {last}"),
    "mask": N_("The mask at moment {moment} of {last}: {classes}"),
    "none": N_("only ground"),
    "empty": N_("Draw on the board; then the sweeps over your drawing can be played here."),
    "hint": N_("Click a pixel with ink to see which sweep takes it for what."),
    "blank": N_("There is no ink: this is ground."),
    "read": N_("Read as {label} ({percent})."),
    "same": N_("Each sweep alone would say the same."),
    "other": N_("The {sweep} alone would say {label}."),
    "others": N_("{count} of {total} sweeps alone would say otherwise."),
    "changes": N_("Without the {sweep} it would be {label}."),
    "lowers": N_("Without the {sweep} it would be less sure ({percent})."),
    "nobody": N_("It would be as sure without any one of them."),
    "only": N_("It is the only sweep of this network."),
    "all": N_("all together"),
    "decided": N_("decided"),
    "percent": PERCENT,
    "list": LIST,
    "sentences": SENTENCES,
}

_mount = component("sweeps", "shared.js", "canvas.js", web=True)


def sweeps(key: str, model: SceneModel, reading: SceneReading | None) -> None:
    """Draw the sweeps of a reading; another call with the same key updates it.

    Parameters
    ----------
    reading : SceneReading, optional
        What `model` makes of the scene; None if the board is empty.
    """
    network = model.network
    with st.container(key=key):
        st.header(_(QUESTION), anchor=key)
        if not isinstance(network, SweepNetwork):
            st.markdown(_(AT_ONCE))
            return
        st.markdown(_(LEAD))
        send_weights(key, packed_head(network))
        _mount(data=sweeps_data(model, network, reading), key=f"{key}_player")


def sweeps_data(
    model: SceneModel, network: SweepNetwork, reading: SceneReading | None
) -> dict[str, Any]:
    """Return the component's data to play the sweeps of `network`, that of `model`."""
    layers, on_board = network.config.num_layers, Look(dark=True)  # a board is dark by day, too
    note = _(LAST_LAYER).format(layers=layers) if layers > 1 else _(ONLY_LAYER)
    return {
        "head": packed_head(network).manifest,
        "classes": [*class_names(model.classes), _(GROUND)],
        "colors": [class_color(k, on_board) for k in range(len(model.classes))],
        "board": BOARD,
        "chalk": CHALK,
        "sweeps": [
            {"name": _(name), "arrow": arrow, "dashes": dashes}
            for name, arrow, dashes in (SWEEPS[direction] for direction in network.directions)
        ],
        "size": dict(zip(("height", "width"), model.image_size, strict=True)),
        "scene": None if reading is None else scene_data(network, reading),
        "note": note,
        "text": translated(TEXT),
    }


def scene_data(network: SweepNetwork, reading: SceneReading) -> dict[str, Any]:
    """Return a scene's picture, and the states of the places with ink."""
    stride, picture = network.scenes.stride, np.ascontiguousarray(reading.picture)
    places = inked_places(picture, stride, INK)
    inked = reading.states.reshape(-1, reading.states.shape[-1])[places]
    states, limit = pack_states(inked) if len(inked) else ("", 1.0)
    packed = pack(picture)
    return {
        "id": hashlib.sha256(f"{packed} {states}".encode()).hexdigest()[:16],
        "height": picture.shape[0],
        "width": picture.shape[1],
        "picture": packed,
        "ink": INK,
        "places": places.tolist(),
        "states": states,
        "limit": limit,
    }
