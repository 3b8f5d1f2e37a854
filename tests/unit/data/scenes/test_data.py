"""Where scenes come from: parts that share no digit, and whatever else has the right form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rnndemo.config import DataConfig, RunConfig, ScenesConfig
from rnndemo.data.load import data_of
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.scenes.data import SceneData, reads_scenes, scene_data
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from tests.own import drawn_set, photographed_set

CONFIG = RunConfig(data=DataConfig(name="scenes"))


def of(glyphs: str, kind: str = "default") -> SceneData:
    found = data_of(replace(CONFIG, scenes=ScenesConfig(kind=kind, glyphs=glyphs)))
    assert isinstance(found, SceneData)
    return found


def shown(images: torch.Tensor) -> set[bytes]:
    return {image.numpy().tobytes() for image in images}


def test_the_parts_of_scenes_share_no_digit(digits: DataSet) -> None:
    data = scene_data(CONFIG, digits)
    parts = [shown(part.images) for part in (digits.train, digits.validation, digits.test)]
    assert data.glyphs is digits
    assert shown(data.training.glyphs.images) == parts[0]
    assert not parts[0] & parts[1]
    # two digits of MNIST's own test part are in its training part as well, pixel by pixel
    assert len(parts[2] & (parts[0] | parts[1])) <= 2


def test_held_out_scenes_are_of_their_own_part(few_digits: DataSet) -> None:
    def only(part: ImageSet, label: int) -> ImageSet:
        return part.take((part.labels == label).nonzero()[:, 0])

    glyphs = replace(
        few_digits, train=only(few_digits.train, 1), validation=only(few_digits.validation, 5),
        test=only(few_digits.test, 8),
    )  # fmt: skip
    data = SceneData(SCENES["m2nist"], glyphs)
    assert set(data.validation(20).labels.unique().tolist()) == {-1, 5}
    assert set(data.held_out(glyphs.test, 0, 20).labels.unique().tolist()) == {-1, 8}
    trained = data.training.scenes(20, torch.Generator().manual_seed(0))
    assert set(trained.labels.unique().tolist()) == {-1, 1}


def test_scenes_to_learn_from_are_fuller_than_those_of_a_test(few_digits: DataSet) -> None:
    data = SceneData(SCENES["default"], few_digits)
    taught = data.training.scenes(60, torch.Generator().manual_seed(0))
    counts, tested = (
        [len(one) for one in part.numbers()] for part in (taught, data.validation(60))
    )
    assert max(counts) > 5 >= max(tested)
    assert sum(counts) > 1.4 * sum(tested)
    alike = SceneData(SCENES["m2nist"], few_digits)
    assert alike.training.kind == alike.kind


@pytest.mark.parametrize(
    ("kind", "fewest", "counts"),
    [("default", 0, (3, 8)), ("default", 7, (7, 8)), ("m2nist", 8, (3, 3)), ("multi", 1, (2, 2))],
)
def test_scenes_to_learn_from_can_be_filled(
    kind: str, fewest: int, counts: tuple[int, int], few_digits: DataSet
) -> None:
    plain, filled = (
        scene_data(replace(CONFIG, scenes=ScenesConfig(kind=kind, fewest=number)), few_digits)
        for number in (0, fewest)
    )
    assert filled.training.kind.objects == counts
    assert torch.equal(plain.validation(10).images, filled.validation(10).images)


def test_held_out_scenes_are_the_same_for_everyone(few_digits: DataSet) -> None:
    first, second = (SceneData(SCENES["default"], few_digits) for _ in range(2))
    assert torch.equal(first.validation(30).images, second.validation(30).images)
    assert torch.equal(
        first.validation(30).images[:10], second.validation(30).take(slice(10)).images
    )
    assert not torch.equal(
        first.validation(10).images, first.held_out(few_digits.validation, 1, 10).images
    )


def test_synthetic_digits_are_their_share_of_those_to_learn_from(few_digits: DataSet) -> None:
    config = replace(CONFIG, data=DataConfig(name="scenes", synthetic=0.25))
    data = scene_data(config, few_digits)
    assert len(data.training.glyphs) == pytest.approx(len(few_digits.train) * 4 / 3, abs=1)
    assert shown(data.glyphs.train.images) == shown(
        few_digits.train.images
    )  # not where it is tested


@pytest.mark.parametrize("kind", SCENES)
def test_clutter_is_that_of_the_configuration(kind: str, few_digits: DataSet) -> None:
    config = replace(CONFIG, scenes=ScenesConfig(kind=kind, clutter=0.5))
    data = scene_data(config, few_digits)
    assert (data.kind.clutter, data.kind.noise) == (0.5, 0.5)
    assert data.image_size == (SCENES[kind].height, SCENES[kind].width)
    assert data.classes == few_digits.classes


def test_gestures_lie_in_scenes_too() -> None:
    data = of("gestures")
    assert len(data.classes) == 16
    scenes = data.validation(6)
    assert scenes.size == (64, 96)
    assert int(scenes.labels.max()) < 16


def test_own_drawings_lie_in_scenes_too(mine: OwnSets) -> None:
    own = drawn_set(mine)
    data = of(f"set:{own.id}")
    assert data.classes == ("tick", "roof")
    for part in (data.validation(5), data.training.scenes(5, torch.Generator().manual_seed(0))):
        assert (part.labels[:, 0] >= 0).all()


@pytest.mark.parametrize("glyphs", ["gestures-strokes", "scenes", "nothing", "set:0", ""])
def test_what_cannot_lie_in_scenes_is_said(glyphs: str, data_folder: Path) -> None:
    with pytest.raises(InputError) as said:
        of(glyphs)
    assert str(said.value).endswith((".", "MNIST"))


def test_photographs_cannot_lie_in_scenes(mine: OwnSets) -> None:
    own = photographed_set(mine)
    with pytest.raises(InputError, match="choose digits, letters, gestures"):
        of(f"set:{own.id}")


def test_pictures_of_another_size_cannot_lie_in_scenes(few_digits: DataSet) -> None:
    small = replace(few_digits, train=ImageSet(torch.zeros(2, 20, 20), torch.tensor([0, 1])))
    with pytest.raises(InputError, match="28 × 28"):
        scene_data(CONFIG, small)


def test_two_different_digits_need_two_classes(few_digits: DataSet) -> None:
    index = (few_digits.test.labels == 4).nonzero()[:, 0]
    alike = replace(few_digits, test=few_digits.test.take(index))
    config = replace(CONFIG, scenes=ScenesConfig(kind="multi"))
    with pytest.raises(InputError, match="classes needed for each: 2"):
        scene_data(config, alike)
    assert scene_data(CONFIG, alike)
    none = replace(few_digits, test=few_digits.test.take(index[:0]))
    with pytest.raises(InputError, match="too few pictures"):
        scene_data(CONFIG, none)


def test_the_name_of_the_data_says_that_a_network_reads_scenes() -> None:
    assert reads_scenes(CONFIG)
    assert not reads_scenes(RunConfig())
