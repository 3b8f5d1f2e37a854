"""Defences: what is done to a picture before a model reads it, each with its price."""

from __future__ import annotations

from rnndemo.hardening.defences.base import Defence
from rnndemo.kinds import load_kinds

NAMES = (  # each a file
    "binarise",
    "denoise",
    "recentre",
)
DEFENCES = load_kinds(__name__, NAMES, Defence)
