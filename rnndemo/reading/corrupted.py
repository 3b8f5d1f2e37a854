"""What a corruption of one drawing does to a model's reading, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnndemo.data.corruptions import corrupted
from rnndemo.models.store import Model
from rnndemo.reading.answers import Answer, answer


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
