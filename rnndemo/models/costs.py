"""Count the operations of a network that reads one picture."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from rnndemo.data.scans import scan_table
from rnndemo.models.cells.base import Layer, LoopedLayer
from rnndemo.models.network import Network, evaluating


def flops(network: Network, scan: str, image_size: tuple[int, int]) -> int:
    """Return the floating-point operations of all matrix products for one picture.

    A product of (m, k) and (k, n) counts 2·m·k·n, a convolution as the equivalent product.
    Activations, gates, biases and means are not counted: they grow linearly with the hidden size,
    products with its square.

    Parameters
    ----------
    image_size : tuple of int
        Height and width of the picture.
    """
    count = 0

    def add(module: nn.Module, given: tuple[Tensor, ...], result: Any) -> None:
        nonlocal count
        if isinstance(module, Layer):
            places = given[0].shape[0] * given[0].shape[1]  # each is multiplied by all weights
        elif isinstance(module, nn.Conv2d):
            places = result[0, 0].numel()
        else:
            places = result[..., 0].numel()
        if isinstance(module, LoopedLayer):  # what a timestep is multiplied by may be made of less
            sizes = [part.numel() for cell in module.paths() for part in (cell.W_x, cell.W_h)]
        else:
            sizes = [weight.numel() for weight in module.parameters() if weight.dim() > 1]
        count += 2 * places * sum(sizes)

    hooks = [
        module.register_forward_hook(add)
        for module in network.modules()
        if isinstance(module, nn.Linear | nn.Conv2d | Layer)
    ]
    try:
        with evaluating(network), torch.inference_mode():
            network(torch.zeros(1, *scan_table(scan, *image_size).shape))
    finally:
        for hook in hooks:
            hook.remove()
    return count
