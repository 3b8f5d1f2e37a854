"""A digit is read in whatever kind of picture it comes: each kind of `benchmarks.scenery`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.scenery import KINDS
from rnndemo.data.drawn.digits import wobble
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames.ink import from_picture
from rnndemo.evaluation.batch import probabilities_of
from rnndemo.models.store import Model, load_model
from rnndemo.presets import DEFAULT_MODEL

DRAWINGS = 40
ENOUGH, WRONG = 0.95, 1  # share that is right at least, drawings wrong and accepted at most
# so thick a pen closes the holes of some digits: an 8 may look like a 0 with a slash
BOLDEST = {"16 x 16, pen 0.20": (0.85, 2), "32 x 32, pen 0.20, dark": (0.85, 2)}


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(DEFAULT_MODEL)


@pytest.mark.parametrize("kind", KINDS)
def test_digits_are_read_in_every_kind_of_picture(kind: str, model: Model) -> None:
    rng = np.random.default_rng(1)
    labels = [k % len(DIGITS) for k in range(DRAWINGS)]
    seen = []
    for label in labels:
        drawn = wobble(strokes_of(DIGITS[str(label)][0]), rng, label != 1)
        seen.append(from_picture(KINDS[kind](drawn, rng).astype(np.float32)).image)
    sure, best = probabilities_of(model, torch.from_numpy(as_bytes(np.stack(seen)))).max(1)
    right = best == torch.tensor(labels)
    enough, wrong = BOLDEST.get(kind, (ENOUGH, WRONG))
    assert right.float().mean() >= enough
    accepted = sure >= model.card.reject_threshold
    assert (accepted & ~right).sum() <= wrong
