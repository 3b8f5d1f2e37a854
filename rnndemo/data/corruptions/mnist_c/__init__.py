"""The fifteen corruptions of MNIST-C (Mu and Gilmer 2019), a file each."""

from __future__ import annotations

from rnndemo.data.corruptions.base import Corruption
from rnndemo.kinds import load_kinds

NAMES = (
    "shot_noise",
    "impulse_noise",
    "glass_blur",
    "motion_blur",
    "shear",
    "scale",
    "rotate",
    "brightness",
    "translate",
    "stripe",
    "fog",
    "spatter",
    "dotted_line",
    "zigzag",
    "canny_edges",
)
MNIST_C = load_kinds(__name__, NAMES, Corruption)
