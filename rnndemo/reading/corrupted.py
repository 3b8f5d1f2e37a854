"""What a corruption of one drawing does to a model's reading, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.data.corruptions import CORRUPTIONS, corrupted
from rnndemo.data.scans import to_sequence
from rnndemo.models.store import Model
from rnndemo.reading.answers import Answer, answer
from rnndemo.reading.threads import in_kept_thread


@dataclass(frozen=True)
class CorruptedReading:
    """A drawing before and after a corruption, and how a model reads both.

    Parameters
    ----------
    picture : ndarray
        float32 ``(H, W)`` in [0, 1]: the drawing afterwards.
    before, after : Answer
        With the readout at every timestep.
    tips : int or None
        The timestep at which the answer tips (see `tips_at`), None where the answer stays.
    """

    picture: np.ndarray
    before: Answer
    after: Answer
    tips: int | None


def read_corrupted(
    model: Model, image: np.ndarray, kind: str, severity: int, seed: int = 0
) -> CorruptedReading:
    """Return a drawing corrupted, and how `model` reads it before and after.

    Parameters
    ----------
    image : ndarray
        float ``(H, W)`` in [0, 1].
    kind : str
        A key of `rnndemo.data.corruptions.CORRUPTIONS`.
    severity : int
        1 to 5; 0 leaves the drawing unchanged.

    Raises
    ------
    InputError
        If there is no such corruption or severity.
    """
    picture = corrupted(image[None].astype(np.float32), kind, severity, seed)[0]
    before, after = answer(model, image), answer(model, picture)
    return CorruptedReading(picture, before, after, tips_at(before.rows, after.rows))


@dataclass(frozen=True)
class CorruptedAnswer:
    """A drawing with one corruption, and a model's answer to it.

    Parameters
    ----------
    kind : str
        A key of `rnndemo.data.corruptions.CORRUPTIONS`.
    picture : ndarray
        float32 ``(H, W)`` in [0, 1].
    label : str
        The most probable class.
    probability : float
        Of that class.
    rejected : bool
        Whether the model should answer "?".
    """

    kind: str
    picture: np.ndarray
    label: str
    probability: float
    rejected: bool


@in_kept_thread
def answers_to_all(
    model: Model, image: np.ndarray, severity: int, seed: int = 0
) -> list[CorruptedAnswer]:
    """Return the answers to a drawing, float ``(H, W)`` in [0, 1], with each corruption in turn.

    Raises
    ------
    InputError
        If there is no such severity.
    """
    given = image[None].astype(np.float32)
    pictures = np.concatenate([corrupted(given, kind, severity, seed) for kind in CORRUPTIONS])
    with torch.inference_mode():
        sequence = to_sequence(torch.from_numpy(pictures), model.config.data.scan)
        odds = model.probabilities(model.network(sequence)).numpy()
    return [
        CorruptedAnswer(
            kind, picture, model.classes[int(one.argmax())], float(one.max()),
            bool(one.max() < model.card.reject_threshold),
        )
        for kind, picture, one in zip(CORRUPTIONS, pictures, odds, strict=True)
    ]  # fmt: skip


def tips_at(before: np.ndarray, after: np.ndarray) -> int | None:
    """Return the first timestep from which on two readings never agree again.

    Parameters
    ----------
    before, after : ndarray
        ``(time, classes)``: the readouts of the same network for two pictures.

    Returns
    -------
    int or None
        From 0; None if the last readouts agree.
    """
    agree = before.argmax(1) == after.argmax(1)
    if agree[-1]:
        return None
    return int(np.flatnonzero(agree)[-1]) + 1 if agree.any() else 0


def states_apart(before: Answer, after: Answer) -> np.ndarray | None:
    """Return ‖h_t − h'_t‖ between the last layer's hidden states of two readings, ``(time,)``.

    None for a network that does not read in order.
    """
    if before.states is None or after.states is None:
        return None
    return np.linalg.norm(after.states - before.states, axis=1)
