"""Small pictures for a page, as data URIs."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.plots.look.colors import BOARD, CHALK


def contact_sheet(images: np.ndarray, names: Sequence[str]) -> str:
    """Return pictures ``(N, H, W)`` in [0, 1] with their names below them, as HTML."""
    figures = (
        f'<figure><img src="{data_uri(image)}" alt="{escape(name)}">'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for image, name in zip(images, names, strict=True)
    )
    return f'<div class="contact-sheet">{"".join(figures)}</div>'


def encoded(picture: Image.Image, kind: str = "png", **options: int) -> str:
    """Return a picture as the data URI of a PNG or JPEG."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


def data_uri(image: np.ndarray) -> str:
    """Return an image ``(H, W)`` in [0, 1] as a data URI: chalk on the colour of the board."""
    share = np.clip(image, 0, 1)[..., None]
    colours = np.array(getrgb(BOARD)) * (1 - share) + np.array(getrgb(CHALK)) * share
    return encoded(Image.fromarray(colours.round().astype(np.uint8)))


def thumbnail(image: np.ndarray, text: str) -> str:
    """Return an image ``(H, W)`` in [0, 1], small and with a text below it, as HTML."""
    text = escape(text)
    return (
        f'<figure class="thumbnail"><img src="{data_uri(image)}" alt="{text}">'
        f"<figcaption>{text}</figcaption></figure>"
    )
