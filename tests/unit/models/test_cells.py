"""The hand-written cells compute what ``torch.nn`` computes: values, gradients, closed forms."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rnndemo.config import CELLS
from rnndemo.models import cells
from rnndemo.models.cells import CellState, cells_of, last_hidden, unroll
from rnndemo.models.kernels import KERNELS
from tests.small import HIDDEN, KINDS, kind_name, small_model

TIME, FEATURES = 6, 5
every_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_name)


def kernel_of(kind, layers=1, bidirectional=False):
    torch.manual_seed(3)
    extra = {"nonlinearity": kind["nonlinearity"]} if kind["cell"] == "rnn" else {}
    return KERNELS[kind["cell"]](
        FEATURES, HIDDEN, layers, batch_first=True, bidirectional=bidirectional, **extra
    ).double()  # fmt: skip


def sequences(batch=3):
    return torch.randn(batch, TIME, FEATURES, generator=torch.Generator().manual_seed(4)).double()


def walk(cell, x):
    """Return all h_t and the last state, from `step` alone."""
    state, hidden = cell.start(len(x)), []
    for t in range(x.shape[1]):
        state, _ = cell.step(x[:, t], state)
        hidden.append(state.hidden)
    return torch.stack(hidden, 1), state


def test_every_registered_cell_is_one_the_configuration_knows():
    assert tuple(cells.CELLS) == CELLS == tuple(KERNELS)


@every_kind
@pytest.mark.parametrize("direction", [0, 1])
def test_cell_equals_torch_in_values_and_gradients(kind, direction):
    kernel, x = kernel_of(kind, bidirectional=True), sequences().requires_grad_()
    cell = cells.CELLS[kind["cell"]](kernel, direction)
    weights = [cell.W_x, cell.W_h, cell.b_x, cell.b_h, x]
    slope = torch.randn(3, TIME, HIDDEN, generator=torch.Generator().manual_seed(5)).double()

    expected, last = kernel(x)
    expected = expected.chunk(2, -1)[direction]
    hidden, state = walk(cell, x.flip(1) if direction else x)
    hidden = hidden.flip(1) if direction else hidden

    torch.testing.assert_close(hidden, expected, rtol=0, atol=1e-10)
    if kind["cell"] == "lstm":
        torch.testing.assert_close(state.cell, last[1][direction], rtol=0, atol=1e-10)
    for mine, torchs in zip(
        torch.autograd.grad((hidden * slope).sum(), weights),
        torch.autograd.grad((expected * slope).sum(), weights),
        strict=True,
    ):
        torch.testing.assert_close(mine, torchs, rtol=0, atol=1e-10)


@every_kind
def test_cell_equals_torch_in_single_precision(kind):
    kernel, x = kernel_of(kind).float(), sequences().float()
    cell = cells.CELLS[kind["cell"]](kernel)
    torch.testing.assert_close(walk(cell, x)[0], kernel(x)[0], rtol=0, atol=1e-5)


@every_kind
def test_one_step_equals_torch_cell_class(kind):
    kernel, x = kernel_of(kind), sequences()[:, 0]
    torch.manual_seed(6)
    state = CellState(torch.randn(3, HIDDEN).double(), torch.randn(3, HIDDEN).double())
    extra = {"nonlinearity": kind["nonlinearity"]} if kind["cell"] == "rnn" else {}
    single = getattr(nn, f"{kind['cell'].upper()}Cell")(FEATURES, HIDDEN, **extra).double()
    single.load_state_dict(
        {name.removesuffix("_l0"): value for name, value in kernel.state_dict().items()}
    )
    new, _ = cells.CELLS[kind["cell"]](kernel).step(x, state)
    expected = single(x, tuple(state) if kind["cell"] == "lstm" else state.hidden)
    hidden = expected[0] if kind["cell"] == "lstm" else expected
    torch.testing.assert_close(new.hidden, hidden, rtol=0, atol=1e-10)


def with_biases(cell_name, biases):
    """Return a cell of one unit that no input moves: all weights 0, one bias a gate."""
    kernel = KERNELS[cell_name](1, 1, batch_first=True).double()
    for weight in kernel.parameters():
        weight.data.zero_()
    kernel.bias_ih_l0.data = torch.tensor(biases).double()
    return cells.CELLS[cell_name](kernel)


def test_lstm_gates_stand_in_the_order_of_their_names():
    cell = with_biases("lstm", [1.0, 2.0, 3.0, 4.0])
    one, two = torch.ones(1, 1).double(), torch.full((1, 1), 2.0).double()
    state, gates = cell.step(one, CellState(one, two))
    s = lambda value: torch.tensor([[value]]).double().sigmoid()  # noqa: E731
    assert list(gates) == ["i", "f", "g", "o"] == list(cell.gate_names)
    torch.testing.assert_close(gates["i"], s(1.0))
    torch.testing.assert_close(gates["f"], s(2.0))
    torch.testing.assert_close(gates["g"], torch.tensor([[3.0]]).double().tanh())
    torch.testing.assert_close(gates["o"], s(4.0))
    c = s(2.0) * 2 + s(1.0) * torch.tensor([[3.0]]).double().tanh()
    torch.testing.assert_close(state.cell, c)
    torch.testing.assert_close(state.hidden, s(4.0) * c.tanh())


@pytest.mark.parametrize(
    ("z_bias", "expected"), [(50.0, 0.7), (-50.0, torch.tanh(torch.tensor(0.5)))]
)
def test_gru_update_gate_chooses_between_past_and_candidate(z_bias, expected):
    cell = with_biases("gru", [0.0, z_bias, 0.5])
    past = torch.full((1, 1), 0.7).double()
    state, gates = cell.step(torch.ones(1, 1).double(), CellState(past))
    assert list(gates) == ["r", "z", "n"] == list(cell.gate_names)
    assert gates["r"].item() == 0.5
    assert state.hidden.item() == pytest.approx(float(expected), abs=1e-7)


def test_relu_cell_of_ones_counts_its_input():
    kernel = nn.RNN(1, 1, batch_first=True, nonlinearity="relu")
    for name, weight in kernel.named_parameters():
        weight.data.fill_(1.0 if "weight" in name else 0.0)
    hidden, _ = walk(cells.CELLS["rnn"](kernel), torch.ones(1, 4, 1))
    assert hidden.flatten().tolist() == [1.0, 2.0, 3.0, 4.0]


@every_kind
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unrolled_classifier_equals_one_deep_torch_kernel(kind, num_layers, bidirectional):
    model = small_model(**kind, num_layers=num_layers, bidirectional=bidirectional)
    x = torch.randn(2, TIME, model.features, generator=torch.Generator().manual_seed(8)).double()
    extra = {"nonlinearity": kind["nonlinearity"]} if kind["cell"] == "rnn" else {}
    deep = KERNELS[kind["cell"]](
        model.features, HIDDEN, num_layers, batch_first=True, bidirectional=bidirectional, **extra
    ).double()  # fmt: skip
    deep.load_state_dict(
        {
            name.replace("l0", f"l{i}"): value
            for i, layer in enumerate(model.layers)
            for name, value in layer.state_dict().items()
        }
    )
    layers = unroll(model, x)
    torch.testing.assert_close(last_hidden(layers), deep(x)[0], rtol=0, atol=1e-10)
    for paths, states in zip(layers, model.hidden_states(x), strict=True):
        torch.testing.assert_close(
            torch.cat([path.hidden for path in paths], -1), states, rtol=0, atol=1e-10
        )


def test_hook_sees_every_hidden_state_once_in_reading_order():
    model, seen = small_model(num_layers=2, bidirectional=True), []

    def look(layer, direction, t, h):
        seen.append((layer, direction, t))
        return h

    unroll(model, torch.zeros(1, 3, model.features).double(), look)
    assert seen == [
        (layer, direction, t)
        for layer in (0, 1)
        for direction, order in ((0, (0, 1, 2)), (1, (2, 1, 0)))
        for t in order
    ]


@every_kind
def test_states_of_a_short_sequence_do_not_know_what_follows_it(kind):
    model = small_model(**kind, num_layers=2, bidirectional=True)
    x = torch.randn(3, TIME, model.features, generator=torch.Generator().manual_seed(9)).double()
    padded = last_hidden(unroll(model, x, lengths=torch.tensor([2, TIME, 4])))
    for row, length in enumerate((2, TIME, 4)):
        alone = last_hidden(unroll(model, x[row : row + 1, :length]))
        torch.testing.assert_close(padded[row : row + 1, :length], alone, rtol=0, atol=1e-12)
        assert not padded[row, length:].any()


def test_cells_share_the_weights_of_the_model():
    model = small_model(cell="gru", num_layers=2, bidirectional=True)
    cells = cells_of(model)
    assert cells[1][1].W_h is model.layers[1].weight_hh_l0_reverse
    assert cells[1][0].W_x is model.layers[1].weight_ih_l0
