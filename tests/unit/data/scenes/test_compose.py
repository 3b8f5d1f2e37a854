"""Scenes of every kind: what is said of their pixels and digits is true of the picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.data.scenes.layout import shared
from rnndemo.data.scenes.scene import INK, NOTHING, Scenes
from rnndemo.data.sets import DataSet, ImageSet

COUNT = 12
SEEDS = st.integers(0, 2**31 - 1)
some = settings(max_examples=12)
each_kind = pytest.mark.parametrize("name", SCENES)


def made(kind: SceneKind, glyphs: ImageSet, seed: int, count: int = COUNT) -> Scenes:
    return Composer(kind, glyphs).scenes(count, torch.Generator().manual_seed(seed))


def same(first: Scenes, second: Scenes) -> bool:
    return all(torch.equal(one, vars(second)[name]) for name, one in vars(first).items())


def overlaps(scenes: Scenes) -> Tensor:
    """Return what each pair of digits shares, one pair once."""
    pairs = shared(scenes.boxes[:, :, None], scenes.boxes[:, None])
    there = scenes.labels != NOTHING
    pair = (there[:, :, None] & there[:, None]).triu(1)
    return pairs[pair]


@each_kind
@some
@given(seed=SEEDS, clutter=st.sampled_from([0.0, 0.5, 1.0]))
def test_boxes_enclose_the_ink_of_their_digits(
    name: str, seed: int, clutter: float, few_digits: DataSet
) -> None:
    kind = replace(SCENES[name], clutter=clutter, noise=clutter)
    scenes = made(kind, few_digits.train, seed)
    there = scenes.labels != NOTHING
    assert (there.sum(1) >= min(1, kind.objects[0])).all()
    assert (there.sum(1) <= kind.objects[1]).all()
    left, top, right, bottom = scenes.boxes.unbind(-1)
    assert torch.equal(scenes.boxes, scenes.boxes.round())
    assert (left[there] < right[there]).all()
    assert (top[there] < bottom[there]).all()
    assert (scenes.boxes[..., :2] >= 0).all()
    assert (right <= kind.width).all()
    assert (bottom <= kind.height).all()
    assert not scenes.boxes[~there].any()
    scene, row, column = (scenes.owners != NOTHING).nonzero(as_tuple=True)
    owner = scenes.owners[scene, row, column].long()
    assert there[scene, owner].all()  # no pixel of a digit that is not there
    inside = scenes.boxes[scene, owner]
    assert ((inside[:, 0] <= column) & (column < inside[:, 2])).all()
    assert ((inside[:, 1] <= row) & (row < inside[:, 3])).all()


@some
@given(seed=SEEDS)
def test_a_framed_digit_has_the_box_of_its_whole_picture(seed: int, few_digits: DataSet) -> None:
    kind = SCENES["two-digits"]
    framed, tight = (
        made(replace(kind, framed=choice), few_digits.train, seed) for choice in (True, False)
    )
    assert torch.equal(framed.images, tight.images)
    sides = framed.boxes[..., 2:] - framed.boxes[..., :2]
    assert (sides == few_digits.train.images.shape[-1]).all()


@each_kind
@some
@given(seed=SEEDS)
def test_every_pixel_with_ink_has_an_owner_and_a_class(
    name: str, seed: int, few_digits: DataSet
) -> None:
    scenes = made(SCENES[name], few_digits.train, seed)
    assert torch.equal(scenes.images >= INK, scenes.owners != NOTHING)
    for place in range(scenes.labels.shape[1]):
        label = scenes.labels[:, place, None, None].expand_as(scenes.masks)
        mine = scenes.owners == place
        assert torch.equal(scenes.masks[mine], label[mine])
    assert (scenes.masks[scenes.owners == NOTHING] == NOTHING).all()


@each_kind
@some
@given(seed=SEEDS)
def test_digits_stand_in_reading_order(name: str, seed: int, few_digits: DataSet) -> None:
    scenes = made(SCENES[name], few_digits.train, seed)
    there = scenes.labels != NOTHING
    assert (there[:, :-1] | ~there[:, 1:]).all()  # none after a place without one
    middles = scenes.boxes[..., 0] + scenes.boxes[..., 2]
    assert (middles[:, :-1] <= middles[:, 1:])[there[:, 1:]].all()
    for number, labels in zip(scenes.numbers(), scenes.labels, strict=True):
        assert number == labels[labels != NOTHING].tolist()


@each_kind
@some
@given(seed=SEEDS)
def test_digits_overlap_as_much_as_their_kind_allows(
    name: str, seed: int, few_digits: DataSet
) -> None:
    kind = SCENES[name]
    share = overlaps(made(kind, few_digits.train, seed))
    assert ((share >= kind.overlap[0]) & (share <= kind.overlap[1])).all()


@each_kind
@some
@given(seed=SEEDS)
def test_same_seed_gives_the_same_scenes_and_another_gives_others(
    name: str, seed: int, few_digits: DataSet
) -> None:
    first, again, other = (made(SCENES[name], few_digits.train, s) for s in (seed, seed, seed + 1))
    assert same(first, again)
    assert not torch.equal(first.images, other.images)


def test_clutter_changes_the_picture_and_not_what_is_true_of_digits(few_digits: DataSet) -> None:
    plain = made(SCENES["default"], few_digits.train, 1)
    kind = replace(SCENES["default"], clutter=1.0, noise=0.0)
    cluttered = made(kind, few_digits.train, 1)
    assert torch.equal(plain.boxes, cluttered.boxes)
    assert torch.equal(plain.labels, cluttered.labels)
    assert (cluttered.images >= plain.images).all()
    covered = cluttered.images > plain.images
    assert covered.any()
    assert (cluttered.owners[covered] == NOTHING).all()
    assert torch.equal(cluttered.owners[~covered], plain.owners[~covered])


def test_boxes_of_digits_that_lie_alone_touch_their_ink(few_digits: DataSet) -> None:
    scenes = made(SCENES["m2nist"], few_digits.train, 0, 40)
    for owners, boxes, labels in zip(scenes.owners, scenes.boxes, scenes.labels, strict=True):
        for place in (labels != NOTHING).nonzero()[:, 0].tolist():
            rows, columns = (owners == place).nonzero(as_tuple=True)
            low, high = (columns.min(), rows.min()), (columns.max() + 1, rows.max() + 1)
            assert boxes[place].tolist() == [*map(float, low), *map(float, high)]


def test_classes_without_pictures_are_not_in_scenes(few_digits: DataSet) -> None:
    glyphs = few_digits.train
    part = glyphs.take(((glyphs.labels == 3) | (glyphs.labels == 7)).nonzero()[:, 0])
    sevens = {trimmed(picture) for picture in part.images[part.labels == 7]}
    for name in SCENES:
        scenes = made(SCENES[name], part, 0)
        assert set(scenes.labels.unique().tolist()) <= {NOTHING, 3, 7}
    alone = made(SCENES["m2nist"], part, 0)  # shows pictures as they are
    found = (alone.labels == 7).nonzero().tolist()
    assert found
    assert all(cut_out(alone, index, place) in sevens for index, place in found)


def trimmed(picture: Tensor) -> bytes:
    """Return the pixels of a digit within the box of its ink."""
    rows, columns = (picture >= INK).nonzero(as_tuple=True)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].numpy().tobytes()


def cut_out(scenes: Scenes, index: int, place: int) -> bytes:
    left, top, right, bottom = map(int, scenes.boxes[index, place])
    return scenes.images[index, top:bottom, left:right].numpy().tobytes()


def test_two_digits_of_multimnist_differ(few_digits: DataSet) -> None:
    labels = made(SCENES["multi"], few_digits.train, 0, 200).labels
    assert (labels[:, 0] != labels[:, 1]).all()


# Sabour, Frosst and Hinton (2017) shift each digit by up to 4 pixels and count an overlap of 80 %
# for boxes of 20 × 20; what such shifts give for them is (1 - 80 / 27 / 20)² = 0.73.
def test_overlap_of_multimnist_is_that_of_its_shifts(few_digits: DataSet) -> None:
    share = overlaps(made(SCENES["multi"], few_digits.train, 0, 1000))
    assert share.mean().item() == pytest.approx(0.73, abs=0.03)


def test_no_scenes_are_a_set_too(few_digits: DataSet) -> None:
    scenes = made(SCENES["default"], few_digits.train, 0, 0)
    assert (len(scenes), scenes.size, scenes.numbers()) == (0, (64, 96), [])
