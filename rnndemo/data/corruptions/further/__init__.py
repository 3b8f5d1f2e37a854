"""Corruptions that MNIST-C does not have, most of them for networks that read rows; a file each."""

from __future__ import annotations

from rnndemo.data.corruptions.base import Corruption
from rnndemo.kinds import load_kinds

NAMES = (
    "missing_rows",
    "missing_columns",
    "shuffled_rows",
    "thicker_strokes",
    "thinner_strokes",
    "elastic",
    "jpeg",
)
FURTHER = load_kinds(__name__, NAMES, Corruption)
