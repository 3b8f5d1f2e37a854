"""Boxes overlap, and are suppressed, as torchvision says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torchvision.ops import box_iou, generalized_box_iou_loss, nms

from rnndemo.models.boxes import generalised_loss, kept, overlaps


def boxes(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    low = 60 * torch.rand(count, 2, generator=generator)
    return torch.cat([low, low + 1 + 30 * torch.rand(count, 2, generator=generator)], 1)


@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5, 1.0])
def test_those_stay_that_torchvision_keeps(overlap: float) -> None:
    scores = torch.rand(40, generator=torch.Generator().manual_seed(1))
    assert kept(boxes(40, 2), scores, overlap).equal(nms(boxes(40, 2), scores, overlap))


def test_overlaps_are_torchvisions() -> None:
    first, second = boxes(20, 3), boxes(30, 4)
    torch.testing.assert_close(overlaps(first[:, None], second), box_iou(first, second))


def test_loss_and_its_gradient_are_torchvisions() -> None:
    grads = []
    for loss in (generalised_loss, generalized_box_iou_loss):
        found = boxes(20, 5).requires_grad_()
        values = loss(found, boxes(20, 6))
        values.sum().backward()
        grads.append((values.detach(), found.grad))
    torch.testing.assert_close(*grads)


def test_boxes_apart_have_a_loss_above_one() -> None:
    apart = torch.tensor([[0.0, 0, 1, 1]]), torch.tensor([[3.0, 0, 4, 1]])
    assert generalised_loss(*apart).item() == pytest.approx(1 + 2 / 4)
