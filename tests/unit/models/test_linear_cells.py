"""Linear recurrences: loop, scan and matrix product are one, in values and gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.models.build import build_network
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import read, read_last
from rnndemo.models.cells.linear import LinearCell, LinearLayer, scan
from rnndemo.models.unroll import unroll
from rnndemo.reading.traces import trace
from tests.small import small_model, small_pictures

LINEAR = [name for name, cell in CELLS.items() if issubclass(cell.stepwise, LinearCell)]
every_cell = pytest.mark.parametrize("name", LINEAR)


def started(name: str, time: int, features: int = 1, hidden: int = 10, start: str = "auto"):
    """Return a network with the weights that a training starts from."""
    torch.manual_seed(5)
    model = ModelConfig(cell=name, hidden_size=hidden, start=start)
    size = (time, features) if features > 1 else (math.isqrt(time),) * 2
    scan_name = "rows" if features > 1 else "pixels"
    return build_network(RunConfig(model=model, data=DataConfig(scan=scan_name)), size, 3)


def gradients(loss: Tensor, layer: torch.nn.Module, x: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, [*layer.parameters(), x]))


@every_cell
@pytest.mark.parametrize("start", ["auto", "harmonics", "chrono"])
@pytest.mark.parametrize(
    ("precision", "atol"), [(torch.float64, 1e-10), (torch.float32, 1e-5)], ids=["64", "32"]
)
def test_784_timesteps_are_one_loop_one_scan_and_one_product(name, start, precision, atol):
    if start == ("chrono" if name == "lru" else "harmonics"):
        return
    network = started(name, 784, start=start).to(precision)
    (layer,) = network.layers
    assert isinstance(layer, LinearLayer)
    x = torch.rand(2, 784, 1, generator=torch.Generator().manual_seed(1)).to(precision)
    x.requires_grad_()
    slope = torch.randn(2, 10, generator=torch.Generator().manual_seed(2)).to(precision)
    loop = unroll(network, x)[0][0].hidden
    states, last = read(layer, x)
    size = max(1.0, float(loop.detach().abs().max()))
    torch.testing.assert_close(states, loop, rtol=0, atol=atol * size)
    torch.testing.assert_close(read_last(layer, x), loop[:, -1], rtol=0, atol=atol * size)
    torch.testing.assert_close(last, states[:, -1])
    ends = [(one * slope).sum() for one in (loop[:, -1], last, read_last(layer, x))]
    wanted, *others = [gradients(end, layer, x) for end in ends]
    for found in others:
        for mine, one in zip(found, wanted, strict=True):
            torch.testing.assert_close(
                mine, one, rtol=0, atol=atol * max(1.0, float(one.abs().max()))
            )


@every_cell
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_last_state_of_rows_is_that_of_all_states(name, bidirectional):
    network = small_model(cell=name, bidirectional=bidirectional, num_layers=2, pooling="last")
    x = torch.rand(3, 7, network.features).double()
    hidden = network.hidden_states(x)[-1].chunk(1 + bidirectional, -1)
    ends = [hidden[0][:, -1], *(one[:, 0] for one in hidden[1:])]
    torch.testing.assert_close(network(x), network.head(torch.cat(ends, -1)))


@pytest.mark.parametrize("kind", [torch.float64, torch.complex128])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("fixed", [False, True])
def test_a_scan_has_the_gradients_of_finite_differences(kind, backward, fixed):
    torch.manual_seed(0)
    a = torch.randn(*(() if fixed else (2, 5)), 3, dtype=kind, requires_grad=True)
    b = torch.randn(2, 5, 3, dtype=kind, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, b: scan(a, b, backward), (a, b))


def test_an_lru_without_input_turns_and_fades_by_its_factor():
    model = small_model(cell="lru", hidden_size=3)
    (layer,) = model.layers
    decay, turn = layer.nu_l0.exp().numpy(), layer.theta_l0.exp().numpy()
    x = torch.zeros(1, 6, model.features).double()
    x[0, 0] = torch.rand(model.features)
    found = trace(model, x, None)
    z = found["layer0.forward.hidden"][0] + 1j * found["layer0.forward.cell"][0]
    steps = np.arange(6)[:, None]
    np.testing.assert_allclose(z, z[0] * np.exp((-decay + 1j * turn) * steps), atol=1e-12)
    np.testing.assert_allclose(found["layer0.forward.modulus"][0], np.abs(z), atol=1e-12)
    np.testing.assert_allclose(found["layer0.forward.phase"][0], np.angle(z), atol=1e-12)


def test_the_gradient_of_an_lru_fades_by_its_factor_and_no_faster():
    """∂loss/∂h_t at t is that of the end times Re λ^(T-t): from the definition, unit by unit."""
    model = small_model(cell="lru", hidden_size=1)
    norm = trace(model, small_pictures(1), "rows", target=0)["hidden_gradient_norm"][0, 0, 0]
    factor = CELLS["lru"].stepwise(model.layers[0]).factor().numpy()
    kept = np.abs((factor ** np.arange(len(norm))[::-1]).real)
    np.testing.assert_allclose(norm / norm[-1], kept, atol=1e-9)


def test_a_mingru_whose_gate_is_open_copies_and_closed_keeps():
    layer = CELLS["mingru"].layer(1, ModelConfig(cell="mingru", hidden_size=1), False).double()
    for gate, wanted in ((50.0, [3.0, 1.0, 2.0]), (-50.0, [0.0, 0.0, 0.0])):
        layer.weight_ih_l0.data = torch.tensor([[0.0], [1.0]]).double()
        layer.bias_ih_l0.data = torch.tensor([gate, 0.0]).double()
        hidden, _ = layer(torch.tensor([[[3.0], [1.0], [2.0]]]).double())
        assert hidden.flatten().tolist() == pytest.approx(wanted, abs=1e-9)
