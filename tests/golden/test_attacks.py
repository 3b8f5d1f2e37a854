"""What each attack makes of the first test digits, with a fixed seed, must not drift.

``python -m tests.golden.test_attacks`` writes the file anew, after a model was trained again.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator

from rnndemo.data.load import load
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.victim import victim_of
from rnndemo.models.store import load_model
from rnndemo.storage.files import write_json

MODEL, PICTURES = "digits-lstm", 4
GOLDEN = Path(__file__).with_name("attacks.json")
TOLERANCE = 0.02  # of a probability: a gradient near zero may have another sign elsewhere
CASES = {
    f"{name} {norm}": (name, AttackBudget(epsilon, norm, steps=3, stop=False))
    for norm, epsilon in (("linf", 0.05), ("l2", 1.0))
    for name in ATTACKS
}


def probabilities(case: str) -> list[float]:
    """Return the probability of the true class of each picture, after the attack."""
    name, budget = CASES[case]
    model, test = load_model(MODEL), load("digits").test
    victim, labels = victim_of(model), test.labels[:PICTURES]
    pictures = test.images[:PICTURES].float() / 255
    made = ATTACKS[name].make(victim, pictures, labels, budget, Generator().manual_seed(0))
    with torch.no_grad():
        shares = model.probabilities(victim.logits(made))
    found: list[float] = shares.gather(1, labels[:, None])[:, 0].tolist()
    return [round(share, 4) for share in found]


@pytest.mark.parametrize("case", CASES)
def test_an_attack_with_a_fixed_seed(case: str) -> None:
    known = json.loads(GOLDEN.read_text(encoding="utf-8"))[case]
    np.testing.assert_allclose(probabilities(case), known, atol=TOLERANCE)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_json(GOLDEN, {case: probabilities(case) for case in CASES})
