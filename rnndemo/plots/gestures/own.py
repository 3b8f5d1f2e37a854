"""Own classes: examples as small pictures, and answers as bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PIL import Image

from rnndemo.data.files.pictures import as_bytes, open_picture
from rnndemo.data.frames.pen import fit, rasterize
from rnndemo.data.own.examples import read_strokes
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.pictures import data_uri, encoded
from rnndemo.plots.look.theme import Look

SIDE = 96  # longest side of a photograph on the page, in pixels
PEN, BOX = 1.4, 22  # thickness and size of a drawing, in pixels of a frame of 28
MAX_BARS = 6


def thumbnail(kind: str, content: bytes) -> str:
    """Return a stored example as a data URI.

    Parameters
    ----------
    kind : str
        "drawn" or "photographed".

    Raises
    ------
    InputError
        If it is damaged.
    """
    if kind == "drawn":
        return data_uri(rasterize(fit(read_strokes(content), PEN, BOX), PEN, finer=4))
    picture = Image.fromarray(as_bytes(open_picture(content)))
    picture.thumbnail((SIDE, SIDE))
    return encoded(picture, "jpeg", quality=80)


def answer_bars(probabilities: Sequence[float], classes: Sequence[str], look: Look) -> str:
    """Return the most probable classes as bars, in order, as HTML."""
    order = sorted(range(len(classes)), key=lambda k: -probabilities[k])[:MAX_BARS]
    return (
        '<div class="own-bars">'
        + "".join(
            f"<div><span>{escape(classes[k])}</span>"
            f'<b><i style="width:{100 * probabilities[k]:.1f}%;'
            f'background:{class_color(k, look)}"></i></b>'
            f"<span>{escape(look.sure(probabilities[k]))}</span></div>"
            for k in order
        )
        + "</div>"
    )
