"""Attacks: small changes of a picture that make a model answer wrong."""

from __future__ import annotations

from rnndemo.hardening.attacks.base import Attack
from rnndemo.kinds import load_kinds

NAMES = (  # each a file
    "fgsm",
    "pgd",
    "row",
    "noise",
)
ATTACKS = load_kinds(__name__, NAMES, Attack)
