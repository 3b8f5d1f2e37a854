"""How the answer depends on every hidden state and on every input."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.models.cells import last_hidden, unroll
from rnndemo.models.classifier import SequenceClassifier

# output activation -> the loss of training, summed over sequences: none sees its neighbours
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "softmax": lambda logits, target: F.cross_entropy(logits, target, reduction="sum"),
    "sigmoid": lambda logits, target: (
        F.binary_cross_entropy_with_logits(
            logits, F.one_hot(target, logits.shape[-1]).to(logits), reduction="sum"
        )
        / logits.shape[-1]
    ),
}


def slopes(model: SequenceClassifier, sequence: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return ‖∂loss/∂h_t‖ ``(batch, layers, directions, time)`` and |∂logit/∂x| like `sequence`.

    The fast kernels give the derivative of an h_t only as far as the layer above reads it. Here
    zeros are added to every h_t on its way: their gradient is the whole of it.
    """
    batch, time, _ = sequence.shape
    config = model.config
    shape = (config.num_layers, 2 if config.bidirectional else 1, time, batch, config.hidden_size)
    with torch.enable_grad():
        x = sequence.detach().requires_grad_()
        zeros = [h.requires_grad_() for h in sequence.new_zeros(shape).flatten(0, 2)]

        def add(layer: int, direction: int, t: int, h: Tensor) -> Tensor:
            return h + zeros[(layer * shape[1] + direction) * time + t]

        logits = model.head(model.pool(last_hidden(unroll(model, x, add))))[:, -1]
        loss = LOSSES[config.output_activation](logits, target)
        logit = logits.gather(1, target[:, None]).sum()
        (saliency,) = torch.autograd.grad(logit, x, retain_graph=True)
        whole = torch.autograd.grad(loss, zeros)
    norm = torch.stack(whole).norm(dim=-1).unflatten(0, shape[:3])
    return norm.permute(3, 0, 1, 2), saliency.abs()
