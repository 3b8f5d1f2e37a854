"""Own classes on a page: an example as a small picture, and an answer as bars."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

from PIL import Image

from rnndemo.data.files.pictures import as_bytes, open_picture
from rnndemo.data.frames.strokes import fit, rasterize
from rnndemo.data.own.examples import read_strokes
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.pictures import data_uri

SIDE = 96  # longest of a photograph on the page, in pixels
PEN, BOX = 1.4, 22  # how a drawing is shown, in pixels of a frame of 28
MAX_BARS = 6


def thumbnail(kind: str, content: bytes) -> str:
    """Return an example, as it is kept, as a data URI.

    Parameters
    ----------
    kind : str
        "drawn" or "photographed".
    content : bytes

    Raises
    ------
    InputError
        If it is damaged.
    """
    if kind == "drawn":
        drawing = rasterize(fit(read_strokes(content), PEN, BOX), PEN, oversample=4)
        return data_uri(drawing)
    picture = Image.fromarray(as_bytes(open_picture(content)))
    picture.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def answer_bars(probabilities: Sequence[float], classes: Sequence[str]) -> str:
    """Return the likeliest classes as bars, the likeliest first, as HTML."""
    order = sorted(range(len(classes)), key=lambda k: -probabilities[k])[:MAX_BARS]
    return (
        '<div class="own-bars">'
        + "".join(
            f"<div><span>{escape(classes[k])}</span>"
            f'<b><i style="width:{100 * probabilities[k]:.1f}%;background:{class_color(k)}"></i>'
            f"</b><span>{100 * probabilities[k]:.0f} %</span></div>"
            for k in order
        )
        + "</div>"
    )
