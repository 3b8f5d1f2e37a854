"""Boxes: how much they overlap, and which of many stay. A box is left, top, right, bottom."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


def kept(boxes: Tensor, scores: Tensor, overlap: float) -> Tensor:
    """Return the indices of the boxes that overlap no surer one by more, the surest first.

    Parameters
    ----------
    boxes : Tensor
        float32 ``(n, 4)``
    scores : Tensor
        float32 ``(n,)``
    overlap : float
        Intersection over union, from 0 to 1.
    """
    index: Tensor = _suppression()(boxes, scores, overlap)
    return index


@cache
def _suppression() -> Callable[..., Any]:
    """Return torchvision's operator, without the package, which takes a second and 160 MB."""
    spec = find_spec("torchvision")
    assert spec is not None
    assert spec.origin is not None
    for library in sorted(Path(spec.origin).parent.glob("_C*")):
        torch.ops.load_library(library)
    return torch.ops.torchvision.nms


def overlaps(first: Tensor, second: Tensor) -> Tensor:
    """Return the intersection over union of boxes ``(…, 4)``, of shapes that broadcast."""
    shared = _area(_both(first, second))
    return shared / (_area(first) + _area(second) - shared)


def generalised_loss(found: Tensor, true: Tensor) -> Tensor:
    """Return one minus the generalised intersection over union (Rezatofighi et al. 2019).

    Boxes that lie apart have a loss too, the larger the emptier the box around both.

    Parameters
    ----------
    found, true : Tensor
        ``(n, 4)``

    Returns
    -------
    Tensor
        ``(n,)``, from 0 to 2.
    """
    around = torch.cat(
        [torch.minimum(found[:, :2], true[:, :2]), torch.maximum(found[:, 2:], true[:, 2:])], 1
    )
    shared = _area(_both(found, true))
    union = _area(found) + _area(true) - shared
    whole = _area(around).clamp_min(1e-7)
    return 1 - shared / union.clamp_min(1e-7) + (whole - union) / whole


def _both(first: Tensor, second: Tensor) -> Tensor:
    """Return the box that two share, of no size if they lie apart."""
    low = torch.maximum(first[..., :2], second[..., :2])
    return torch.cat([low, torch.maximum(low, torch.minimum(first[..., 2:], second[..., 2:]))], -1)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).prod(-1)
