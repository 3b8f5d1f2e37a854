"""Which kernel reads a sequence: torch's own, or in training on a CPU a faster one.

For RNN and GRU, torch records one small operation after the other. A whole sequence as one
operation, `rnndemo.models.sequence_kernels`, gives the same numbers in four fifths of the time or
less. torch's LSTM is one operation already. ``python -m benchmarks flops`` measures it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.autograd import Function

from rnndemo.models.cells.base import Layer
from rnndemo.models.sequence_kernels import GRU, Elman

# mode of torch's kernel -> its sequence operation
CELLS: dict[str, type[Function]] = {
    "RNN_TANH": Elman,
    "RNN_RELU": Elman,
    "GRU": GRU,
}


def read(kernel: Layer, sequence: Tensor) -> tuple[Tensor, Tensor]:
    """Return the hidden states of `sequence`, in the fastest way that gives the same numbers.

    Parameters
    ----------
    kernel : nn.RNNBase or LoopedLayer
        One layer with biases, ``batch_first``, in one or two directions. In training it may only
        hold the weights: hooks on it are then not called.
    sequence : Tensor
        ``(batch, time, features)``.

    Returns
    -------
    hidden : Tensor
        Every h_t, ``(batch, time, directions * hidden_size)``.
    last : Tensor
        What each direction holds at its end, ``(batch, directions * hidden_size)``: the same
        numbers as in `hidden`, but a loss that needs no others makes a shorter way back.
    """
    if (
        not isinstance(kernel, nn.RNNBase)
        or kernel.mode not in CELLS
        or not _trains_here(kernel, sequence)
    ):
        hidden, state = kernel(sequence)
        last = state[0] if isinstance(state, tuple) else state  # (directions, batch, hidden_size)
        return hidden, torch.cat(last.unbind(0), -1)
    cell = CELLS[kernel.mode]
    hidden, last = cell.apply(sequence, *_weights(kernel, "l0"), kernel.mode)
    if not kernel.bidirectional:
        return hidden, last
    back, first = cell.apply(sequence.flip(1), *_weights(kernel, "l0_reverse"), kernel.mode)
    return torch.cat([hidden, back.flip(1)], -1), torch.cat([last, first], -1)


def _weights(kernel: nn.RNNBase, end: str) -> list[Tensor]:
    return [getattr(kernel, f"{k}_{end}") for k in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


def _trains_here(kernel: nn.RNNBase, sequence: Tensor) -> bool:
    """Return whether slopes are wanted, on a CPU, without autocast."""
    if not torch.is_grad_enabled() or torch.is_autocast_enabled("cpu"):
        return False
    weights = list(kernel.parameters())
    fits = (  # of what does not, torch complains best
        sequence.dim() == 3
        and sequence.numel() > 0
        and sequence.shape[-1] == kernel.input_size
        and sequence.dtype in (torch.float32, torch.float64)
        and all(weight.dtype == sequence.dtype for weight in weights)
    )
    wanted = sequence.requires_grad or any(weight.requires_grad for weight in weights)
    return fits and wanted and sequence.device.type == "cpu"
