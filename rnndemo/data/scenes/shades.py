"""Digits of different greys that hide each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

SPREAD = 0.5  # of a digit's grey, as a share of the step to the next one's


@dataclass(frozen=True)
class Shades:
    """How the digits of N scenes of at most M are told apart.

    Parameters
    ----------
    greys : Tensor
        float ``(N, M)`` in (0, 1]: of full ink.
    depths : Tensor
        int64 ``(N, M)``: the digits from the lowest to the one on top.
    """

    greys: Tensor
    depths: Tensor


def shades_of(span: tuple[float, float], count: int, most: int, generator: Generator) -> Shades:
    """Return random shades for `count` scenes of at most `most` digits.

    Parameters
    ----------
    span : tuple of float
        Darkest and lightest grey. Greys of a scene differ by a third of it at least if there are
        two, by a fifth if there are three, and so on.
    """
    rank = torch.rand(count, most, generator=generator).argsort(1)
    step = (rank + SPREAD * torch.rand(count, most, generator=generator)) / (most - 1 + SPREAD)
    depths = torch.rand(count, most, generator=generator).argsort(1)
    return Shades(span[0] + (span[1] - span[0]) * step, depths)


def stacked(layers: Tensor, shades: Shades) -> tuple[Tensor, Tensor]:
    """Return what is seen of digits that lie on top of each other.

    Parameters
    ----------
    layers : Tensor
        ``(N, M, H, W)`` in [0, 1]: the ink of each digit, which covers by so much what lies below.

    Returns
    -------
    level : Tensor
        ``(N, H, W)``: how light each pixel is.
    owner : Tensor
        int64 ``(N, H, W)``: the digit that adds most to it.
    """
    seen = torch.zeros_like(layers)
    each = torch.arange(len(layers))
    for place in shades.depths.unbind(1):
        ink = layers[each, place]
        seen *= 1 - ink[:, None]
        seen[each, place] = shades.greys[each, place, None, None] * ink
    return seen.sum(1), seen.argmax(1)
