"""How colours look to people: contrast, and differences with each kind of colour vision.

`CONDITIONS` holds the common deficiencies in their strongest form, each by two published models:
they differ, and a palette should hold by both.

- Machado, Oliveira, Fernandes: A physiologically-based model for simulation of color vision
  deficiency (2009), the tables for severity 1.0.
- Viénot, Brettel, Mollon: Digital video colourmaps for checking the legibility of displays by
  dichromats (1999), for protan and deutan; Brettel, Viénot, Mollon: Computerized simulation of
  color appearance for dichromats (1997), for tritan, which needs a matrix on either side of a
  plane. Both for sRGB, as libDaltonLens has them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL.ImageColor import getrgb
from skimage.color import deltaE_ciede2000, rgb2lab

# condition -> matrices that take linear RGB to what is seen; a second one is for the colours on
# the other side of the plane of `NORMAL`
CONDITIONS: dict[str, tuple[np.ndarray, ...]] = {
    name: tuple(np.array(matrix).reshape(3, 3) for matrix in matrices)
    for name, matrices in {
        "normal": ([1, 0, 0, 0, 1, 0, 0, 0, 1],),
        "protan, Machado": (
            [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216,
             -0.003882, -0.048116, 1.051998],
        ),
        "deutan, Machado": (
            [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413,
             -0.011820, 0.042940, 0.968881],
        ),
        "tritan, Machado": (
            [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602,
             0.004733, 0.691367, 0.303900],
        ),
        "protan, Viénot": (
            [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
        ),
        "deutan, Viénot": (
            [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
        ),
        "tritan, Brettel": (
            [1.01277, 0.13548, -0.14826, -0.01243, 0.86812, 0.14431, 0.07589, 0.80500, 0.11911],
            [0.93678, 0.18979, -0.12657, 0.06154, 0.81526, 0.12320, -0.37562, 1.12767, 0.24796],
        ),
    }.items()
}  # fmt: skip
NORMAL = np.array([0.03901, -0.02788, -0.01113])


def rgb(colors: Sequence[str]) -> np.ndarray:
    """Return colours like ``#rrggbb`` as sRGB ``(N, 3)`` in [0, 1]."""
    return np.array([getrgb(color) for color in colors]).reshape(-1, 3) / 255


def linear(colors: np.ndarray) -> np.ndarray:
    """Return sRGB as linear RGB."""
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def seen(colors: np.ndarray) -> np.ndarray:
    """Return sRGB ``(N, 3)`` as CIELAB under each of `CONDITIONS`, ``(conditions, N, 3)``."""
    light = linear(colors)
    side = (light @ NORMAL >= 0)[:, None]
    views = []
    for first, *second in CONDITIONS.values():
        other = light @ second[0].T if second else light @ first.T
        shown = np.clip(np.where(side, light @ first.T, other), 0, 1)
        srgb = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
        views.append(rgb2lab(srgb))
    return np.stack(views)


def differences(colors: Sequence[str]) -> np.ndarray:
    """Return CIEDE2000 between every two colours under each of `CONDITIONS`.

    Returns
    -------
    ndarray
        ``(conditions, N, N)``, with infinity between a colour and itself.
    """
    views = seen(rgb(colors))
    apart = deltaE_ciede2000(views[:, :, None], views[:, None])
    apart[:, np.arange(len(colors)), np.arange(len(colors))] = np.inf
    return apart


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    bright, dark = sorted((linear(rgb([one, other])) @ [0.2126, 0.7152, 0.0722]).tolist())[::-1]
    return (bright + 0.05) / (dark + 0.05)
