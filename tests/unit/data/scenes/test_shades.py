"""Digits of different greys, one on top of the other."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.scene import INK, NOTHING
from rnndemo.data.scenes.shades import Shades, shades_of, stacked
from rnndemo.data.sets import DataSet


def test_full_ink_hides_what_lies_below_and_thin_ink_lets_some_through() -> None:
    lower, upper = torch.tensor([[1.0, 1.0, 1.0, 0.0]]), torch.tensor([[0.0, 1.0, 0.25, 0.5]])
    layers = torch.stack([lower, upper])[None]  # one scene of two digits, 1 × 4 pixels
    level, owner = stacked(layers, Shades(torch.tensor([[1.0, 0.6]]), torch.tensor([[0, 1]])))
    torch.testing.assert_close(level, torch.tensor([[[1.0, 0.6, 0.75 + 0.15, 0.3]]]))
    assert owner.tolist() == [[[0, 1, 0, 1]]]
    turned, _ = stacked(layers, Shades(torch.tensor([[1.0, 0.6]]), torch.tensor([[1, 0]])))
    torch.testing.assert_close(turned, torch.tensor([[[1.0, 1.0, 1.0, 0.3]]]))


@given(st.integers(1, 6), st.floats(0.1, 0.5), st.floats(0.6, 1.0), st.integers(0, 99))
def test_greys_lie_in_their_span_and_apart(most: int, low: float, high: float, seed: int) -> None:
    shades = shades_of((low, high), 20, most, torch.Generator().manual_seed(seed))
    assert (shades.greys >= low - 1e-6).all()
    assert (shades.greys <= high + 1e-6).all()
    steps = shades.greys.sort(1).values.diff(dim=1)
    assert (steps >= (high - low) / (2 * most - 1) - 1e-5).all()
    assert (shades.depths.sort(1).values == torch.arange(most)).all()


def test_a_scene_shows_two_greys(few_digits: DataSet) -> None:
    kind = SCENES["two-greys"]
    composer = Composer(kind, few_digits.test)
    scenes = composer.scenes(50, torch.Generator().manual_seed(3))
    assert kind.greys is not None
    assert scenes.images.max() <= round(255 * kind.greys[1])
    inked = scenes.images >= INK
    assert (scenes.owners[inked] != NOTHING).all()
    assert (scenes.owners[~inked] == NOTHING).all()
    for image, owners in zip(scenes.images, scenes.owners, strict=True):
        lightest = [
            image[owners == place].max().item() for place in (0, 1) if (owners == place).any()
        ]
        assert len({level // 20 for level in lightest}) == len(lightest)  # told apart by the grey
    again = composer.scenes(50, torch.Generator().manual_seed(3))
    assert torch.equal(again.images, scenes.images)
