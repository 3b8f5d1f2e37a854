from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor

from rnndemo.data.augment import AUGMENTATIONS
from rnndemo.data.sets import DataSet

Vary = Callable[[Tensor, Generator], Tensor]

unchanged, affine, people, photo = (
    AUGMENTATIONS[name].vary for name in ("none", "affine", "people", "photo")
)


def seeded(seed: int) -> Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def images(digits: DataSet) -> Tensor:
    return digits.test.images[:256].float() / 255


@pytest.fixture(params=AUGMENTATIONS)
def augment(request: pytest.FixtureRequest) -> Vary:
    return AUGMENTATIONS[request.param].vary


def test_shape_type_and_range_stay(augment: Vary, images: Tensor) -> None:
    varied = augment(images, seeded(0))
    assert varied.shape == images.shape
    assert varied.dtype == images.dtype
    assert varied.min() >= 0
    assert varied.max() <= 1 + 1e-6


def test_pictures_handed_in_stay_as_they_are(augment: Vary, images: Tensor) -> None:
    before = images.clone()
    augment(images, seeded(0))
    assert torch.equal(images, before)


def test_same_seed_gives_same_pictures(augment: Vary, images: Tensor) -> None:
    torch.manual_seed(1)
    first = augment(images, seeded(5))
    torch.manual_seed(2)  # nothing is drawn from the global state
    assert torch.equal(augment(images, seeded(5)), first)


@pytest.mark.parametrize("size", [(28, 28), (20, 32), (8, 8)])
def test_other_sizes_and_single_pictures_work(augment: Vary, size: tuple[int, int]) -> None:
    assert augment(torch.rand(1, *size), seeded(0)).shape == (1, *size)


def test_unchanged_changes_nothing(images: Tensor) -> None:
    assert torch.equal(unchanged(images, seeded(0)), images)


@pytest.mark.parametrize("augment", [affine, people, photo])
def test_another_seed_gives_other_pictures(augment: Vary, images: Tensor) -> None:
    assert not torch.allclose(augment(images, seeded(1)), augment(images, seeded(2)), atol=0.1)


@pytest.mark.parametrize("augment", [affine, people, photo])
def test_each_picture_is_varied_on_its_own(augment: Vary, images: Tensor) -> None:
    same = images[:1].expand(16, -1, -1)
    varied = augment(same, seeded(0))
    assert len({picture.numpy().tobytes() for picture in varied}) == 16


@pytest.mark.parametrize("augment", [affine, people])
def test_digits_stay_in_the_frame(augment: Vary, images: Tensor) -> None:
    """Little ink is lost at the edge, so that the label stays true."""
    border = torch.ones(28, 28, dtype=torch.bool)
    border[1:-1, 1:-1] = False
    varied = augment(images, seeded(3))
    assert (varied[:, border].sum(1) / varied.sum((1, 2))).mean() < 0.02


def test_affine_keeps_the_amount_of_ink_on_average(images: Tensor) -> None:
    ratio = affine(images, seeded(0)).sum() / images.sum()
    assert ratio == pytest.approx(1, abs=0.1)


def test_people_draw_thicker_and_thinner(images: Tensor) -> None:
    ink = (people(images, seeded(0)).sum((1, 2)) / images.sum((1, 2))).sort().values
    assert ink[len(ink) // 20] < 0.8
    assert ink[-len(ink) // 20] > 1.25


def test_photographs_are_taken_in_other_light_and_the_ground_stays_black() -> None:
    hand = torch.zeros(64, 64, 64)
    hand[:, 16:48, 16:48] = 0.6
    varied = photo(hand, seeded(0))
    middle = varied[:, 28:36, 28:36].mean((1, 2))
    assert middle.min() < 0.5 < 0.7 < middle.max()
    assert varied[:, 0, 0].max() < 0.01


def test_about_half_of_the_corrupted_stay_clean_and_the_rest_differ(images: Tensor) -> None:
    corrupt = AUGMENTATIONS["corruptions"].vary
    clean = (corrupt(images, seeded(3)) == images).flatten(1).all(1)
    assert 0.4 < clean.float().mean() < 0.6
    again = (corrupt(images, seeded(4)) == images).flatten(1).all(1)
    assert (clean != again).any()  # each batch draws anew
