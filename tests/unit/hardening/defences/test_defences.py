from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import median_filter

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.defences import DEFENCES, defence_named
from rnndemo.hardening.victim import passed_through


@pytest.fixture(scope="module")
def pictures(digits: DataSet) -> torch.Tensor:
    return digits.test.images[:8].float() / 255


@pytest.mark.parametrize("name", DEFENCES)
def test_a_defence_keeps_shape_and_range(name: str, pictures: torch.Tensor) -> None:
    before = pictures.clone()
    seen = DEFENCES[name].apply(pictures)
    assert torch.equal(pictures, before)
    assert seen.shape == pictures.shape
    assert seen.dtype == pictures.dtype
    assert seen.min() >= 0
    assert seen.max() <= 1
    blank = torch.zeros(2, 28, 28)
    assert torch.equal(DEFENCES[name].apply(blank), blank)


@pytest.mark.parametrize("name", DEFENCES)
def test_an_attack_has_a_gradient_to_follow(name: str, pictures: torch.Tensor) -> None:
    given = pictures.clone().requires_grad_()
    seen = passed_through(DEFENCES[name], given)
    torch.testing.assert_close(seen, DEFENCES[name].apply(pictures))
    weights = torch.rand(pictures.shape)
    (gradient,) = torch.autograd.grad((seen * weights).sum(), given)
    assert gradient.abs().sum() > 0
    if DEFENCES[name].hides_gradients:
        assert torch.equal(gradient, weights)  # straight through


def test_binarising_takes_what_is_nearer() -> None:
    given = torch.tensor([[[0.0, 0.49, 0.51, 1.0]]])
    assert DEFENCES["binarise"].apply(given).tolist() == [[[0, 0, 1, 1]]]


def test_the_median_is_scipys(pictures: torch.Tensor) -> None:
    known = np.stack([median_filter(one, 3, mode="nearest") for one in pictures.numpy()])
    np.testing.assert_array_equal(DEFENCES["denoise"].apply(pictures).numpy(), known)


def test_ink_that_was_moved_comes_back(pictures: torch.Tensor) -> None:
    middle = DEFENCES["recentre"].apply(pictures)
    moved = torch.roll(middle, (1, -2), (1, 2))
    assert torch.equal(DEFENCES["recentre"].apply(moved), DEFENCES["recentre"].apply(middle))
    down = middle.sum(2) @ torch.arange(28.0) / middle.sum((1, 2))
    assert (down - 14).abs().max() <= 0.5 + 1e-4
    assert torch.equal(middle, pictures)  # MNIST has done the same


def test_names() -> None:
    assert defence_named("none") is None
    assert defence_named("denoise") is DEFENCES["denoise"]
    with pytest.raises(InputError, match="none, binarise"):
        defence_named("prayer")
