"""The clock of the page Inside: the one bar that says which row is shown, in the browser alone.

Whatever shows a row follows it: the player, and every figure that says so
(`rnndemo.plots.look.moment`).
"""

from __future__ import annotations

import hashlib

import numpy as np
import streamlit as st

from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import class_color
from rnndemo.reading.percent import PERCENT
from rnndemo.reading.traces import Trace
from rnndemo.ui.components.component import component, translated
from rnndemo.ui.shell.session import class_names
from rnndemo.ui.shell.steps import _, look

TEXT = {
    "clock": N_("Replay, for everything on this page"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "back": N_("Previous row"),
    "next": N_("Next row"),
    "scrub": N_("Row"),
    "speed": N_("Speed"),
    "moment": N_("After row {row} (0–{last}): would answer {label}, {percent}"),
    "percent": PERCENT,
}

_mount = component("clock", "shared.js", "canvas.js", "moment_link.js")


def clock(model: Model, read: Trace, start: int | None = None) -> None:
    """Draw the clock for the first picture in `read`; it begins at row `start`, or at the last."""
    probabilities = read["readout.probabilities"][0]
    with st.container(key="inside_clock"):
        _mount(
            data={
                "id": hashlib.sha256(read["input"][0].tobytes()).hexdigest()[:16],
                "classes": list(class_names(model.classes)),
                "colors": [class_color(k, look()) for k in range(len(model.classes))],
                "probabilities": np.round(probabilities, 5).tolist(),
                "start": start,
                "text": translated(TEXT, _),
            },
            key="clock",
        )
