"""Training on a CPU, faster than torch's own kernels: the same numbers from fewer operations.

For RNN and GRU, torch records one small operation after the other. Here a whole sequence is one
operation: forward, a timestep is one or two matrix products into memory that is taken once;
backward, only δh goes from timestep to timestep, and the slopes of the weights are one product
over many timesteps at a time.

Letters as in `rnndemo.models.cells`: x_t input, h_t hidden state, σ the logistic function,
⊙ elementwise product; δa is ∂loss/∂a. All share one buffer, time-major: row t of
``(time + 1, batch, hidden_size + features + 1)`` is [h_{t-1} | x_t | 1], so that one product does
the hidden state, the input and the biases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function

ROWS = 512  # timesteps times batch in one product for the weights' slopes: they fit the cache

Slopes = tuple[Tensor | None, ...]


def hidden_states(kernel: nn.RNNBase, sequence: Tensor) -> Tensor:
    """Return ``kernel(sequence)[0]``, in the fastest way that gives the same numbers.

    Parameters
    ----------
    kernel : nn.RNNBase
        One layer with biases, ``batch_first``, in one or two directions. In training it may only
        hold the weights: hooks on it are then not called.
    sequence : Tensor
        ``(batch, time, features)``.

    Returns
    -------
    Tensor
        ``(batch, time, directions * hidden_size)``.
    """
    cell = CELLS.get(kernel.mode)
    if cell is None or not _trains_here(kernel, sequence):
        return kernel(sequence)[0]
    hidden = cell.apply(sequence, *_weights(kernel, "l0"), kernel.mode)
    if not kernel.bidirectional:
        return hidden
    backward = cell.apply(sequence.flip(1), *_weights(kernel, "l0_reverse"), kernel.mode)
    return torch.cat([hidden, backward.flip(1)], -1)


def _weights(kernel: nn.RNNBase, end: str) -> list[Tensor]:
    return [getattr(kernel, f"{k}_{end}") for k in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


def _trains_here(kernel: nn.RNNBase, sequence: Tensor) -> bool:
    """Tell whether slopes are wanted, on a CPU, without autocast; torch does the rest well."""
    if not torch.is_grad_enabled() or torch.is_autocast_enabled("cpu"):
        return False
    weights = list(kernel.parameters())
    fits = (  # of what does not, torch complains best
        sequence.dim() == 3
        and sequence.numel() > 0
        and sequence.shape[-1] == kernel.input_size
        and sequence.dtype in (torch.float32, torch.float64)
        and all(weight.dtype == sequence.dtype for weight in weights)
    )
    wanted = sequence.requires_grad or any(weight.requires_grad for weight in weights)
    return fits and wanted and sequence.device.type == "cpu"


def _rows(x: Tensor, hidden_size: int) -> Tensor:
    """Return the buffer [h_{t-1} | x_t | 1]; the first h is zero, the others are to be written."""
    batch, time, features = x.shape
    rows = x.new_empty(time + 1, batch, hidden_size + features + 1)
    rows[0, :, :hidden_size] = 0
    rows[:-1, :, hidden_size:-1] = x.transpose(0, 1)
    rows[:-1, :, -1] = 1
    return rows


def _part(rows: Tensor, width: int) -> Tensor:
    """Return room for the δa of as many timesteps as make one product."""
    time, batch = len(rows) - 1, rows.shape[1]
    return rows.new_empty(min(time, max(1, ROWS // batch)), batch, width)


def _blocks(buffer: Tensor, size: int, *spans: tuple[int, int]) -> Iterator[tuple[Tensor, ...]]:
    """Yield each span of blocks `size` wide as one tensor ``(batch, …)`` a timestep."""
    return (buffer[..., first * size : last * size].unbind(0) for first, last in spans)


def _walk_back(
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
        From `_rows` and `_part`.
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


def _with_graph(ctx: Any, grad: Tensor) -> Slopes:
    """Return the slopes from torch's own kernel, whose slopes have slopes themselves."""
    x, *weights = inputs = ctx.saved_tensors[:5]
    h = x.new_zeros(1, len(x), weights[1].shape[1])
    hidden = NATIVE[ctx.mode](x, h, weights, True, 1, 0.0, False, False, True)[0]
    wanted = [value for i, value in enumerate(inputs) if ctx.needs_input_grad[i]]
    slopes = iter(torch.autograd.grad(hidden, wanted, grad, create_graph=True))
    return tuple(next(slopes) if needed else None for needed in ctx.needs_input_grad)


def _relu(a: Tensor, out: Tensor) -> Tensor:
    return torch.clamp_min(a, 0, out=out)


def _relu_slope(h: Tensor, dh: Tensor, out: Tensor) -> Tensor:
    return torch.sign(h, out=out).mul_(dh)


def _tanh_slope(h: Tensor, dh: Tensor, out: Tensor) -> Tensor:
    return torch.addcmul(dh, torch.mul(dh, h, out=out), h, value=-1, out=out)


# mode -> (a, out=) writes h; (h, δh, out=) writes δa
ACTIVATIONS: dict[str, tuple[Callable[..., Tensor], Callable[..., Tensor]]] = {
    "RNN_TANH": (torch.tanh, _tanh_slope),
    "RNN_RELU": (_relu, _relu_slope),
}


# Elman 1990; W = [W_h | W_x | b_x + b_h]
#
#   a_t = W [h_{t-1} | x_t | 1],   h_t = tanh(a_t)        or relu(a_t)
#
#   δa_t = (1 − h_t²) ⊙ δh_t        or δh_t where h_t > 0, else 0
#   δh_{t-1} += W_hᵀ δa_t,   δx_t = W_xᵀ δa_t,   δW = Σ_t δa_t [h_{t-1} | x_t | 1]ᵀ
class Elman(Function):
    """(x, W_x, W_h, b_x, b_h, mode) -> every h_t, ``(batch, time, hidden_size)``."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor, mode: str
    ) -> Tensor:
        size, activate = W_h.shape[1], ACTIVATIONS[mode][0]
        rows, W = _rows(x, size), torch.cat([W_h.t(), W_x.t(), (b_x + b_h)[None]])
        a = x.new_empty(len(x), size)
        for row, h in zip(rows[:-1].unbind(0), rows[1:, :, :size].unbind(0), strict=True):
            activate(torch.mm(row, W, out=a), out=h)
        ctx.mode = mode
        ctx.save_for_backward(x, W_x, W_h, b_x, b_h, rows)
        return rows[1:, :, :size].transpose(0, 1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Slopes:  # (batch, time, hidden_size)
        if torch.is_grad_enabled():
            return _with_graph(ctx, grad)
        x, W_x, W_h, _, _, rows = ctx.saved_tensors
        size, slope = W_h.shape[1], ACTIVATIONS[ctx.mode][1]
        given, h = grad.transpose(0, 1).unbind(0), rows[1:, :, :size].unbind(0)
        part, carried = _part(rows, size), rows.new_empty(len(x), size)
        dW, dx = rows.new_zeros(rows.shape[2], size), x.new_empty(x.shape[1], len(x), x.shape[2])

        def step(t: int, k: int, dh: Tensor) -> Tensor:
            da = slope(h[t], dh, part[k])
            return torch.addmm(given[t - 1], da, W_h, out=carried) if t else carried

        def add_up(group: slice, row: Tensor, da: Tensor) -> None:
            dW.addmm_(row.t(), da)
            if ctx.needs_input_grad[0]:
                torch.mm(da, W_x, out=dx[group].flatten(0, 1))

        _walk_back(rows, part, given[-1], step, add_up)
        dW_h, dW_x, db = dW.t().split([size, x.shape[2], 1], 1)
        return dx.transpose(0, 1), dW_x, dW_h, db[:, 0], db[:, 0], None


# Cho et al. 2014. a_t holds the blocks [n_h | r | z | n_x], so that all that reads h_{t-1} lies
# side by side, and all that reads x_t: U = [W_hn | W_hr | W_hz], V = [W_xr | W_xz | W_xn]
#
#   r_t = σ(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr),   z_t likewise
#   n_x = W_xn x_t + b_xn,   n_h = W_hn h_{t-1} + b_hn,   n_t = tanh(n_x + r_t ⊙ n_h)
#   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
#
#   δn_x = (1 − n_t²) ⊙ (1 − z_t) ⊙ δh_t,   δn_h = r_t ⊙ δn_x
#   δr = r_t ⊙ (1 − r_t) ⊙ n_h ⊙ δn_x,   δz = z_t ⊙ (1 − z_t) ⊙ (h_{t-1} − n_t) ⊙ δh_t
#   δh_{t-1} += z_t ⊙ δh_t + Uᵀ [δn_h | δr | δz],   δx_t = Vᵀ [δr | δz | δn_x]
#   δU = Σ_t [δn_h | δr | δz] h_{t-1}ᵀ,   δV = Σ_t [δr | δz | δn_x] [x_t | 1]ᵀ
class GRU(Function):
    """(x, W_x, W_h, b_x, b_h, mode) -> every h_t, ``(batch, time, hidden_size)``."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor, mode: str
    ) -> Tensor:
        size = W_h.shape[1]
        rows, a = _rows(x, size), x.new_empty(x.shape[1], len(x), 4 * size)
        n_h, r, z, n, gates = _blocks(a, size, (0, 1), (1, 2), (2, 3), (3, 4), (1, 3))
        from_h, from_x = _blocks(a, size, (0, 3), (1, 4))
        h, inputs = rows[..., :size].unbind(0), rows[..., size:].unbind(0)
        b_rz, b_n = b_h.split([2 * size, size])
        U = W_h.roll(size, 0).t().contiguous()
        V = torch.cat([W_x.t(), torch.cat([b_x[: 2 * size] + b_rz, b_x[2 * size :]])[None]])
        for t in range(x.shape[1]):
            n_h[t].copy_(b_n)
            torch.mm(inputs[t], V, out=from_x[t])
            from_h[t].addmm_(h[t], U)
            gates[t].sigmoid_()
            n[t].addcmul_(r[t], n_h[t]).tanh_()
            torch.lerp(n[t], h[t], z[t], out=h[t + 1])
        ctx.mode = mode
        ctx.save_for_backward(x, W_x, W_h, b_x, b_h, rows, a)
        return rows[1:, :, :size].transpose(0, 1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Slopes:  # (batch, time, hidden_size)
        if torch.is_grad_enabled():
            return _with_graph(ctx, grad)
        x, W_x, W_h, _, _, rows, a = ctx.saved_tensors
        size, U = W_h.shape[1], W_h.roll(W_h.shape[1], 0)
        n_h, r, z, n, gates = _blocks(a, size, (0, 1), (1, 2), (2, 3), (3, 4), (1, 3))
        part = _part(rows, 4 * size)
        dn_h, dr, dz, dn, dgates = _blocks(part, size, (0, 1), (1, 2), (2, 3), (3, 4), (1, 3))
        (to_h,) = _blocks(part, size, (0, 3))
        given, h = grad.transpose(0, 1).unbind(0), rows[..., :size].unbind(0)
        u, *carried = rows.new_empty(3, len(x), size).unbind(0)
        dU, dV = rows.new_zeros(size, 3 * size), rows.new_zeros(x.shape[2] + 1, 3 * size)
        db_n, dx = rows.new_zeros(size), x.new_empty(x.shape[1], len(x), x.shape[2])

        def step(t: int, k: int, dh: Tensor) -> Tensor:
            kept = torch.mul(dh, z[t], out=carried[t % 2])
            torch.addcmul(gates[t], gates[t], gates[t], value=-1, out=dgates[k])
            dz[k].mul_(torch.sub(h[t], n[t], out=u)).mul_(dh)
            torch.sub(dh, kept, out=dn[k])
            dn[k].addcmul_(torch.mul(dn[k], n[t], out=u), n[t], value=-1)
            torch.mul(dn[k], r[t], out=dn_h[k])
            dr[k].mul_(n_h[t]).mul_(dn[k])
            return kept.add_(given[t - 1]).addmm_(to_h[k], U) if t else kept

        def add_up(group: slice, row: Tensor, da: Tensor) -> None:
            dU.addmm_(row[:, :size].t(), da[:, : 3 * size])
            dV.addmm_(row[:, size:].t(), da[:, size:])
            db_n.add_(da[:, :size].sum(0))
            if ctx.needs_input_grad[0]:
                torch.mm(da[:, size:], W_x, out=dx[group].flatten(0, 1))

        _walk_back(rows, part, given[-1], step, add_up)
        db_x, db_h = dV[-1], torch.cat([dV[-1, : 2 * size], db_n])
        return dx.transpose(0, 1), dV[:-1].t(), dU.t().roll(-size, 0), db_x, db_h, None


CELLS: dict[str, type[Function]] = {"RNN_TANH": Elman, "RNN_RELU": Elman, "GRU": GRU}
# torch's own, in the order of its arguments
NATIVE: dict[str, Callable[..., tuple[Tensor, ...]]] = {
    "RNN_TANH": torch.rnn_tanh,
    "RNN_RELU": torch.rnn_relu,
    "GRU": torch.gru,
}
