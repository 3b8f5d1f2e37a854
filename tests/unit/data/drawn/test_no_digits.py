from __future__ import annotations

import weakref

import numpy as np
import pytest
import torch

from rnndemo.data.drawn import no_digits
from rnndemo.data.drawn.no_digits import DRAWN, drawn, pool, spoiled
from rnndemo.data.frames.pen import SIZE
from rnndemo.data.frames.strokes import parse_strokes
from rnndemo.data.sets import DataSet


@pytest.fixture(scope="module")
def real(digits: DataSet) -> tuple[np.ndarray, np.ndarray]:
    return digits.test.images[:500].numpy().astype(np.float32) / 255, digits.test.labels[
        :500
    ].numpy()


def test_shares_of_the_drawn_kinds_add_up() -> None:
    assert sum(DRAWN.values()) == pytest.approx(1)
    assert min(DRAWN.values()) > 0


@pytest.mark.parametrize("maker", DRAWN, ids=lambda maker: maker.__name__)
def test_every_kind_draws_usable_strokes(maker) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        strokes = maker(rng)
        assert len(parse_strokes([stroke.tolist() for stroke in strokes])) == len(strokes) > 0


@pytest.mark.parametrize("maker", DRAWN, ids=lambda maker: maker.__name__)
def test_every_kind_varies(maker) -> None:
    rng = np.random.default_rng(0)
    drawings = {np.concatenate(maker(rng)).tobytes() for _ in range(20)}
    assert len(drawings) == 20


def test_kinds_occur_in_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = dict.fromkeys(DRAWN, 0)

    def counting(maker):
        def make(rng):
            counts[maker] += 1
            return [np.zeros((1, 2))]

        return make

    shares = {counting(maker): share for maker, share in DRAWN.items()}
    monkeypatch.setattr(no_digits, "DRAWN", shares)
    monkeypatch.setattr(no_digits, "_framed", lambda strokes, rng: np.zeros((SIZE, SIZE)))
    drawn(4000, seed=0)
    for maker, share in DRAWN.items():
        assert counts[maker] / 4000 == pytest.approx(share, abs=0.03)


def test_drawn_pictures_have_ink_in_the_unit_range() -> None:
    pictures = drawn(60, seed=0)
    assert pictures.shape == (60, SIZE, SIZE)
    assert pictures.dtype == np.float32
    assert pictures.min() == 0
    assert pictures.max() <= 1
    assert (pictures.sum((1, 2)) > 5).all()


def test_seed_decides_everything(real: tuple[np.ndarray, np.ndarray]) -> None:
    assert np.array_equal(drawn(20, seed=3), drawn(20, seed=3))
    assert not np.array_equal(drawn(20, seed=3), drawn(20, seed=4))
    assert np.array_equal(spoiled(*real, 40, seed=3), spoiled(*real, 40, seed=3))
    assert not np.array_equal(spoiled(*real, 40, seed=3), spoiled(*real, 40, seed=4))


def test_spoiled_digits_are_none_of_the_digits(real: tuple[np.ndarray, np.ndarray]) -> None:
    images, _ = real
    known = {image.tobytes() for image in images}
    made = spoiled(*real, 100, seed=0)
    assert made.shape == (100, SIZE, SIZE)
    assert made.min() >= 0
    assert made.max() <= 1
    assert not known & {picture.tobytes() for picture in made}


@pytest.mark.parametrize("digit", [0, 1, 2, 9])
def test_digits_of_one_class_can_be_spoiled(
    digit: int, real: tuple[np.ndarray, np.ndarray]
) -> None:
    images, labels = real
    made = spoiled(images[labels == digit], labels[labels == digit], 40, seed=0)
    assert np.isfinite(made).all()
    assert (made.sum((1, 2)) > 0).all()


def test_pool_holds_bytes_a_fifth_of_them_spoiled(digits: DataSet) -> None:
    images, labels = digits.test.images[:200], digits.test.labels[:200]
    pictures = pool(50, 0, images, labels)
    assert pictures.shape == (50, SIZE, SIZE)
    assert pictures.dtype == torch.uint8
    assert pictures.max() == 255
    expected = drawn(40, seed=0)
    assert np.array_equal(pictures[:40].numpy(), (expected * 255).round().astype(np.uint8))


def test_pool_without_digits_is_all_drawn() -> None:
    assert len(pool(10, 0)) == 10
    assert torch.equal(pool(10, 0), pool(10, 0))


def test_drawn_part_is_drawn_once_and_stays_as_it_is(
    digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pool(30, 7)
    monkeypatch.setattr(no_digits, "drawn", None)
    before = first.clone()
    first.zero_()
    assert torch.equal(pool(30, 7), before)


def test_pool_holds_no_training_set() -> None:
    images, labels = torch.zeros(9, SIZE, SIZE, dtype=torch.uint8), torch.arange(9)
    held = weakref.ref(images)
    pool(10, 0, images, labels)
    del images
    assert held() is None
