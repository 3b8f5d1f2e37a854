"""What a run takes is known before it begins: weights exactly, memory and disk nearly."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks.demand import GRID, TARGET, measure
from rnndemo.config import CELLS, NETWORKS, RunConfig
from rnndemo.models.build import build_network
from rnndemo.models.scenes import build_scene_network
from rnndemo.training.demand import networks
from rnndemo.training.demand.estimate import Sizes, demand_of, sizes_of
from tests.small import changed

PARTS = Sizes((28, 28), 10, 10_000)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("more", [
    {}, {"model__num_layers": 3, "model__head_sizes": (7, 5)},
    {"model__bidirectional": True, "model__pooling": "attention"},
])  # fmt: skip
def test_weights_are_counted_without_building_the_network(
    network: str, cell: str, more: dict[str, object]
) -> None:
    config = changed(model__network=network, model__cell=cell, model__hidden_size=12, **more)
    with torch.device("meta"):
        built = build_network(config, PARTS.image, PARTS.classes).count_parameters()
    counted = networks.NETWORKS[network](config.model, PARTS.image, PARTS.classes).weights
    assert counted == pytest.approx(built, abs=30)  # but for the scores of attention


SCENES = {"data__name": "scenes", "model__network": "renet", "model__hidden_size": 16}


@pytest.mark.parametrize("more", [
    {}, {"model__network": "cnn", "model__num_layers": 3}, {"model__cell": "gru"},
    {"model__cell": "rnn", "scenes__directions": ("down",)}, {"model__num_layers": 3},
    {"scenes__window": 6, "scenes__stride": 2}, {"model__hidden_size": 64},
])  # fmt: skip
def test_weights_of_networks_for_scenes_are_counted_too(more: dict[str, object]) -> None:
    config = changed(**SCENES | more)
    with torch.device("meta"):
        built = build_scene_network(config, 10).count_parameters()
    counted = networks.scene_network(config, (64, 96), 10).weights
    assert counted == built


@pytest.mark.parametrize("changes", [
    {"training__batch_size": 256}, {"model__hidden_size": 128}, {"model__num_layers": 3},
    {"scenes__stride": 2, "scenes__window": 6}, {"training__ema_decay": 0.9},
    {"model__network": "cnn", "model__hidden_size": 512},
])  # fmt: skip
def test_more_of_anything_in_a_run_of_scenes_takes_more(changes: dict[str, object]) -> None:
    base = changed(**SCENES)
    more = changed(**SCENES | changes)
    assert demand_of(more).memory + demand_of(more).disk > (
        demand_of(base).memory + demand_of(base).disk
    )


@pytest.mark.parametrize("changes", [
    {"training__batch_size": 4096}, {"model__hidden_size": 256}, {"model__num_layers": 3},
    {"model__bidirectional": True}, {"data__scan": "pixels"}, {"model__pooling": "mean"},
    {"training__ema_decay": 0.9, "model__hidden_size": 512, "model__num_layers": 6},
    {"data__augmentation": "people", "training__batch_size": 2048},
    {"data__synthetic": 0.1}, {"data__name": "letters"},
])  # fmt: skip
def test_more_of_anything_takes_more(changes: dict[str, object]) -> None:
    assert demand_of(changed(**changes)).memory > demand_of(changed()).memory


def test_data_that_are_loaded_count_as_they_are(few_digits) -> None:
    sizes = sizes_of(few_digits)
    assert sizes.image == (28, 28)
    assert demand_of(RunConfig(), sizes).memory < demand_of(RunConfig()).memory


def test_a_layer_with_its_last_state_alone_takes_what_weighs_the_sequence() -> None:
    pixels = {"model__cell": "lru", "model__hidden_size": 512, "training__batch_size": 1}
    one, two = (
        demand_of(changed(data__scan="pixels", model__num_layers=layers, **pixels)).memory
        for layers in (1, 2)
    )
    assert two - one > 4 * 784 * 512 * 512  # a number for each state that is read and each unit
    for pooling in ("last", "mean"):
        rows = changed(**pixels | {"training__batch_size": 512}, model__pooling=pooling)
        whole = networks.NETWORKS["rnn"](rows.model, (28, 28), 10)
        assert (whole.once > 0) == (pooling == "last")


@pytest.mark.parametrize("number", [0, 5, 20, 35, 38, 42])
def test_what_a_run_takes_is_nearly_what_was_estimated(number: int, tmp_path: Path) -> None:
    ((_, (found, estimated)),) = measure([GRID[number]])
    assert found.status == "done"
    for name in ("memory", "disk"):
        assert 1 / TARGET < getattr(estimated, name) / getattr(found, name) < TARGET, name
