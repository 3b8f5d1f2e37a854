"""Traces: every activation of one forward pass, under stable names.

======================================  ================================  =========================
name                                    shape                             when
======================================  ================================  =========================
``images``                              (batch, height, width)            input is pictures
``input``                               (batch, time, features)           always
``layer{l}.{direction}.hidden``         (batch, time, hidden_size)        always
``layer{l}.{direction}.cell``           (batch, time, hidden_size)        it has one: lstm, lru
``layer{l}.{direction}.gate.{name}``    (batch, time, hidden_size)        by its letters, as i f g o
``layer{l}.{direction}.modulus``        (batch, time, hidden_size)        lru: |z|
``layer{l}.{direction}.phase``          (batch, time, hidden_size)        lru: angle of z, -π to π
``readout.logits``                      (batch, time, classes)            always
``readout.probabilities``               (batch, time, classes)            always
``target``                              (batch,)                          always
``hidden_gradient_norm``                (batch, layers, directions, time)  gradients
``saliency``                            (batch, height, width)            gradients
======================================  ================================  =========================

l counts layers from 0; a direction is ``forward`` or ``backward``. Index t of an array belongs to
x_t in both directions: the backward one carries its state from t + 1 to t. If the input is
sequences, ``saliency`` is ``(batch, time, features)``.

``hidden_gradient_norm`` is ‖∂loss/∂h_t‖, through all that reads h_t: later timesteps and the layers
above, but not an LSTM's cell state, which is a separate path. The loss is the training loss of each
sequence's final answer, without temperature.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.scans import to_images, to_sequence
from rnndemo.errors import InputError
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import evaluating
from rnndemo.models.unroll import cells_of
from rnndemo.reading.gradients import norms_and_saliency
from rnndemo.storage.npz import opened, read_array, write_arrays

DIRECTIONS = ("forward", "backward")
MAX_BYTES = 2**32  # of an array in a file, unpacked


class Trace(dict[str, np.ndarray]):
    """The named activations of one forward pass; the module's table lists names and shapes.

    Examples
    --------
    >>> trace(model, images, "rows")["layer0.forward.gate.f"].shape  # doctest: +SKIP
    (1, 28, 192)
    """

    @property
    def layers(self) -> int:
        """The number of recurrent layers."""
        return sum(f"layer{layer}.forward.hidden" in self for layer in range(len(self)))

    @property
    def directions(self) -> tuple[str, ...]:
        """``("forward",)`` or ``("forward", "backward")``."""
        return tuple(name for name in DIRECTIONS if f"layer0.{name}.hidden" in self)

    def hidden(self, layer: int = -1, direction: str = "forward") -> np.ndarray:
        """Return h ``(batch, time, hidden_size)``; a negative layer counts from the end."""
        return self[f"layer{layer % self.layers}.{direction}.hidden"]

    def gates(self, layer: int = -1, direction: str = "forward") -> dict[str, np.ndarray]:
        """Return the gates by letter; the rnn cell has none."""
        start = f"layer{layer % self.layers}.{direction}.gate."
        return {name.removeprefix(start): self[name] for name in self if name.startswith(start)}

    def save(self, path: Path | str) -> None:
        """Write an ``.npz`` file atomically."""
        write_arrays(Path(path), self)

    @classmethod
    def load(cls, path: Path | str) -> Trace:
        """Read what `save` wrote.

        Raises
        ------
        InputError
            If the file is missing, damaged, or not a trace.
        """
        other = InputError("{path} is not a readable trace file.", path=str(path))
        with opened(Path(path), other) as file:
            names = [name.removesuffix(".npy") for name in file.namelist()]
            arrays = {
                name: read_array(file, name, MAX_BYTES, lambda shape, kind: kind.kind in "fiub")
                for name in names
            }
        if "readout.probabilities" not in arrays:
            raise other
        return cls(arrays)


def trace(
    model: SequenceClassifier,
    pictures: Tensor,
    scan: str | None,
    *,
    temperature: float = 1.0,
    target: int | Tensor | None = None,
    gradients: bool = True,
) -> Trace:
    """Return the trace of one forward pass.

    Parameters
    ----------
    model : SequenceClassifier
        Traced in evaluation mode, whatever its mode.
    pictures : Tensor
        ``(batch, height, width)`` in [0, 1], or with ``scan=None`` sequences
        ``(batch, time, features)``.
    scan : str or None
        The order in which pictures are read.
    temperature : float, default 1
        Divides the logits before the output activation.
    target : int or Tensor (batch,), optional
        The class of loss and saliency; by default the predicted one.
    gradients : bool, default True
        Whether to add gradient norms and saliency, which need a loop over time.
    """
    sequence = as_sequence(model, pictures, scan)
    with evaluating(model):
        with torch.no_grad():
            hidden = model.hidden_states(sequence)
            arrays = {} if scan is None else {"images": pictures}
            arrays |= {"input": sequence} | _activations(model, sequence, hidden)
            if model.config.bidirectional:  # states depend on later input
                logits = model.readouts(sequence)
            else:
                logits = model.head(model.pool(hidden[-1]))
            answer = logits[:, -1].argmax(-1)
            chosen = answer if target is None else torch.as_tensor(target).to(answer)
        arrays["readout.logits"] = logits
        arrays["readout.probabilities"] = model.probabilities(logits, temperature)
        arrays["target"] = chosen = chosen.expand_as(answer)
        if gradients:
            norm, saliency = norms_and_saliency(model, sequence, chosen)
            if scan is not None:
                saliency = to_images(saliency, scan, *pictures.shape[1:])
            arrays |= {"hidden_gradient_norm": norm, "saliency": saliency}
    return Trace({name: value.detach().cpu().numpy() for name, value in arrays.items()})


def as_sequence(model: SequenceClassifier, pictures: Tensor, scan: str | None) -> Tensor:
    """Return the sequence ``(batch, time, features)`` that `model` reads from `pictures`.

    Raises
    ------
    InputError
        If pictures of this size, in this order, do not fit the model.
    """
    sequence = pictures if scan is None else to_sequence(pictures, scan)
    if sequence.shape[-1] != model.features:
        raise InputError(
            "This gives {given} numbers per timestep, but the model reads {features}.",
            given=sequence.shape[-1], features=model.features,
        )  # fmt: skip
    return sequence


def _activations(model: SequenceClassifier, x: Tensor, hidden: list[Tensor]) -> dict[str, Tensor]:
    """Return every layer's h, c and gates by name, computed from the fast kernels' h."""
    arrays: dict[str, Tensor] = {}
    for layer, cells in enumerate(cells_of(model)):
        for direction, h in enumerate(hidden[layer].chunk(len(cells), -1)):
            name = f"layer{layer}.{DIRECTIONS[direction]}"
            # one matrix product for all timesteps
            cell = cells[direction]
            gates = cell.gates(x, _previous(h, direction))
            arrays[f"{name}.hidden"] = h
            memory = cell.cell_states(x, gates)
            if memory is not None:
                arrays[f"{name}.cell"] = memory
            arrays |= {f"{name}.gate.{letter}": gate for letter, gate in gates.items()}
            arrays |= {f"{name}.{word}": part for word, part in cell.derived(h, memory).items()}
        x = hidden[layer]
    return arrays


def _previous(h: Tensor, direction: int) -> Tensor:
    """Return `h` shifted by one timestep: index t holds the state before t is read."""
    zero = torch.zeros_like(h[:, :1])
    return torch.cat([h[:, 1:], zero] if direction else [zero, h[:, :-1]], 1)
