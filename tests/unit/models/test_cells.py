"""The hand-written cells compute what ``torch.nn`` computes: values, gradients, closed forms."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import CellState, read
from rnndemo.models.unroll import cells_of, last_hidden, unroll
from tests.small import HIDDEN, KINDS, kind_name, layer_of, small_model

TIME, FEATURES = 6, 5
every_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_name)
every_cell = pytest.mark.parametrize("name", CELLS)
every_kind_of_torch = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if CELLS[kind["cell"]].kernel], ids=kind_name
)


def double(kind, **more):
    return layer_of(kind, FEATURES, **more).double()


def sequences(batch=3):
    return torch.randn(batch, TIME, FEATURES, generator=torch.Generator().manual_seed(4)).double()


def walk(cell, x):
    """Return all h_t and the last state, from `step` alone."""
    state, hidden = cell.initial_state(len(x)), []
    for t in range(x.shape[1]):
        state, _ = cell.step(x[:, t], state)
        hidden.append(state.hidden)
    return torch.stack(hidden, 1), state


@every_cell
def test_every_cell_is_described(name):
    cell = CELLS[name]
    assert cell.label
    assert cell.text.endswith(".")
    assert "h_t &=" in cell.formula.splitlines()[-1]
    assert all(re.match(r"\S.*: .*\.$", line) for line in cell.letters)
    assert not cell.open_gate or cell.open_gate in cell.gates
    for signal in (*cell.gates.values(), *cell.derived.values(), *filter(None, [cell.memory])):
        assert signal.label
        assert signal.text.endswith(".")


@every_kind
def test_gates_and_memory_are_those_that_the_cell_names(kind):
    cell = CELLS[kind["cell"]]
    one = cell.stepwise(double(kind))
    state, gates = one.step(sequences()[:, 0], one.initial_state(3))
    assert list(gates) == list(cell.gates)
    assert (state.cell is None) == (cell.memory is None)
    assert list(one.derived(*state)) == list(cell.derived)
    for letter, signal in cell.gates.items():
        if not signal.bounded:
            continue
        low = -1 if signal.signed else 0
        assert low <= gates[letter].min() <= gates[letter].max() <= 1


@every_kind
@pytest.mark.parametrize("direction", [0, 1])
def test_cell_equals_torch_in_values_and_gradients(kind, direction):
    kernel, x = double(kind, bidirectional=True), sequences().requires_grad_()
    cell = CELLS[kind["cell"]].stepwise(kernel, direction)
    names = cell.shapes(FEATURES, HIDDEN, 1)  # a kernel has those of every gated cell
    weights = [*map(cell.weight, names), x]
    slope = torch.randn(3, TIME, HIDDEN, generator=torch.Generator().manual_seed(5)).double()

    expected, last = kernel(x)
    expected = expected.chunk(2, -1)[direction]
    hidden, state = walk(cell, x.flip(1) if direction else x)
    hidden = hidden.flip(1) if direction else hidden

    torch.testing.assert_close(hidden, expected, rtol=0, atol=1e-10)
    if CELLS[kind["cell"]].kernel and state.cell is not None:
        torch.testing.assert_close(state.cell, last[1][direction], rtol=0, atol=1e-10)
    for mine, torchs in zip(
        torch.autograd.grad((hidden * slope).sum(), weights),
        torch.autograd.grad((expected * slope).sum(), weights),
        strict=True,
    ):
        torch.testing.assert_close(mine, torchs, rtol=0, atol=1e-10)


@every_kind
def test_cell_equals_torch_in_single_precision(kind):
    kernel, x = double(kind).float(), sequences().float()
    cell = CELLS[kind["cell"]].stepwise(kernel)
    torch.testing.assert_close(walk(cell, x)[0], kernel(x)[0], rtol=0, atol=1e-5)


@every_kind
def test_every_layer_returns_the_final_state_of_each_direction(kind):
    layer, x = double(kind, bidirectional=True), sequences()
    hidden, last = read(layer, x)
    forward, backward = hidden.chunk(2, -1)
    torch.testing.assert_close(last, torch.cat([forward[:, -1], backward[:, 0]], -1))


@every_kind_of_torch
def test_one_step_equals_torch_cell_class(kind):
    kernel, x = double(kind), sequences()[:, 0]
    torch.manual_seed(6)
    state = CellState(torch.randn(3, HIDDEN).double(), torch.randn(3, HIDDEN).double())
    cell = CELLS[kind["cell"]]
    extra = {"nonlinearity": kind["nonlinearity"]} if cell.takes_nonlinearity else {}
    single = getattr(nn, f"{type(kernel).__name__}Cell")(FEATURES, HIDDEN, **extra).double()
    single.load_state_dict(
        {name.removesuffix("_l0"): value for name, value in kernel.state_dict().items()}
    )
    new, _ = cell.stepwise(kernel).step(x, state)
    expected = single(x, tuple(state) if cell.memory else state.hidden)
    hidden = expected[0] if cell.memory else expected
    torch.testing.assert_close(new.hidden, hidden, rtol=0, atol=1e-10)


def with_biases(cell_name, biases):
    """Return a cell of one unit that no input moves: all weights 0, one bias a gate."""
    kernel = layer_of({"cell": cell_name}, 1, 1).double()
    for weight in kernel.parameters():
        weight.data.zero_()
    kernel.bias_ih_l0.data = torch.tensor(biases).double()
    return CELLS[cell_name].stepwise(kernel)


def test_lstm_gates_stand_in_the_order_of_their_names():
    cell = with_biases("lstm", [1.0, 2.0, 3.0, 4.0])
    one, two = torch.ones(1, 1).double(), torch.full((1, 1), 2.0).double()
    state, gates = cell.step(one, CellState(one, two))
    s = lambda value: torch.tensor([[value]]).double().sigmoid()  # noqa: E731
    assert list(gates) == ["i", "f", "g", "o"]
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
    assert list(gates) == ["r", "z", "n"]
    assert gates["r"].item() == 0.5
    assert state.hidden.item() == pytest.approx(float(expected), abs=1e-7)


def test_relu_cell_of_ones_counts_its_input():
    kernel = nn.RNN(1, 1, batch_first=True, nonlinearity="relu")
    for name, weight in kernel.named_parameters():
        weight.data.fill_(1.0 if "weight" in name else 0.0)
    hidden, _ = walk(CELLS["rnn"].stepwise(kernel), torch.ones(1, 4, 1))
    assert hidden.flatten().tolist() == [1.0, 2.0, 3.0, 4.0]


@every_kind_of_torch
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unrolled_classifier_equals_one_deep_torch_kernel(kind, num_layers, bidirectional):
    model = small_model(**kind, num_layers=num_layers, bidirectional=bidirectional)
    x = torch.randn(2, TIME, model.features, generator=torch.Generator().manual_seed(8)).double()
    cell = CELLS[kind["cell"]]
    extra = {"nonlinearity": kind["nonlinearity"]} if cell.takes_nonlinearity else {}
    deep = cell.kernel(
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
def test_states_of_a_short_sequence_do_not_depend_on_what_follows_it(kind):
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
