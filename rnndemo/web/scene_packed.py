"""What a browser needs to ask each sweep over a scene alone: the head of the masks, and states."""

from __future__ import annotations

import hashlib
from weakref import WeakKeyDictionary

import numpy as np

from rnndemo.models.scenes import SweepNetwork
from rnndemo.web.packed import Packed

# by network: asked at every run of a page, and a network does not change once it is loaded
_PACKED: WeakKeyDictionary[SweepNetwork, Packed] = WeakKeyDictionary()


def packed_head(network: SweepNetwork) -> Packed:
    """Return the head of the masks for `SweptScene` of ``sweeps.js``.

    Its weights are those of each direction, ``(stride², classes + 1, units)``, then the bias,
    ``(stride², classes + 1)``: the logits of one pixel lie side by side.
    """
    if network not in _PACKED:
        _PACKED[network] = _pack(network)
    return _PACKED[network]


def inked_places(picture: np.ndarray, stride: int, ink: int) -> np.ndarray:
    """Return the numbers of the places, row by row, of whose pixels one has ink.

    Parameters
    ----------
    picture : ndarray
        uint8 ``(height, width)``.
    ink : int
        The level from which on a pixel has ink.
    """
    height, width = picture.shape
    whole = np.pad(picture, ((0, -height % stride), (0, -width % stride)))
    places = whole.reshape(whole.shape[0] // stride, stride, -1, stride)
    return np.flatnonzero((places >= ink).any((1, 3)))


def _pack(network: SweepNetwork) -> Packed:
    head = network.head["mask"]
    pixels, classes = network.scenes.stride**2, network.classes + 1
    # a place's outputs are those of a class for all its pixels, then of the next class
    weight = head.weight.detach().float().unflatten(0, (classes, pixels)).transpose(0, 1)
    bias = head.bias.detach().float().unflatten(0, (classes, pixels)).T
    each = weight.flatten(0, 1).split(network.config.hidden_size, 1)
    parts = [part.numpy().ravel() for part in (*each, bias)]
    weights = np.concatenate(parts).astype("<f2").tobytes()
    manifest = {
        "directions": network.directions,
        "units": network.config.hidden_size,
        "classes": classes,
        "stride": network.scenes.stride,
    }
    digest = hashlib.sha256(repr(manifest).encode() + weights)
    return Packed({"id": digest.hexdigest()[:32], **manifest}, weights)
