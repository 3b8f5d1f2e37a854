"""Store each picture as JPEG and read it again."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from rnndemo.data.corruptions.base import WHITE, Corruption, as_floats
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: int, chance: np.random.Generator) -> np.ndarray:
    return np.stack([_stored(image, level) for image in images])


def _stored(image: np.ndarray, quality: int) -> np.ndarray:
    file = BytesIO()
    Image.fromarray((image * WHITE).round().astype(np.uint8)).save(file, "JPEG", quality=quality)
    return as_floats(np.asarray(Image.open(file, formats=["JPEG"])))


CORRUPTION = Corruption(
    N_("JPEG"),
    N_("stored as a JPEG of low quality"),
    levels=(25, 18, 15, 10, 7),  # quality
    apply=_apply,
)
