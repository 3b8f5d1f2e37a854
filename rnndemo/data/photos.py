"""From a photograph of a hand to what the network sees, every step kept."""

from __future__ import annotations

import numpy as np
from skimage.transform import resize

from rnndemo.data.preprocess import MIN_CONTRAST, Seen, Step
from rnndemo.errors import N_, InputError

SIDE = 64

NOTHING = N_("There is nothing to see in this photograph: all of it is of one grey.")


def from_photo(grey: np.ndarray) -> Seen:
    """Bring a photograph, float ``(H, W)`` in [0, 1], to 64 x 64.

    Raises
    ------
    InputError
        If nothing stands out.
    """
    if np.ptp(grey) < MIN_CONTRAST:
        raise InputError(NOTHING)
    image = resize(grey, (SIDE, SIDE), anti_aliasing=True).astype(np.float32)
    return Seen(image, (Step("given", grey.astype(np.float32)), Step("fitted", image)))
