"""What a network answers to many pictures, batch by batch."""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import ImageSet
from rnndemo.models.network import Network

EVALUATION_BATCH = 500


def logits_of(model: Network, images: Tensor, scan: str) -> Tensor:
    """Return the logits ``(N, classes)`` for uint8 pictures ``(N, H, W)``, in evaluation mode."""
    model.eval()
    with torch.inference_mode():
        parts = [
            model(to_sequence(part.float() / 255, scan)) for part in images.split(EVALUATION_BATCH)
        ]
    return torch.cat(parts)


def accuracy(model: Network, part: ImageSet, scan: str) -> float:
    """Return the share of pictures whose largest logit is their class."""
    answers = logits_of(model, part.images, scan).argmax(1)
    return (answers == part.labels).double().mean().item()
