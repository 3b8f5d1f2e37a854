"""How much a unit matters, held against networks in which that is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rnndemo.data.sets import ImageSet
from rnndemo.hardening.pruning.importance import MEASURES, Readings, describe, outgoing
from rnndemo.hardening.pruning.units import others
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.unroll import last_hidden, unroll
from tests.small import CLASSES, HIDDEN, KINDS, SIDE, small_model

NAMES = ("zero", "one", "two")


def pictures(count: int = 6) -> ImageSet:
    generator = torch.Generator().manual_seed(2)
    images = torch.randint(0, 256, (count, SIDE, SIDE), generator=generator, dtype=torch.uint8)
    return ImageSet(images, torch.arange(count) % CLASSES)


def readings(network: SequenceClassifier) -> Readings:
    return Readings(network, pictures(), "rows")


def answers_without(network: SequenceClassifier, layer: int, unit: int, weaker: float) -> Tensor:
    """Return the logits where the states of a unit are weaker by a share of themselves."""

    def weaken(i: int, direction: int, t: int, h: Tensor) -> Tensor:
        factor = torch.ones_like(h)
        factor[:, unit] = 1 - weaker * (i == layer)
        return h * factor

    layers = unroll(network, pictures().images.double() / 255, weaken)
    return network.head(network.pool(last_hidden(layers))[:, -1])


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_effects_are_the_slope_by_the_strength_of_a_unit(kind: dict[str, str]) -> None:
    network, small = small_model(num_layers=2, **kind), 1e-6
    found = readings(network)
    effects = found.effects(found.logits[:, 1].sum())
    for layer in range(2):
        for unit in range(HIDDEN):
            weaker = answers_without(network, layer, unit, small)
            slope = (network(pictures().images.double() / 255) - weaker)[:, 1] / small
            torch.testing.assert_close(effects[layer][0][:, unit], slope, rtol=1e-3, atol=1e-5)


def test_states_and_logits_are_those_of_the_network() -> None:
    network = small_model(num_layers=2, bidirectional=True)
    found, sequence = readings(network), pictures().images.double() / 255
    torch.testing.assert_close(found.logits.detach(), network(sequence))
    forward = network.hidden_states(sequence)[0][..., :HIDDEN]
    torch.testing.assert_close(found.hidden(0, 0).transpose(0, 1), forward)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_unit_that_nothing_reads_matters_least(measure: str) -> None:
    network = small_model()
    weights = network.state_dict()
    weights["layers.0.weight_hh_l0"][:, 2] = 0
    weights["head.1.weight"][:, 2] = 0
    (row,) = MEASURES[measure](readings(network))
    assert row[0].shape == (HIDDEN,)
    assert row[0].argmin() == 2
    assert row[0][2] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_layer_and_direction_has_its_scores(measure: str) -> None:
    scores = MEASURES[measure](readings(small_model(num_layers=3, bidirectional=True)))
    assert [[tuple(one.shape) for one in row] for row in scores] == [[(HIDDEN,)] * 2] * 3


def test_outgoing_weights_are_those_of_all_readers() -> None:
    network = small_model(num_layers=2, bidirectional=True, pooling="attention")
    w = network.state_dict()
    parts = [w["layers.0.weight_hh_l0_reverse"]]
    parts += [w[f"layers.1.weight_ih_{end}"][:, HIDDEN:] for end in ("l0", "l0_reverse")]
    torch.testing.assert_close(outgoing(network, 0, 1), torch.cat(parts).norm(dim=0))
    parts = [w["layers.1.weight_hh_l0"], w["head.1.weight"][:, :HIDDEN]]
    parts.append(w["pooling.score.weight"][:, :HIDDEN])
    torch.testing.assert_close(outgoing(network, 1, 0), torch.cat(parts).norm(dim=0))


def test_units_are_described_by_what_they_moved() -> None:
    network = small_model(num_layers=1)
    weights = network.state_dict()
    weights["layers.0.weight_hh_l0"].zero_()  # no way but the output layer
    weights["head.1.weight"].zero_()
    weights["head.1.weight"][2, 1] = 3.0  # unit 1 speaks for class two
    weights["head.1.weight"][0, 3] = -1.0  # unit 3 against class zero
    found = readings(network)
    each = {one.unit: one for one in describe(found, [[torch.arange(HIDDEN)]], NAMES)}
    last = found.hidden(0, 0)[-1]
    assert each[1].label == "two"
    assert each[1].moved == pytest.approx(2.0 * last[:, 1].abs().mean().item())  # 3 less the mean
    assert each[3].label == "zero"
    assert each[0].moved == each[2].moved == 0
    states = found.hidden(0, 0)[..., 1]
    assert each[1].mean == pytest.approx(states.mean().item())
    assert each[1].spread == pytest.approx(states.std(correction=0).item())


def test_the_strongest_are_described_first() -> None:
    network = small_model(num_layers=2, bidirectional=True)
    units = others([[torch.tensor([0])] * 2] * 2, HIDDEN)
    found = describe(readings(network), units, NAMES)
    moved = [one.moved for one in found]
    assert moved == sorted(moved, reverse=True)
    places = {(one.layer, one.direction, one.unit) for one in found}
    assert places == {(i, d, u) for i in (0, 1) for d in (0, 1) for u in (1, 2, 3)}
