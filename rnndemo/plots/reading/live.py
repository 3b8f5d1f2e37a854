"""A reading that a browser draws while one draws: what ``web/view/reading_view.js`` gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rnndemo.data.scans import SCANS, scan_table
from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import BOARD, CHALK, NEGATIVE, POSITIVE, class_color, class_text
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import SHORT
from rnndemo.reading.percent import PERCENT

TEXT = {
    "stage": N_("The reading, row by row"),
    "picture": N_("Has read"),
    "rows": N_("Would answer"),
    "states": N_("Remembers"),
    "play": N_("Read it again"),
    "pause": N_("To the end"),
    "moment": N_("Row"),
    "now": N_("So far: {label}, {percent}"),
    "end": N_("At the end: {label}, {percent}"),
    "after": N_("After row {row}: {label}, {percent}"),
    "pixel_tip": N_("row {row}, column {column}: ink {value}"),
    "point_tip": N_("point {row}"),
    "row_tip": N_("after row {row}: {answers}"),
    "unit_tip": N_("unit {unit}, row {row}: {value}"),
    "percent": PERCENT,
}

# of networks whose timesteps are points of the pen path
POINTS = {
    "stage": N_("The reading, point by point"),
    "moment": N_("Point"),
    "after": N_("After point {row}: {label}, {percent}"),
    "row_tip": N_("after point {row}: {answers}"),
    "unit_tip": N_("unit {unit}, point {row}: {value}"),
}

# of networks whose timesteps are columns or patches of a picture
TIMESTEPS = {
    "stage": N_("The reading, timestep by timestep"),
    "moment": N_("Timestep"),
    "after": N_("After timestep {row}: {label}, {percent}"),
    "pixel_tip": N_("timestep {row}, pixel {column}: ink {value}"),
    "row_tip": N_("after timestep {row}: {answers}"),
    "unit_tip": N_("unit {unit}, timestep {row}: {value}"),
}

NOTHING = N_("Nothing is drawn yet.")
DIRECTIONS = {"rows": "down", "rows-up": "up"}  # of the line that crosses the board


def reading_data(model: Model, look: Look) -> dict[str, Any]:
    """Return what is needed to draw any reading of `model`, in colours and language of `look`."""
    names = look.class_names(model.classes)
    count = range(len(names))
    return {
        "names": list(names),
        "words": in_words(names),
        "colors": [class_color(k, look) for k in count],
        "texts": [class_text(k, look) for k in count],
        "threshold": model.card.reject_threshold,
        "path": model.frame == "path",
        "path_colors": [class_color(k, replace(look, dark=True)) for k in count],  # on the board
        "lines": DIRECTIONS.get(model.config.data.scan, "") if model.frame == "ink" else "",
        "board_color": BOARD,
        "chalk": CHALK,
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "text": {name: look.text(message) for name, message in _texts(model).items()},
        "said": {part: look.text(NOTHING) for part in ("bars", "rows")},
    }


def line_of(model: Model) -> str:
    """Return what each line of a reading is: "row" (pixel by pixel too), "point" or "timestep"."""
    scan = model.config.data.scan
    if model.frame == "path":
        return "point"
    if SCANS[scan].line == "row" or scan_table(scan, *model.image_size).shape[1] == 1:
        return "row"
    return "timestep"


def _texts(model: Model) -> dict[str, str]:
    """Return what is said of a reading."""
    return TEXT | {"row": {}, "point": POINTS, "timestep": TIMESTEPS}[line_of(model)]


def in_words(names: Sequence[str]) -> bool:
    """Return whether names of classes are words rather than signs."""
    return any(len(name) > SHORT for name in names)
