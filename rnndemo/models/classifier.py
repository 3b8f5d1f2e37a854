"""The sequence classifier: stacked recurrent layers, pooling, output layers."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnndemo.config import ModelConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Cell, Layer, LoopedLayer, read, read_last
from rnndemo.models.heads import POOLINGS
from rnndemo.models.network import Network
from rnndemo.models.starts import Length, initialise

PREFIXES = 64  # read in one batch; all prefixes of a pixel sequence would need gigabytes


def prefixes(sequence: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield every prefix of ``(batch, time, features)``, shortest first, in padded groups.

    Yields
    ------
    sequences : Tensor
        ``(batch * count, longest, features)``; the prefixes of one sequence are adjacent.
    lengths : Tensor
        ``(batch * count,)``: the lengths of the prefixes.
    """
    batch, time, _ = sequence.shape
    for lengths in torch.arange(1, time + 1).split(PREFIXES):
        longest = sequence[:, : int(lengths[-1])]
        yield longest.repeat_interleave(len(lengths), 0), lengths.repeat(batch)


class SequenceClassifier(Network):
    """An RNN that reads a sequence and returns one logit per class.

    Each layer is a single-layer kernel, because a multi-layer kernel returns the hidden states of
    its last layer only.

    Parameters
    ----------
    features : int
        Size of the input x_t.
    time : int, optional
        How many timesteps sequences have: what some of its weights start from.

    Attributes
    ----------
    kinds : list of Cell
        The cells of each layer.
    """

    in_order = True

    def __init__(
        self, config: ModelConfig, features: int, classes: int, time: int | None = None
    ) -> None:
        super().__init__(config, features, classes)
        width = config.hidden_size * (2 if config.bidirectional else 1)
        self.kinds = self.cells(config)
        self.layers = nn.ModuleList(
            cell.layer(width if i else features, config, config.bidirectional)
            for i, cell in enumerate(self.kinds)
        )
        self.between = nn.Dropout(config.dropout)
        self.pooling = POOLINGS[config.pooling](width)
        self.build_head(width)
        self.start(Length.of(time, features) if time else None)

    def cells(self, config: ModelConfig) -> list[Cell]:
        """Return the cells of each layer, from the input on."""
        return [CELLS[config.cell]] * config.num_layers

    def start(self, length: Length | None) -> None:
        """Set the initial weights of the layers, for sequences of this length."""
        for layer in self.layers:
            assert isinstance(layer, Layer)
            initialise(self.config, layer, length)

    @property
    def last_alone(self) -> bool:
        """Whether an answer to a whole sequence takes no state but the last."""
        alone = self.config.pooling == "last" and len(self.kinds) == 1
        return alone and self.kinds[0].last_alone

    def hidden_states(self, sequence: Tensor) -> list[Tensor]:
        """Return every layer's hidden states, each ``(batch, time, directions * hidden_size)``."""
        states = []
        for i, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            sequence = read(layer, self._below(i, sequence))[0]
            states.append(sequence)
        return states

    def activations(self, inputs: Tensor) -> list[Tensor]:
        """Return what `hidden_states` returns."""
        return self.hidden_states(inputs)

    def _below(self, number: int, sequence: Tensor) -> Tensor:
        """Return what layer `number` reads, given the states of the layer below."""
        return self.between(sequence) if number else sequence

    def forward(self, sequence: Tensor) -> Tensor:
        """Return the logits ``(batch, classes)`` for sequences ``(batch, time, features)``."""
        wanted = read_last if self.config.pooling == "last" else _read_all
        for i, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            final = i == len(self.layers) - 1
            sequence = (wanted if final else _read_all)(layer, self._below(i, sequence))
        return self.head(self.pooling.end(sequence) if wanted is _read_all else sequence)

    def readouts(self, sequence: Tensor) -> Tensor:
        """Return the readout at every t, logits ``(batch, time, classes)``.

        Row t is exactly the answer if the sequence ended there. A bidirectional network reads each
        prefix separately, because its backward pass starts at the end: the cost is quadratic in the
        length.
        """
        if not self.config.bidirectional:
            return self.head(self.pool(self.hidden_states(sequence)[-1]))
        parts = []
        for states, lengths in prefixes(sequence):
            for i, layer in enumerate(self.layers):
                states = _read_up_to(layer, self.between(states) if i else states, lengths)
            parts.append(self.readouts_at(states, lengths).reshape(len(sequence), -1, self.classes))
        return torch.cat(parts, 1)

    def readouts_at(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits ``(batch, classes)`` of sequences of ``lengths (batch,)``.

        `hidden` are the last layer's states, zero after the end of each sequence.
        """
        return self.head(self.pool(hidden)[torch.arange(len(lengths)), lengths - 1])

    def pool(self, hidden: Tensor) -> Tensor:
        """Pool ``(batch, time, width)`` for all prefixes.

        With "last", a bidirectional network takes the forward state at the end and the backward
        state at the start of the sequence: both have then read all of it.
        """
        if self.config.pooling == "last" and self.config.bidirectional:
            forward, backward = hidden.chunk(2, -1)
            return torch.cat([forward, backward[:, :1].expand_as(backward)], -1)
        return self.pooling(hidden)


def _read_all(layer: Layer, sequence: Tensor) -> Tensor:
    return read(layer, sequence)[0]


def _read_up_to(layer: nn.Module, sequence: Tensor, lengths: Tensor) -> Tensor:
    """Return every h_t of sequences of ``lengths (batch,)``, zero after their ends."""
    if isinstance(layer, LoopedLayer):
        return layer(sequence, lengths)[0]
    packed = pack_padded_sequence(sequence, lengths, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(layer(packed)[0], batch_first=True)[0]
