"""What a drawing could still become, found in the browser (`continuing.js`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnndemo.data.drawn.digits import forms
from rnndemo.data.sets import DIGITS
from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import ACCENT, BOARD, CHALK, class_text
from rnndemo.reading.percent import PERCENT
from rnndemo.ui.components.component import component, translated
from rnndemo.ui.shell.session import class_names, look
from rnndemo.web.packed import packed, reads_in_browser

TEXT = {
    "switch": N_("Continue it for me"),
    "blank": N_("Draw the beginning of a digit."),
    "some": N_(
        "It could still become these: your strokes in white, a common way to go on in blue; below, "
        "when the network would decide. Choose one to have it drawn."
    ),
    "whole": N_(
        "It is read as {label} already, and no common way to write a digit goes on from here."
    ),
    "none": N_("No common way to write a digit that the network would read begins like this."),
    "tiles": N_("How it could go on"),
    "decided": N_("from row {row}, {percent}"),
    "tile": N_("Continue as {label}: the network would decide at row {row}, {percent} sure"),
    "percent": PERCENT,
}


def _forms() -> list[dict[str, Any]]:
    """Return all forms of digits as ``continue.js`` takes them."""
    return [
        {"label": label, "strokes": [np.round(stroke, 3).ravel().tolist() for stroke in strokes]}
        for label, strokes in forms()
    ]


_mount = component(
    "continuing", "shared.js", "canvas.js", web=True, isolate_styles=False,
    constants={"FORMS": _forms},
)  # fmt: skip


def continuing(key: str, model: Model, *, board: str, side: int, brush: int) -> None:
    """Draw a switch that shows how the drawing on `board` could go on, if `model` reads digits.

    Parameters
    ----------
    side, brush : int
        Of the board, in the coordinates of its strokes.
    """
    if model.classes != DIGITS or model.frame != "ink" or not reads_in_browser(model):
        return
    _mount(
        data={
            "board": board,
            "side": side,
            "brush": brush,
            "board_color": BOARD,
            "chalk": CHALK,
            "accent": ACCENT,
            "manifest": packed(model).manifest,
            "names": list(class_names(model.classes)),
            "texts": [class_text(k, look()) for k in range(len(model.classes))],
            "text": translated(TEXT),
        },
        key=key,
    )
