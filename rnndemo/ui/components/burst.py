"""The burst camera: several photographs in a row, taken in the browser and sent once.

Ten photographs one by one mean ten clicks and ten waits. Here a press of a button counts down and
takes them at an even pace, slow enough to turn and move a hand; a long press takes them for as long
as it lasts. They are small JPEGs: all together, they are smaller than one photograph from a phone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnndemo.errors import N_
from rnndemo.ui.components.component import component, translated

SIDE = 256  # pixels of a photograph's longer side
PACE = 500  # milliseconds from one photograph to the next
COUNTDOWN = 3  # seconds before the first
MAX_PHOTOGRAPHS = 50  # of one burst
MAX_BYTES = 200_000  # of one photograph; a JPEG with this side has about a tenth of it
JPEG_START = b"\xff\xd8"

TEXT = {
    "camera": N_("Camera for several photographs in a row"),
    "live": N_("What the camera sees, as in a mirror"),
    "on": N_("Turn on the camera"),
    "off": N_("Turn off the camera"),
    "again": N_("Try again"),
    "starting": N_("Starting the camera …"),
    "take": N_("Take {most} in {seconds} s"),
    "cancel": N_("Cancel"),
    "end": N_("Stop: {count} of {most}"),
    "asks": N_("The browser asks first. Only the photographs that you take are sent."),
    "ready": N_("Press for a countdown and {most} photographs, or hold for as long as you like."),
    "counting": N_("Ready? In {left} …"),
    "taking": N_("Photograph {count} of {most}. Turn and move the hand a little."),
    "done": N_("Photographs taken: {count}. Press for more."),
    "insecure": N_(
        "A browser gives its camera only to a page at an https address or at localhost. Open this "
        "page that way, or choose pictures from files."
    ),
    "refused": N_(
        "The browser does not let this page use the camera. Allow it with the icon beside the "
        "address, then try again."
    ),
    "missing": N_("No camera was found. Plug one in and try again, or choose pictures from files."),
    "busy": N_("Another program is using the camera. Close it, then try again."),
    "lost": N_("The camera was disconnected. Plug it in, then try again."),
    "failed": N_("The camera does not start. Try again, or choose pictures from files."),
}

_mount = component("burst")


def burst(key: str, most: int = 10) -> list[bytes]:
    """Draw the camera; return the photographs that were just taken.

    Parameters
    ----------
    most : int, default 10
        Photographs of one burst, 1 to 50, half a second apart.

    Returns
    -------
    list of bytes
        JPEGs whose longer side has 256 pixels, as the browser made them: unchecked, see
        `rnndemo.data.files.pictures`. Each is returned once, however often the page runs; without
        new ones, the list is empty.
    """
    most = max(1, min(most, MAX_PHOTOGRAPHS))
    # a component sends only what has a callback
    sent = _mount(data=burst_data(most), key=key, on_taken_change=lambda: None).taken
    handled = f"burst_handled_{key}"
    if not isinstance(sent, Mapping) or st.session_state.get(handled) == sent.get("id"):
        return []
    st.session_state[handled] = sent.get("id")
    return photographs(sent.get("pictures"), most)


def burst_data(most: int) -> dict[str, Any]:
    """Return the component's data."""
    return {
        "most": most,
        "side": SIDE,
        "pace": PACE,
        "countdown": COUNTDOWN,
        "text": translated(TEXT),
    }


def photographs(sent: object, most: int) -> list[bytes]:
    """Return at most `most` JPEGs out of what a browser sent, which may be anything.

    Whatever is not a JPEG in base64, or is too large for one of this size, is left out.
    """
    if not isinstance(sent, list):
        return []
    decoded = (_decoded(picture) for picture in sent[:most])
    return [content for content in decoded if content.startswith(JPEG_START)]


def _decoded(picture: object) -> bytes:
    if not isinstance(picture, str) or len(picture) > MAX_BYTES * 4 // 3 + 4:
        return b""
    try:
        return base64.b64decode(picture, validate=True)
    except (binascii.Error, ValueError):
        return b""
