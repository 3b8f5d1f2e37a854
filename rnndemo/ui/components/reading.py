"""What a network reads while it is drawn, in the browser, row by row (`reading.js`).

The browser computes the answer under the pen from the model's own weights, sent once a tab. The
server's answer to the same strokes is sent with every run of the page, and replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.models.store import Model
from rnndemo.plots.look.names import guesses_said
from rnndemo.plots.reading.answers import most_probable
from rnndemo.plots.reading.live import reading_data
from rnndemo.reading.answers import Answer, as_read, settled_at, states_as_read
from rnndemo.reading.units import usual_order
from rnndemo.ui.components.component import component, pack, pack_states
from rnndemo.ui.components.weights import send_weights
from rnndemo.ui.shell.session import class_names, look
from rnndemo.web.packed import packed, reads_in_browser

_mount = component(
    "reading", "shared.js", "canvas.js", "reading_view.js", web=True, isolate_styles=False
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
    label: str = "prediction_label",
    together: float | None = None,
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
    label : str, optional
        Key of the container with the answer alone, which the browser's answer replaces under the
        pen; "" for a reading beside another one, which does so.
    together : float, optional
        On a board where each stroke is a drawing of its own: seconds in which one more stroke still
        belongs to the last. None if all strokes on the board are one drawing.
    """
    live = bool(board) and reads_in_browser(model)
    send_weights(key, packed(model) if live else None)
    data = {**reading_data(model, look()), "truth": None}
    if seen is not None and answer is not None:
        scan = model.config.data.scan
        picture, rows = as_read(seen.image, answer.rows, scan)
        data |= {
            "said": _said(model, answer, rows),
            "truth": {
                **_truth(picture, rows, states_as_read(answer, seen.image)),
                "decided": settled_at(answer, rows),
                "numbers": list(numbers),
            },
        }
    _mount(
        data=data
        | {
            "board": board,
            "label": label,
            "together": together,
            "manifest": packed(model).manifest if live else None,
            "order": usual_order(model).tolist() if live else None,
            "ghost": [stroke.ravel().tolist() for stroke in ghost] if ghost and live else None,
        },
        key=key,
    )


def _said(model: Model, answer: Answer, rows: np.ndarray) -> dict[str, str]:
    """Return each picture in words, for who cannot see it."""
    names = class_names(model.classes)
    return {
        "bars": most_probable(answer.probabilities, names, look()),
        "rows": guesses_said(rows.argmax(1), names, look()),
    }


def _truth(picture: np.ndarray, rows: np.ndarray, states: np.ndarray | None) -> dict[str, Any]:
    """Return the server's reading, one line for each timestep (see `as_read`)."""
    hidden, limit = (None, 1.0) if states is None else pack_states(states)
    return {
        "time": len(rows),
        "width": picture.shape[1],
        "picture": pack(picture.astype(np.float32)),
        "rows": pack(rows.astype(np.float32)),
        "hidden": hidden,
        "units": 0 if states is None else states.shape[1],
        "limit": limit,
    }
