"""Corrupt pictures as the page Robustness does, so that a network learns what it is tested with."""

from __future__ import annotations

import numpy as np
import torch
from torch import Generator, Tensor

from rnndemo.data.augment.base import Augmentation
from rnndemo.errors import N_

CLEAN = 0.5  # share of the pictures that stay as they are
DRAWS = 8  # pairs of kind and severity a batch: fewer are faster, more are more mixed
SEEDS = 2**62


def _vary(images: Tensor, generator: Generator) -> Tensor:
    from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES, corrupted  # imports scipy

    seed = int(torch.randint(SEEDS, (1,), generator=generator))
    chance = np.random.default_rng(seed)
    # 0 is clean; pictures with the same number get the same kind and severity
    draw = chance.integers(1, DRAWS + 1, len(images)) * (chance.random(len(images)) >= CLEAN)
    kinds = chance.choice(list(CORRUPTIONS), DRAWS)
    severities = chance.choice(SEVERITIES, DRAWS)
    varied = images.clone()
    for number, (kind, severity) in enumerate(zip(kinds, severities, strict=True), 1):
        chosen = torch.from_numpy(np.flatnonzero(draw == number))
        worse = corrupted(images[chosen].numpy(), str(kind), int(severity), seed + number)
        varied[chosen] = torch.from_numpy(worse)
    return varied


AUGMENTATION = Augmentation(
    N_("corrupted"),
    N_(
        "Half of the pictures are corrupted by a random kind and severity: noise, blur, fog, "
        "scribbles, missing rows and others."
    ),
    _vary,
)
