"""The film: how one drawing's hidden states change while the network is trained.

While training runs, only the newest frame is sent to the browser, a few kilobytes; afterwards all
frames are sent once, and playing and scrubbing need no server.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rnndemo.errors import N_
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE
from rnndemo.reading.percent import PERCENT
from rnndemo.training.history import FilmFrame
from rnndemo.ui.components.component import component, pack, translated
from rnndemo.ui.shell.session import _

MAX_BYTES = 6_000_000  # of all frames together; a longer film skips frames evenly

TEXT = {
    "caption": N_("After step {step}: it answers {answer} ({percent})"),
    "loss": N_("loss on this step's training pictures: {value}"),
    "picture": N_("The same drawing, read again and again"),
    "map": N_("Its hidden states: {units} units across, rows downwards"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "scrub": N_("Training step"),
    "tip": N_("unit {unit}, row {row}: {value}"),
    "negative": N_("negative {value}"),
    "positive": N_("{value} positive"),
    "percent": PERCENT,
}

_mount = component("film", "canvas.js")


def film(
    frames: Sequence[FilmFrame],
    live: bool,
    key: str,
    picture: str,
    say: Callable[[str], str] = _,
) -> None:
    """Draw the film beside the drawing; another call with the same key updates the same film.

    Parameters
    ----------
    frames : sequence of FilmFrame
        Ordered by step, all of the same shape. Without frames, nothing is drawn.
    live : bool
        Whether training still runs: then only the newest frame is shown.
    picture : str
        The probe drawing as a data URI, its rows in the order in which they are read: they lie
        beside those of the map.
    say : callable, optional
        Translates messages, and calls the rows of the map what they are.
    """
    if frames:
        _mount(data=film_data(frames, live, picture, say), key=key)


def film_data(
    frames: Sequence[FilmFrame], live: bool, picture: str, say: Callable[[str], str] = _
) -> dict[str, Any]:
    """Return the component's data: the newest frame if `live`, else the whole film."""
    last = frames[-1]
    time, units = last.values.shape
    return {
        "id": hashlib.sha256(last.values.tobytes()).hexdigest()[:16],
        "live": live,
        "picture": picture,
        "time": time,
        "units": units,
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "frames": [_packed(frame) for frame in ([last] if live else _thinned(frames))],
        "text": translated(TEXT, say),
    }


def _thinned(frames: Sequence[FilmFrame]) -> list[FilmFrame]:
    """Return frames that fit into `MAX_BYTES`, evenly spread, the first and the last among them."""
    most = max(2, MAX_BYTES // frames[-1].values.size)
    places = np.linspace(0, len(frames) - 1, min(most, len(frames)))
    return [frames[i] for i in places.round().astype(int)]


def _packed(frame: FilmFrame) -> dict[str, Any]:
    return {
        "step": frame.step,
        "loss": _number(frame.loss),
        "answer": frame.answer,
        "odds": _number(frame.odds),
        "values": pack(frame.values.astype(np.int8)),
    }


def _number(value: float) -> float | None:
    """Return None for NaN and infinity, which JSON does not have: training has diverged."""
    return float(value) if math.isfinite(value) else None
