"""Make every pixel black or white.

The cheap trick that does most of the work against small L∞ changes (Schott et al. 2018): a change
of at most ε moves only pixels whose brightness lies within ε of the middle, and digits have few.
"""

from __future__ import annotations

from torch import Tensor

from rnndemo.errors import N_
from rnndemo.hardening.defences.base import Defence

MIDDLE = 0.5


def _apply(pictures: Tensor) -> Tensor:
    return (pictures > MIDDLE).to(pictures.dtype)


DEFENCE = Defence(
    N_("black and white"),
    N_("every pixel becomes black or white, whichever is nearer"),
    _apply,
    hides_gradients=True,  # they are zero
)
