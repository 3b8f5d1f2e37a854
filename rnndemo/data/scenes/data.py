"""Scenes to learn from and to be tested on: made anew, from disjoint parts of a data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch

from rnndemo.config import RunConfig, ScenesConfig
from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.data.scenes.scene import Scenes
from rnndemo.data.sets import DIGITS, DataSet, ImageSet, joined
from rnndemo.errors import InputError

NAME = "scenes"  # of the data set, in a configuration
EPOCH = 8_000  # scenes of an epoch, unless the configuration says how many
TESTED = 2_000  # scenes that a network is tested on
VALIDATION_SEED, TEST_SEED = 83_521, 4_913
SIDE = 28  # of the pictures that lie in scenes


def reads_scenes(config: RunConfig) -> bool:
    """Return whether a configuration is that of a network for scenes."""
    return config.data.name == NAME


@dataclass(frozen=True)
class SceneData:
    """Where scenes come from.

    Parameters
    ----------
    kind : SceneKind
        How they are made.
    glyphs : DataSet
        What lies in them; its three parts are those of the scenes.
    synthetic : float, default 0
        Share of synthetic digits among what lies in scenes to learn from.
    seed : int, default 0
        From which these are drawn.
    """

    kind: SceneKind
    glyphs: DataSet
    synthetic: float = 0.0
    seed: int = 0
    name: str = NAME

    @property
    def classes(self) -> tuple[str, ...]:
        """Those of the objects."""
        return self.glyphs.classes

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of the scenes."""
        return self.kind.height, self.kind.width

    @cached_property
    def training(self) -> Composer:
        """Makes scenes to learn from."""
        kind = replace(self.kind, objects=self.kind.taught or self.kind.objects)
        return Composer(kind, joined([self.glyphs.train, *self._drawn()]))

    def _drawn(self) -> list[ImageSet]:
        """Return synthetic digits, so many that they are the wanted share of all."""
        if not self.synthetic or self.classes != DIGITS:
            return []
        from rnndemo.data.drawn import digits  # needs scipy, which takes half a second

        count = round(len(self.glyphs.train) * self.synthetic / (1 - self.synthetic))
        return [ImageSet(*digits.digits(count, self.seed))]

    @cached_property
    def test(self) -> Scenes:
        """The scenes that a network is tested on, `TESTED` of them: the same for everyone."""
        return self.held_out(self.glyphs.test, TEST_SEED, TESTED)

    def validation(self, count: int) -> Scenes:
        """Return `count` scenes of the validation part: the first of a series."""
        return self.held_out(self.glyphs.validation, VALIDATION_SEED, count)

    def held_out(self, part: ImageSet, seed: int, count: int) -> Scenes:
        """Return scenes of a part that nothing is learnt from."""
        return Composer(self.kind, part).scenes(count, torch.Generator().manual_seed(seed))


def kind_of(config: ScenesConfig) -> SceneKind:
    """Return the kind of the scenes of a configuration: with its clutter, taught as it says."""
    kind = SCENES[config.kind]
    low, high = kind.taught or kind.objects
    taught = (min(max(low, config.fewest), high), high)
    return replace(kind, taught=taught, clutter=config.clutter, noise=config.clutter)


def scene_data(config: RunConfig, glyphs: DataSet) -> SceneData:
    """Return the scenes of a configuration, made of `glyphs`.

    Raises
    ------
    InputError
        If the pictures of `glyphs` do not suit scenes.
    """
    if glyphs.image_size != (SIDE, SIDE) or glyphs.frame != "ink":
        raise InputError(
            "scenes.glyphs = {name}: scenes are made of drawings or scans of {side} × {side} "
            "pixels; choose digits, letters, gestures, or a set of your own drawings.",
            name=config.scenes.glyphs, side=SIDE,
        )  # fmt: skip
    kind = kind_of(config.scenes)
    fewest = kind.objects[1] if kind.distinct else 1
    parts = glyphs.train, glyphs.validation, glyphs.test
    if any(len(part.labels.unique()) < fewest for part in parts):
        raise InputError(
            "scenes.glyphs = {name}: there are too few pictures to train, to validate or to test "
            "with scenes of this kind (classes needed for each: {fewest}); add some.",
            name=config.scenes.glyphs, fewest=fewest,
        )  # fmt: skip
    return SceneData(kind, glyphs, config.data.synthetic, config.seed)
