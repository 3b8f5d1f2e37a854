"""What the sequence operations of `rnndemo.models.kernel_cells` share: buffers, and the way back.

One buffer holds what every timestep reads, time-major: row t of
``(time + 1, batch, hidden_size + features + 1)`` is [h_{t-1} | x_t | 1], so that one product does
the hidden state, the input and the biases. Slopes, written δ, are those of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

ROWS = 512  # timesteps times batch in one product for the weights' slopes: they fit the cache

Slopes = tuple[Tensor | None, ...]


def rows_of(x: Tensor, hidden_size: int) -> Tensor:
    """Return the buffer [h_{t-1} | x_t | 1]; the first h is zero, the others are to be written."""
    batch, time, features = x.shape
    rows = x.new_empty(time + 1, batch, hidden_size + features + 1)
    rows[0, :, :hidden_size] = 0
    rows[:-1, :, hidden_size:-1] = x.transpose(0, 1)
    rows[:-1, :, -1] = 1
    return rows


def hidden_of(rows: Tensor, hidden_size: int) -> tuple[Tensor, Tensor]:
    """Return every h_t ``(batch, time, hidden_size)``, and the last ``(batch, hidden_size)``."""
    hidden = rows[1:, :, :hidden_size]
    return hidden.transpose(0, 1), hidden[-1]


def part_of(rows: Tensor, width: int) -> Tensor:
    """Return room for the δa of as many timesteps as make one product."""
    time, batch = len(rows) - 1, rows.shape[1]
    return rows.new_empty(min(time, max(1, ROWS // batch)), batch, width)


def blocks(buffer: Tensor, size: int, *spans: tuple[int, int]) -> Iterator[tuple[Tensor, ...]]:
    """Yield each span of blocks `size` wide as one tensor ``(batch, …)`` a timestep."""
    return (buffer[..., first * size : last * size].unbind(0) for first, last in spans)


def given_slopes(
    hidden: Tensor | None, last: Tensor | None
) -> tuple[Sequence[Tensor] | None, Tensor]:
    """Return what the loss itself says of each h_t, None where it sees only the last; and of that.

    Parameters
    ----------
    hidden, last : Tensor or None
        Slopes of both results of `hidden_of`; at least one of them is there.
    """
    if hidden is None:
        assert last is not None, "nobody asks for slopes of nothing"
        return None, last
    given = hidden.transpose(0, 1).unbind(0)
    return given, given[-1] if last is None else given[-1] + last


def carry(given: Sequence[Tensor] | None, t: int, da: Tensor, W: Tensor, out: Tensor) -> Tensor:
    """Write δh_{t-1}: what h_t passes on through `W`, and what the loss itself says of it."""
    if t == 0:
        return out  # nobody reads the slope of the zeros before the first timestep
    if given is None:
        return torch.mm(da, W, out=out)
    return torch.addmm(given[t - 1], da, W, out=out)


def walk_back(
    rows: Tensor,
    part: Tensor,
    last: Tensor,
    step: Callable[[int, int, Tensor], Tensor],
    add_up: Callable[[slice, Tensor, Tensor], None],
) -> None:
    """Go from the last timestep to the first, and add up the slopes of the weights on the way.

    Parameters
    ----------
    rows, part : Tensor
        From `rows_of` and `part_of`.
    last : Tensor
        δh of the last timestep.
    step : callable
        (t, k, δh_t) -> δh_{t-1}; it writes δa_t into row k of `part`.
    add_up : callable
        Takes a slice of timesteps, their rows, and their δa, both ``(timesteps * batch, …)``.
    """
    time, dh = len(rows) - 1, last
    for start in reversed(range(0, time, len(part))):
        end = min(start + len(part), time)
        for t in reversed(range(start, end)):
            dh = step(t, t - start, dh)
        add_up(slice(start, end), rows[start:end].flatten(0, 1), part[: end - start].flatten(0, 1))


# mode -> torch's own kernel
NATIVE: dict[str, Callable[..., tuple[Tensor, ...]]] = {
    "RNN_TANH": torch.rnn_tanh,
    "RNN_RELU": torch.rnn_relu,
    "GRU": torch.gru,
}


def slopes_with_graph(ctx: Any, *grads: Tensor | None) -> Slopes:
    """Return the slopes from torch's own kernel, so far as it has slopes of slopes itself."""
    x, *weights = inputs = ctx.saved_tensors[:5]
    h = x.new_zeros(1, len(x), weights[1].shape[1])
    hidden = NATIVE[ctx.mode](x, h, weights, True, 1, 0.0, False, False, True)[0]
    seen = [(v, g) for v, g in zip((hidden, hidden[:, -1]), grads, strict=True) if g is not None]
    values, given = [value for value, _ in seen], [slope for _, slope in seen]
    wanted = [value for i, value in enumerate(inputs) if ctx.needs_input_grad[i]]
    slopes = iter(torch.autograd.grad(values, wanted, given, create_graph=True))
    return tuple(next(slopes) if needed else None for needed in ctx.needs_input_grad)
