"""A comparison in closed form, for tests of figures and of the page."""

from __future__ import annotations

import numpy as np

from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, ComparisonSpec, Measured
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import data_digest

LEVELS = {kind: one.levels for kind, one in COMPARED.items()}


def comparison(data: DataSet, *, errors: int = 4) -> Comparison:
    """Return a comparison of all peers on the test part of `data`.

    Peer number n gets every picture right but some: each of its own, and the first, which nobody
    gets right. Picture 1 is right for the first peer alone.
    """
    labels = data.test.labels.numpy().astype(np.uint8)
    classes, n = len(data.classes), len(labels)
    answers = {}
    for number, name in enumerate(PEERS):
        wrong = [0, *range(2 + number * errors, 2 + (number + 1) * errors)]
        wrong += [1] if number else []
        answers[name] = labels.copy()
        answers[name][wrong] = (labels[wrong] + 1 + number % (classes - 1)) % classes
    rows = tuple(
        _row(name, number, 1 - errors * (number + 1) / n) for number, name in enumerate(PEERS)
    )
    about = ComparisonSpec(
        "digits", data.name, data_digest(data), data.classes, data.image_size, data.frame,
        len(data.train), len(data.validation), n, 2000, 2, 128, "affine", (1, 2), LEVELS,
        "a machine", "2026-01-02", "python -m rnndemo compare",
    )  # fmt: skip
    return Comparison(about, rows, labels, answers)


def _row(name: str, number: int, accuracy: float) -> Measured:
    peer = PEERS[name]
    return Measured(
        name, peer.title, peer.kind, (accuracy - 0.0001, accuracy + 0.0001), accuracy,
        accuracy - 0.001, min(1.0, accuracy + 0.001), 80_000 + number, 10 ** (4 + number // 2),
        0.0 if peer.kind == "classical" else 10.0 + number, 0.001 * (number + 1),
        300_000 * (number + 1),
        {kind: tuple(accuracy * (1 - 0.05 * step) for step in range(len(levels)))
         for kind, levels in LEVELS.items()},
        {"lr": peer.lr},
    )  # fmt: skip
