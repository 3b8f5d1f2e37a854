"""The equations of a cell hold with the numbers of the network, as they are shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from rnndemo.models.cells import CELLS
from rnndemo.reading.equations import UnitEquations, unit_equations
from rnndemo.reading.traces import DIRECTIONS, trace
from tests.small import HIDDEN, KINDS, SIDE, kind_name, small_model, small_pictures

every_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_name)
FUNCTIONS = {
    "σ": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
    "ReLU": lambda a: np.maximum(a, 0),
}


def said(one: UnitEquations, place: int) -> np.ndarray:
    """Return what an equation's right side comes to at each timestep, taken as it is written."""
    equation = one.equations[place]
    sums = {name: one.terms(equation.letter, name).sum(1) for name in equation.sums}
    written = equation.form.replace("·", "*").replace("−", "-")
    names = {name: f"numbers[{name!r}]" for name in {**one.values, **sums}}
    numbers = {**one.values, **sums}
    return eval(written.format(**names), {**FUNCTIONS, "numbers": numbers})


@every_kind
@given(seed=st.integers(0, 2**16), bidirectional=st.booleans(), unit=st.integers(0, HIDDEN - 1))
def test_every_equation_holds_at_every_row(kind, seed, bidirectional, unit):
    model = small_model(seed=seed, num_layers=2, bidirectional=bidirectional, **kind)
    read = trace(model, small_pictures(1, seed=seed), "rows", gradients=False)
    for layer in range(2):
        for direction in DIRECTIONS[: 1 + bidirectional]:
            one = unit_equations(model, read, layer, unit, direction)
            for place, equation in enumerate(one.equations):
                value = one.values[equation.letter]
                np.testing.assert_allclose(said(one, place), value, atol=1e-5)


@every_kind
def test_the_last_equation_is_that_of_h_and_each_gate_has_one(kind):
    cell = CELLS[kind["cell"]]
    letters = [equation.letter for equation in cell.equations]
    assert letters == [*cell.gates, *(["c"] if cell.memory else []), "h"]
    written = "".join(equation.form for equation in cell.equations)
    assert "φ" in written or not cell.takes_nonlinearity


@every_kind
def test_there_is_a_term_for_every_input_every_unit_and_the_bias(kind):
    model = small_model(**kind)
    one = unit_equations(model, trace(model, small_pictures(1), "rows"), 0, 2)
    for equation in one.equations:
        for name, which in equation.sums.items():
            inputs = SIDE * ("x" in which.reads) + HIDDEN * ("h" in which.reads)
            terms = one.terms(equation.letter, name)
            assert terms.shape == (SIDE, inputs + 1)
            assert (terms[:, -1] == terms[0, -1]).all()  # the bias is the same at every row


@pytest.mark.parametrize("unit", range(HIDDEN))
def test_the_sums_of_an_lstm_are_those_of_torch(unit):
    model = small_model(cell="lstm")
    read = trace(model, small_pictures(1), "rows")
    one, layer = unit_equations(model, read, 0, unit), model.layers[0]
    assert isinstance(layer, nn.LSTM)
    cell = nn.LSTMCell(SIDE, HIDDEN).double()
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    state = None
    for t, x in enumerate(torch.from_numpy(read["input"][0])):
        with torch.no_grad():
            state = cell(x[None], state)
        h, c = (part[0, unit].item() for part in state)
        totals = [one.terms(letter, "s")[t].sum() for letter in "ifgo"]
        i, f, o = (FUNCTIONS["σ"](totals[place]) for place in (0, 1, 3))
        assert c == pytest.approx(f * one.values["c0"][t] + i * np.tanh(totals[2]), abs=1e-9)
        assert h == pytest.approx(o * np.tanh(c), abs=1e-9)
