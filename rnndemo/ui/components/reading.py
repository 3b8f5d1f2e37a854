"""What a network reads while it is drawn, in the browser, row by row (`reading.js`).

The browser computes the answer under the pen from the model's own weights, sent once a tab. The
server's answer to the same strokes is sent with every run of the page, and replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.models.store import Model
from rnndemo.plots.look.names import guesses_said
from rnndemo.plots.reading.answers import most_probable
from rnndemo.plots.reading.live import reading_data
from rnndemo.reading.answers import Answer, as_read, settled_at, states_as_read
from rnndemo.reading.units import usual_order
from rnndemo.ui.components.component import component, pack, script_of
from rnndemo.ui.shell.session import class_names, look
from rnndemo.web import script
from rnndemo.web.packed import packed, reads_in_browser

FULL = 32767  # the largest int16

_mount = component(
    "reading", "shared.js", "canvas.js", "reading_view.js", web=True, isolate_styles=False
)
_weights = st.components.v2.component(
    "rowbyrow_weights", html="<i></i>", js=script() + script_of("weights", "shared.js")
)


def reading(
    key: str,
    model: Model,
    seen: Seen | None,
    answer: Answer | None,
    *,
    board: str = "",
    numbers: Sequence[int] = (),
    ghost: Strokes | None = None,
) -> None:
    """Draw the reading of what is drawn; another call with the same key updates it.

    Parameters
    ----------
    seen, answer
        What `model` sees and answers; None if nothing is drawn.
    board : str, optional
        The name of the board on which it is drawn, if it is drawn on one: then the reading follows
        the pen.
    numbers : sequence of int
        Of the strokes on the board to which `answer` answers.
    ghost : list of ndarray, optional
        Strokes of an example that is drawn as long as nobody has drawn anything.
    """
    live = bool(board) and reads_in_browser(model)
    with st.container(key=f"{key}_weights"):
        if live:
            it = packed(model)
            _weights(data=it.manifest["id"].encode() + it.weights, key=f"{key}_{it.manifest['id']}")
    data = reading_data(model, look())
    _mount(
        data=data
        | {
            "said": data["said"] | _said(model, seen, answer),
            "truth": None if answer is None else truth(model, seen, answer, numbers),
            "board": board,
            "manifest": packed(model).manifest if live else None,
            "order": usual_order(model).tolist() if live else None,
            "ghost": [stroke.ravel().tolist() for stroke in ghost] if ghost and live else None,
        },
        key=key,
    )


def _said(model: Model, seen: Seen | None, answer: Answer | None) -> dict[str, str]:
    """Return each picture in words, for who cannot see it; nothing if nothing is drawn."""
    if seen is None or answer is None:
        return {}
    names = class_names(model.classes)
    _picture, rows = as_read(seen.image, answer.rows, model.config.data.scan)
    return {
        "bars": most_probable(answer.probabilities, names, look()),
        "rows": guesses_said(rows.argmax(1), names, look()),
    }


def truth(
    model: Model, seen: Seen | None, answer: Answer, numbers: Sequence[int]
) -> dict[str, Any]:
    """Return the server's reading, one line for each timestep (see `as_read`)."""
    assert seen is not None, "an answer is to what was seen"
    picture, rows = as_read(seen.image, answer.rows, model.config.data.scan)
    states = states_as_read(model, seen.image)
    limit = 1.0 if states is None else max(1.0, float(np.abs(states).max()))
    return {
        "numbers": list(numbers),
        "time": len(rows),
        "width": picture.shape[1],
        "picture": pack(picture.astype(np.float32)),
        "rows": pack(rows.astype(np.float32)),
        "decided": settled_at(answer, rows),
        "hidden": None
        if states is None
        else pack(np.round(states / limit * FULL).astype(np.int16)),
        "units": 0 if states is None else states.shape[1],
        "limit": limit,
    }
