"""Projected gradient descent: many small steps along the gradient, from a random start.

Madry et al. 2018, "Towards Deep Learning Models Resistant to Adversarial Attacks".
"""

from __future__ import annotations

from rnndemo.errors import N_
from rnndemo.hardening.attacks.ascent import ascended
from rnndemo.hardening.attacks.base import Attack

ATTACK = Attack(
    "PGD",
    N_("many small steps along the gradient, from a random start: projected gradient descent"),
    ascended,
    takes=("steps", "restarts"),
)
