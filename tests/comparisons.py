"""A comparison that nobody measured, of the form that a measured one has."""

from __future__ import annotations

import numpy as np

from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, ComparisonSpec, Measured
from rnndemo.data.corruptions.compared import COMPARED

LEVELS = {kind: corruption.levels for kind, corruption in COMPARED.items()}
# errors in 10,000: what distinguishes the peers in the figures below
ERRORS = {
    "rnn": 240, "lstm": 90, "gru": 100, "lru": 110, "two-way": 80, "renet": 70, "cnn": 50,
    "cnn-time": 60, "mlp": 200, "knn": 310, "svm": 820, "hog-svm": 120,
}  # fmt: skip


def about(test_size: int = 400, **changes) -> ComparisonSpec:
    values = {
        "data": "digits", "data_name": "digits", "data_sha256": "0" * 64,
        "classes": tuple("0123456789"), "image_size": (28, 28), "frame": "ink",
        "train_size": 55_000, "validation_size": 5000, "test_size": test_size,
        "robust_size": test_size // 5, "epochs": 5, "batch_size": 128, "augmentation": "affine",
        "seeds": (0, 1, 2), "levels": LEVELS, "machine": "2-core x86-64 CPU, 1 thread",
        "date": "2026-01-31", "command": "python -m rnndemo compare --data digits --out compared",
    }  # fmt: skip
    return ComparisonSpec(**values | changes)


def measured(name: str, error: float, place: int = 0) -> Measured:
    peer = PEERS[name]
    seeds = 1 if peer.kind == "classical" else 3
    return Measured(
        name, peer.title, peer.kind, (1 - error,) * seeds, 1 - error, 1 - 1.3 * error,
        1 - 0.8 * error, 82_000 + 100 * place, 4_000_000 + 100_000 * place, 10.0 + place,
        0.001 + 1e-4 * place, 330_000 + place,
        {
            kind: tuple(max(0.1, 1 - error - 0.05 * step) for step in range(len(levels)))
            for kind, levels in LEVELS.items()
        },
        {"lr": 0.01} if seeds > 1 else {"C": 1.0},
    )  # fmt: skip


def comparison(names: tuple[str, ...] = tuple(PEERS), test_size: int = 400) -> Comparison:
    """Return a comparison in which each peer errs as often as `ERRORS` says, at random places."""
    chance = np.random.default_rng(0)
    labels = chance.integers(10, size=test_size).astype(np.uint8)
    answers = {}
    for name in names:
        wrong = chance.random(test_size) < ERRORS[name] / 10_000
        answers[name] = np.where(wrong, (labels + 1) % 10, labels).astype(np.uint8)
    rows = tuple(measured(name, ERRORS[name] / 1e4, k) for k, name in enumerate(names))
    return Comparison(about(test_size), rows, labels, answers)
