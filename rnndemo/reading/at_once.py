"""What a network that sees a picture at once makes of it: the outputs of its layers.

These networks take the lines of a picture side by side, as the scan reads them; places in their
outputs are places in that picture. A layer of units has one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnndemo.data.scans import to_images, to_sequence
from rnndemo.models.network import Network, evaluating
from rnndemo.models.picture_networks import Sweeps

OUTPUTS = (nn.ReLU, Sweeps)  # the modules whose outputs are shown
BATCH = 100  # pictures read at once


@dataclass(frozen=True)
class Viewing:
    """What happens when a network sees one picture.

    Parameters
    ----------
    picture : ndarray
        ``(lines, places)``: as the network sees it.
    layers : list of ndarray
        ``(channels, lines, places)``: the outputs of the layers.
    covered : ndarray
        ``(lines, classes)``: what it would answer if all lines after t were blank.
    saliency : ndarray
        ``(H, W)``: |∂logit/∂x| of its answer.
    """

    picture: np.ndarray
    layers: list[np.ndarray]
    covered: np.ndarray
    saliency: np.ndarray


@dataclass(frozen=True)
class Peaks:
    """Where the channels of one layer are strongest in many pictures.

    Parameters
    ----------
    values : ndarray
        ``(N, channels)``: the largest value of each.
    places : ndarray
        int ``(N, channels, 2)``: line and place of it.
    """

    values: np.ndarray
    places: np.ndarray


def view(network: Network, picture: Tensor, scan: str, *, temperature: float = 1.0) -> Viewing:
    """Return what happens when `network` sees a picture ``(H, W)`` in [0, 1]."""
    sequence = to_sequence(picture[None], scan)
    with evaluating(network):
        with torch.no_grad():
            layers = layer_outputs(network, sequence)
            covered = network.probabilities(network.readouts(sequence), temperature)
        with torch.enable_grad():
            x = sequence.detach().requires_grad_()
            (slope,) = torch.autograd.grad(network(x).max(-1).values.sum(), x)
    return Viewing(
        sequence[0].numpy(),
        [values[0].numpy() for values in layers],
        covered[0].numpy(),
        to_images(slope.abs(), scan, *picture.shape)[0].numpy(),
    )


def layer_outputs(network: Network, sequence: Tensor) -> list[Tensor]:
    """Return the outputs of layers, ``(batch, channels, lines, places)``.

    They are those after every convolution, every layer of units or every layer of sweeps. The
    layers run one by one: hooks on a network would hear what other people ask it meanwhile.
    """
    values, parts = sequence[:, None], []
    for module in _modules(network):
        values = module(values)
        if isinstance(module, OUTPUTS):
            parts.append(values if values.dim() == 4 else values[..., None, None])
    return parts


def peaks_over(network: Network, images: Tensor, scan: str) -> list[Peaks]:
    """Return where the channels of each layer are strongest in uint8 pictures ``(N, H, W)``."""
    kind = next(network.parameters())
    found: list[list[tuple[Tensor, Tensor]]] = []
    with evaluating(network), torch.inference_mode():
        for part in images.split(BATCH):
            sequence = to_sequence(part.to(kind) / 255, scan)
            found.append([_strongest(values) for values in layer_outputs(network, sequence)])
    return [
        Peaks(*(torch.cat(parts).numpy() for parts in zip(*layer, strict=True)))
        for layer in zip(*found, strict=True)
    ]


def weights_of(network: Network, layer: int, channel: int) -> np.ndarray | None:
    """Return what a channel multiplies its input with, ``(channels below, lines, places)``.

    The batch normalisation after a convolution is part of it. There are such pictures for
    convolutions and for the first layer of units; otherwise return None.
    """
    match _up_to(network, layer)[-3:]:
        case [nn.Conv2d() as convolution, nn.BatchNorm2d() as norm, _]:
            assert norm.running_var is not None
            scale = norm.weight[channel] / (norm.running_var[channel] + norm.eps).sqrt()
            return _array(convolution.weight[channel] * scale)
        case [_, nn.Linear() as units, _] if layer == 0:
            return _array(units.weight[channel].reshape(1, -1, network.features))
    return None


def field_of(
    network: Network, layer: int, place: tuple[int, int], size: tuple[int, int]
) -> tuple[slice, slice] | None:
    """Return the part of a picture of this size on which a place of a layer depends.

    This is its receptive field. None for networks whose units see the whole picture.
    """
    before = _up_to(network, layer)
    if not any(isinstance(module, nn.Conv2d) for module in before):
        return None
    reach, jump, start = 0.0, 1, 0.0  # pixels to each side; between two places; of the first one
    for module in before:
        if isinstance(module, nn.Conv2d):
            reach += jump
        elif isinstance(module, nn.MaxPool2d):
            reach, start, jump = reach + jump / 2, start + jump / 2, 2 * jump
    lines, places = (
        slice(
            max(0, round(start + jump * k - reach)), min(end, round(start + jump * k + reach) + 1)
        )
        for k, end in zip(place, size, strict=True)
    )
    return lines, places


def _modules(network: Network) -> Iterator[nn.Module]:
    for layer in network.layers:
        yield from layer if isinstance(layer, nn.Sequential) else (layer,)


def _up_to(network: Network, layer: int) -> list[nn.Module]:
    """Return all modules up to the one that gives the output of `layer`."""
    modules = list(_modules(network))
    ends = [k for k, module in enumerate(modules) if isinstance(module, OUTPUTS)]
    return modules[: ends[layer] + 1]


def _strongest(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return value and place of the maximum of each ``(batch, channels, lines, places)``."""
    peak, flat = values.flatten(2).max(-1)
    width = values.shape[-1]
    return peak, torch.stack([flat // width, flat % width], -1)


def _array(weight: Tensor) -> np.ndarray:
    array: np.ndarray = weight.detach().numpy()
    return array
