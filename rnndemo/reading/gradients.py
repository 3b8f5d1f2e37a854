"""Gradients of the loss by every hidden state, and of the answer by every input."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.unroll import last_hidden, unroll

# output activation -> the training loss, summed over sequences so that each has its own gradient
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "softmax": lambda logits, target: F.cross_entropy(logits, target, reduction="sum"),
    "sigmoid": lambda logits, target: (
        F.binary_cross_entropy_with_logits(
            logits, F.one_hot(target, logits.shape[-1]).to(logits), reduction="sum"
        )
        / logits.shape[-1]
    ),
}


def norms_and_saliency(
    model: SequenceClassifier, sequence: Tensor, target: Tensor
) -> tuple[Tensor, Tensor]:
    """Return ‖∂loss/∂h_t‖ ``(batch, layers, directions, time)`` and |∂logit/∂x| like `sequence`."""
    with torch.enable_grad():
        x = sequence.detach().requires_grad_()
        logits, zeros = _watched(model, x)
        logit = logits.gather(1, target[:, None]).sum()
        (saliency,) = torch.autograd.grad(logit, x, retain_graph=True)
    return _norms(model, logits, zeros, target), saliency.abs()


def gradient_norms(model: SequenceClassifier, sequence: Tensor, target: Tensor) -> Tensor:
    """Return ‖∂loss/∂h_t‖ ``(batch, layers, directions, time)`` alone, in half the time."""
    with torch.enable_grad():
        logits, zeros = _watched(model, sequence)
    return _norms(model, logits, zeros, target)


def _watched(model: SequenceClassifier, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the logits ``(batch, classes)``, and zeros that were added to every h_t.

    The fast kernels give the gradient of an h_t only through the layer above. The gradient of the
    added zeros is the complete one.
    """
    batch, time, _ = x.shape
    config = model.config
    directions = 2 if config.bidirectional else 1
    shape = (len(model.kinds), directions, time, batch, config.hidden_size)
    zeros = x.new_zeros(shape).requires_grad_()
    each = zeros.flatten(0, 2).unbind()

    def add(layer: int, direction: int, t: int, h: Tensor) -> Tensor:
        return h + each[(layer * shape[1] + direction) * time + t]

    return model.head(model.pool(last_hidden(unroll(model, x, add))))[:, -1], zeros


def _norms(model: SequenceClassifier, logits: Tensor, zeros: Tensor, target: Tensor) -> Tensor:
    with torch.enable_grad():
        loss = LOSSES[model.config.output_activation](logits, target)
    (whole,) = torch.autograd.grad(loss, zeros)  # (layers, directions, time, batch, hidden_size)
    return whole.norm(dim=-1).permute(3, 0, 1, 2)
