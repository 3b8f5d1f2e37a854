"""A model's answer to one picture, how sure it is, and how it arises row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.data.scans import to_sequence
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import Network
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread


@dataclass(frozen=True)
class Answer:
    """A model's answer to one picture.

    Parameters
    ----------
    label : str
        The most probable class, even if it is rejected.
    probability : float
        Of that class, calibrated.
    rejected : bool
        Whether the model should answer "?".
    probabilities : ndarray
        float ``(classes,)``, in the order of the model's classes.
    rows : ndarray
        float ``(time, classes)``: the readout at t, its answer if the picture ended there.
    decided : int
        The first timestep from which on the most probable class is the final one.
    states : ndarray, optional
        float ``(time, units)``: the last layer's hidden states, None for a network that does not
        read in order. A backward direction's units come second.
    """

    label: str
    probability: float
    rejected: bool
    probabilities: np.ndarray
    rows: np.ndarray
    decided: int
    states: np.ndarray | None = None


@in_kept_thread
def answer(model: Model, image: np.ndarray) -> Answer:
    """Return the answer of `model` to `image`, float ``(H, W)`` in [0, 1]."""
    picture = torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None]
    with torch.inference_mode():
        sequence = to_sequence(picture, model.config.data.scan)
        logits, states = _readouts(model.network, sequence)
        rows = model.probabilities(logits)[0].numpy()
    best = int(rows[-1].argmax())
    probability = float(rows[-1, best])
    return Answer(
        label=model.classes[best],
        probability=probability,
        rejected=probability < model.card.reject_threshold,
        probabilities=rows[-1],
        rows=rows,
        decided=decision_step(rows),
        states=None if states is None else states[0].numpy(),
    )


def _readouts(network: Network, sequence: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return the readouts and the last layer's hidden states, from one reading where it can be."""
    if not isinstance(network, SequenceClassifier):
        return network.readouts(sequence), None
    states = network.hidden_states(sequence)[-1]
    if network.config.bidirectional:  # it reads every prefix anew
        return network.readouts(sequence), states
    return network.head(network.pool(states)), states


def as_read(image: np.ndarray, rows: np.ndarray, scan: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture as it is read, one line for each timestep, and the readouts of the lines.

    Parameters
    ----------
    image : ndarray
        ``(H, W)``.
    rows : ndarray
        ``(time, classes)``, the readouts.

    Returns
    -------
    picture : ndarray
        ``(lines, features)``: line t is the input at timestep t. If the picture is read pixel by
        pixel, a line is as many pixels as a row has, in the order in which they are read, and its
        readout the one after the last of them.
    rows : ndarray
        ``(lines, classes)``.
    """
    sequence = to_sequence(torch.from_numpy(image)[None], scan)[0].numpy()
    if sequence.shape[1] == 1:
        return sequence.reshape(image.shape), rows[image.shape[1] - 1 :: image.shape[1]]
    return sequence, rows


def states_as_read(answer: Answer, image: np.ndarray) -> np.ndarray | None:
    """Return the hidden states of an answer to `image` for the lines of `as_read`.

    ``(lines, units)``, or None for a network that does not read in order.
    """
    if answer.states is None:
        return None
    pixels = len(answer.states) == image.size  # then a line is one of its rows
    every = image.shape[1] if pixels else 1
    return answer.states[every - 1 :: every]


def decision_step(rows: np.ndarray) -> int:
    """Return the first timestep from which on the most probable class is the final one.

    Parameters
    ----------
    rows : ndarray
        ``(time, classes)``, the readouts.
    """
    others = np.flatnonzero(rows.argmax(1) != rows[-1].argmax())
    return int(others[-1]) + 1 if len(others) else 0


def settled_at(answer: Answer, rows: np.ndarray) -> int | None:
    """Return the timestep of `decision_step`, None where the network does not answer at all.

    Parameters
    ----------
    rows : ndarray
        ``(time, classes)``: its readouts, or those of the lines that are shown.
    """
    return None if answer.rejected else decision_step(rows)
