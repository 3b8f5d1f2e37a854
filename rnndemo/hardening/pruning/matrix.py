"""The recurrent matrix of a network as one picture: how strongly each unit acts on each other."""

from __future__ import annotations

from torch import Tensor

from rnndemo.models.cells.base import ENDS
from rnndemo.models.network import Network


def strengths(network: Network, layer: int, direction: int) -> Tensor | None:
    """Return how strongly each unit acts on each other at the next timestep.

    Parameters
    ----------
    layer, direction : int
        From 0; direction 1 reads backward.

    Returns
    -------
    Tensor or None
        float32 ``(hidden_size, hidden_size)``: entry (i, j) is the norm of the weights with which
        the gates of unit i read unit j. None if the network has no such matrix.
    """
    weight = network.state_dict().get(f"layers.{layer}.weight_hh_{ENDS[direction]}")
    if weight is None or weight.dim() != 2 or len(weight) % weight.shape[1]:
        return None
    size = weight.shape[1]
    return weight.float().view(-1, size, size).norm(dim=0)
