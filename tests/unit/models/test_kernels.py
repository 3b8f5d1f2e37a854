"""The operations for training compute what ``torch.nn`` computes, values and slopes.

The classes of ``torch.nn`` are the oracle; finite differences are the second one.
"""

from __future__ import annotations

from unittest import mock

import pytest
import torch
from torch import nn

from rnndemo.models import kernels
from tests.small import KINDS, kind_name, layer_of, small_model

OURS = [kind for kind in KINDS if getattr(layer_of(kind, 1), "mode", "") in kernels.CELLS]
every_kind = pytest.mark.parametrize("kind", OURS, ids=kind_name)
both_ways = pytest.mark.parametrize("bidirectional", [False, True])

# batch, time, features, hidden_size: one of each, several groups of timesteps, the last one short
SIZES = [(1, 1, 1, 1), (3, 1, 5, 4), (1, 9, 5, 1), (2, 9, 1, 4), (130, 7, 5, 6), (600, 3, 4, 8)]


def make(kind, features=5, hidden=4, bidirectional=False, dtype=torch.float64):
    return layer_of(kind, features, hidden, bidirectional).to(dtype)


def sequences(batch=3, time=6, features=5, dtype=torch.float64):
    return torch.randn(batch, time, features, dtype=dtype).requires_grad_()


def hidden_states(kernel, x):
    return kernels.read(kernel, x)[0]


def native(kernel, x):
    hidden, state = kernel(x)
    return hidden, torch.cat([*state], -1)


def values_and_slopes(read, kernel, x, sees=(True, True), which=slice(None)):
    """Return every h_t and the last, and the slopes of a weighted sum of those that a loss sees."""
    states, total = read(kernel, x), torch.zeros(()).to(x)
    generator = torch.Generator().manual_seed(5)
    for state, seen in zip((states[0][:, which], states[1]), sees, strict=True):
        if seen:
            total = total + (state * torch.randn(state.shape, generator=generator).to(x)).sum()
    return [*states, *torch.autograd.grad(total, [x, *kernel.parameters()])]


def assert_equal_to_torch(kernel, x, atol, **options):
    mine = values_and_slopes(kernels.read, kernel, x, **options)
    for value, expected in zip(mine, values_and_slopes(native, kernel, x, **options), strict=True):
        scale = max(1.0, expected.abs().max().item())
        torch.testing.assert_close(value, expected, rtol=0, atol=atol * scale)


def no_torch():
    """Fail a test in which the weights' holder computes."""
    return mock.patch.object(nn.RNNBase, "__call__", side_effect=AssertionError("torch computes"))


@every_kind
@both_ways
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_values_and_slopes_equal_torch_in_double_precision(kind, bidirectional, size):
    batch, time, features, hidden = size
    kernel = make(kind, features, hidden, bidirectional)
    assert_equal_to_torch(kernel, sequences(batch, time, features), 1e-10)


@every_kind
@both_ways
@pytest.mark.parametrize("size", [(128, 28, 28, 32), (1, 28, 28, 64), (4, 784, 1, 16)], ids=str)
def test_values_and_slopes_equal_torch_in_single_precision(kind, bidirectional, size):
    batch, time, features, hidden = size
    kernel = make(kind, features, hidden, bidirectional, torch.float32)
    assert_equal_to_torch(kernel, sequences(batch, time, features, torch.float32), 1e-5)


@every_kind
@both_ways
@pytest.mark.parametrize("sees", [(True, False), (False, True)], ids=["every", "last"])
def test_slopes_are_right_when_the_loss_sees_only_one_result(kind, bidirectional, sees):
    assert_equal_to_torch(make(kind, bidirectional=bidirectional), sequences(), 1e-10, sees=sees)


@every_kind
@pytest.mark.parametrize("which", [slice(-1, None), slice(1, 3)], ids=["end", "middle"])
def test_slopes_are_right_when_the_loss_sees_few_timesteps(kind, which):
    assert_equal_to_torch(make(kind), sequences(), 1e-10, sees=(True, False), which=which)


@every_kind
def test_slopes_equal_finite_differences(kind):
    kernel, x = make(kind, 2, 3), sequences(2, 4, 2)
    cell, weights = kernels.CELLS[kernel.mode], list(kernel.parameters())
    assert torch.autograd.gradcheck(lambda *a: cell.apply(*a, kernel.mode), (x, *weights))


@every_kind
def test_slopes_of_slopes_equal_finite_differences(kind):
    kernel, x = make(kind, 2, 2), sequences(2, 3, 2)
    cell, weights = kernels.CELLS[kernel.mode], list(kernel.parameters())
    assert torch.autograd.gradgradcheck(lambda *a: cell.apply(*a, kernel.mode), (x, *weights))


@every_kind
def test_slopes_of_slopes_leave_out_what_needs_none(kind):
    kernel, x = make(kind), sequences().detach()
    kernel.bias_ih_l0.requires_grad_(False)
    hidden = hidden_states(kernel, x)
    (slope,) = torch.autograd.grad(hidden.sum(), kernel.weight_hh_l0, create_graph=True)
    (expected,) = torch.autograd.grad(kernel(x)[0].sum(), kernel.weight_hh_l0, create_graph=True)
    wanted = kernel.weight_hh_l0
    torch.testing.assert_close(
        torch.autograd.grad(slope.sum(), wanted), torch.autograd.grad(expected.sum(), wanted)
    )


@every_kind
@both_ways
def test_training_takes_the_fast_way(kind, bidirectional):
    kernel = make(kind, bidirectional=bidirectional, dtype=torch.float32)
    with no_torch():
        hidden = hidden_states(kernel, sequences(dtype=torch.float32))
    assert hidden.shape == (3, 6, 4 * (1 + bidirectional))


@every_kind
def test_whoever_wants_no_slopes_gets_torchs_own_bits(kind):
    kernel, x = make(kind, dtype=torch.float32), sequences(dtype=torch.float32).detach()
    with torch.no_grad():
        assert torch.equal(hidden_states(kernel, x), kernel(x)[0])
    kernel.requires_grad_(False)
    hidden = hidden_states(kernel, x)
    assert torch.equal(hidden, kernel(x)[0])
    assert not hidden.requires_grad


@every_kind
def test_half_precision_is_left_to_torch(kind):
    kernel, x = make(kind, dtype=torch.float32), sequences(dtype=torch.float32)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(hidden_states(kernel, x), kernel(x)[0])


@every_kind
@pytest.mark.parametrize("shape", [(3, 6, 4), (3, 6, 5, 1)], ids=str)
def test_a_wrong_shape_is_refused_as_torch_refuses_it(kind, shape):
    kernel, x = make(kind), torch.zeros(shape).double()
    with pytest.raises((RuntimeError, ValueError)) as expected:
        kernel(x)
    with pytest.raises(type(expected.value)) as mine:
        hidden_states(kernel, x)
    assert str(mine.value) == str(expected.value)


@every_kind
@both_ways
def test_the_same_numbers_come_bit_by_bit_again(kind, bidirectional):
    kernel = make(kind, 28, 32, bidirectional, torch.float32)
    x = sequences(128, 28, 28, torch.float32)
    first = values_and_slopes(kernels.read, kernel, x)
    for _ in range(3):
        again = values_and_slopes(kernels.read, kernel, x)
        assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


@every_kind
def test_two_forward_passes_before_the_backward_ones_do_not_mix(kind):
    kernel, x, y = make(kind), sequences(), sequences()
    one, two = hidden_states(kernel, x), hidden_states(kernel, y)
    mine = torch.autograd.grad(one.sum(), x) + torch.autograd.grad(two.sum(), y)
    torchs = [torch.autograd.grad(native(kernel, z)[0].sum(), z)[0] for z in (x, y)]
    torch.testing.assert_close(list(mine), torchs, rtol=0, atol=1e-12)


@every_kind
def test_slopes_can_be_asked_for_twice(kind):
    kernel, x = make(kind), sequences()
    total = hidden_states(kernel, x).square().sum()
    first = torch.autograd.grad(total, x, retain_graph=True)
    assert torch.equal(*first, *torch.autograd.grad(total, x))


@every_kind
def test_hidden_states_changed_on_the_way_never_give_wrong_slopes_in_silence(kind):
    hidden = hidden_states(make(kind), sequences())
    with pytest.raises(RuntimeError, match="is a view and is being modified inplace"):
        hidden.mul_(2)


@both_ways
def test_lstm_is_torchs_own(bidirectional):
    kernel, x = nn.LSTM(5, 4, batch_first=True, bidirectional=bidirectional), sequences().float()
    hidden, (state, _) = kernel(x)
    assert torch.equal(kernels.read(kernel, x)[0], hidden)
    assert torch.equal(kernels.read(kernel, x)[1], torch.cat([*state], -1))


@every_kind
@both_ways
def test_classifier_trains_as_torch_does(kind, bidirectional):
    model = small_model(**kind, num_layers=2, bidirectional=bidirectional).requires_grad_()
    x = sequences(3, 6, model.features)

    def slopes():
        return torch.autograd.grad(model(x).square().sum(), [x, *model.parameters()])

    with no_torch() as computes:
        computes.side_effect = None
        mine = slopes()
        assert not computes.called
    with mock.patch.object(kernels, "_trains_here", return_value=False):
        torch.testing.assert_close(mine, slopes(), rtol=0, atol=1e-10)
