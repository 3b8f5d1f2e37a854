"""Corruptions: pictures made worse at random, with five severities each.

Fifteen are those of MNIST-C under their names (N. Mu and J. Gilmer, "MNIST-C: A Robustness
Benchmark for Computer Vision", 2019, arXiv 1906.02337), written anew by their descriptions. At the
severity in `Corruption.mnist_c` their constants are those that MNIST-C was made with. Seven more
are for networks that read rows.

A corruption at another severity draws the same random numbers: a higher severity is the same
change, more of it.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from rnndemo.data.corruptions.base import Corruption, as_floats, like
from rnndemo.data.corruptions.further import FURTHER
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.errors import check_number, check_one_of

SEVERITIES = (1, 2, 3, 4, 5)
CORRUPTIONS: dict[str, Corruption] = {**MNIST_C, **FURTHER}
AT_ONCE = 500  # pictures; more take more memory, and no less time


def corrupted(images: np.ndarray, kind: str, severity: int, seed: int = 0) -> np.ndarray:
    """Return `images` corrupted; equal arguments give equal pictures.

    Parameters
    ----------
    images : ndarray
        uint8, or floats in [0, 1], ``(N, H, W)``, light ink on dark.
    kind : str
        A key of `CORRUPTIONS`.
    severity : int
        1 to 5; 0 leaves pictures unchanged.
    seed : int
        At least 0.

    Returns
    -------
    ndarray
        Of the same shape and type, in the same range.

    Raises
    ------
    InputError
        If there is no such corruption or severity.
    """
    check_one_of("corruption", kind, tuple(CORRUPTIONS))
    check_number("severity", severity, 0, SEVERITIES[-1], whole=True)
    if not severity or not len(images):
        return images.copy()
    corruption = CORRUPTIONS[kind]
    level = corruption.levels[severity - 1]
    chance = np.random.default_rng([seed, crc32(kind.encode())])
    parts = (images[start : start + AT_ONCE] for start in range(0, len(images), AT_ONCE))
    return np.concatenate(
        [like(part, corruption.apply(as_floats(part), level, chance).clip(0, 1)) for part in parts]
    )
