"""Pictures of a seven, drawn in many ways, and as the bytes of a file."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

SEVEN = np.array([[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]])


def seven(
    width: int = 200, height: int = 200, background: int = 255, ink: int = 0, pen: int = 12
) -> Image.Image:
    picture = Image.new("L", (width, height), background)
    path = [(x * width, y * height) for x, y in SEVEN]
    ImageDraw.Draw(picture).line(path, fill=ink, width=pen, joint="curve")
    return picture


def grey(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, np.float32) / 255


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
