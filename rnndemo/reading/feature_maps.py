"""What a network that sees a picture at once makes of it: the feature maps of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from rnndemo.data.scans import SCANS, to_images, to_sequence
from rnndemo.models.picture_networks import PictureNetwork

BATCH = 100  # pictures that are read at once


def feature_maps(network: PictureNetwork, picture: Tensor, scan: str) -> list[np.ndarray]:
    """Return what each layer makes of a picture, in order.

    A convolution counts as a layer, with what follows it up to its ReLU.

    Parameters
    ----------
    picture : Tensor
        float ``(1, H, W)`` in [0, 1].

    Returns
    -------
    list of ndarray
        ``(channels, height, width)`` for each layer; a unit of an MLP is a channel of one place.
    """
    with torch.inference_mode(), _watched(network) as seen:
        network(to_sequence(picture, scan))
    return [_upright(values, scan)[0].numpy() for values in seen]


def strongest(network: PictureNetwork, images: Tensor, scan: str) -> list[np.ndarray]:
    """Return for each layer how strongly each channel answers to each of many pictures.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, as in a data set.

    Returns
    -------
    list of ndarray
        ``(N, channels)``: the largest value anywhere in the channel.
    """
    batches = []
    with torch.inference_mode(), _watched(network) as seen:
        for part in images.split(BATCH):
            seen.clear()
            network(to_sequence(part.float() / 255, scan))
            batches.append([_upright(values, scan).amax((2, 3)).numpy() for values in seen])
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def saliency_at_once(network: PictureNetwork, picture: Tensor, scan: str) -> np.ndarray:
    """Return how strongly each pixel changes the score of the answer, ``(H, W)``."""
    with torch.enable_grad():
        x = to_sequence(picture, scan).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(network(x).max(), x)
    values: np.ndarray = to_images(gradient.abs(), scan, *picture.shape[1:])[0].numpy()
    return values


def filters(network: PictureNetwork) -> np.ndarray | None:
    """Return the filters of the first convolution, ``(channels, 3, 3)``; None without one."""
    for part in network.layers.modules():
        if isinstance(part, nn.Conv2d):
            weights: np.ndarray = part.weight.detach()[:, 0].numpy()
            return weights
    return None


@contextmanager
def _watched(network: PictureNetwork) -> Iterator[list[Tensor]]:
    """Yield a list that gets the output of every layer while the network reads."""
    seen: list[Tensor] = []
    relus: list[nn.Module] = [
        part for part in network.layers.modules() if isinstance(part, nn.ReLU)
    ]
    parts = relus or list(network.layers)  # ReNet has none
    hooks = [part.register_forward_hook(lambda _m, _i, out: seen.append(out)) for part in parts]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _upright(values: Tensor, scan: str) -> Tensor:
    """Return values as ``(batch, channels, height, width)``, rows downwards."""
    if values.dim() == 2:
        return values[:, :, None, None]
    return values.transpose(2, 3) if SCANS[scan].line == "column" else values
