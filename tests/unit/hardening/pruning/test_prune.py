"""Pruned models are models as any others: on disk, as ONNX, in the browser, with a pen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.calibration import fit_temperature
from rnndemo.export.formats import onnx_bytes, page_bytes
from rnndemo.export.int8 import session_of
from rnndemo.hardening.pruning.curve import KINDS, PrunedPoint, costs_of, curve, seconds_of
from rnndemo.hardening.pruning.matrix import strengths
from rnndemo.hardening.pruning.prune import (
    CALIBRATED,
    Pruned,
    calibrated,
    command_for,
    measure_units,
    measured,
    shares_of_rounds,
    without_measured,
    without_units,
    without_weights,
)
from rnndemo.hardening.pruning.weights import sparsity
from rnndemo.models.store import Model, load_folder, load_model, save_model
from rnndemo.reading.answers import answer
from rnndemo.web.packed import reads_in_browser
from tests.small import small_model

HALF = 192 // 2


@pytest.fixture(scope="module")
def half(digits: DataSet) -> Pruned:
    return without_units(load_model("digits-lstm"), digits.validation, 0.5)


def test_half_of_the_units_still_know_digits(half: Pruned, digits: DataSet) -> None:
    test = digits.test.take(torch.arange(500))
    sequence = to_sequence(test.images.float() / 255, "rows")
    with torch.inference_mode():
        right = (half.model.network(sequence).argmax(1) == test.labels).sum()
    assert right > 480
    whole = load_model("digits-lstm")
    assert half.model.config.model.hidden_size == HALF
    assert whole.card.parameters / half.model.card.parameters > 3.5
    assert whole.network.config.hidden_size == 2 * HALF  # the model in the cache is as it was


def test_what_has_gone_is_told(half: Pruned) -> None:
    places = {(one.layer, one.unit) for one in half.removed}
    assert len(half.removed) == len(places) == 2 * HALF
    assert {one.label for one in half.removed} <= set(half.model.classes)
    assert all(one.moved >= 0 and one.spread >= 0 and -1 < one.mean < 1 for one in half.removed)
    assert half.masks == {}


def test_it_is_the_same_after_a_round_trip_by_files(half: Pruned, tmp_path: Path) -> None:
    save_model(tmp_path / "half", half.model)
    again = load_folder(tmp_path / "half")
    assert again.config == half.model.config
    weights = again.network.state_dict()
    assert all(torch.equal(w, weights[n]) for n, w in half.model.network.state_dict().items())


def test_it_answers_as_onnx_on_a_page_and_row_by_row(half: Pruned, digits: DataSet) -> None:
    images = digits.test.images[:4].numpy().astype(np.float32) / 255
    (probabilities,) = session_of(onnx_bytes(half.model)).run(None, {"images": images})
    with torch.inference_mode():
        logits = half.model.network(to_sequence(torch.from_numpy(images), "rows"))
    np.testing.assert_allclose(probabilities, half.model.probabilities(logits), atol=1e-5)
    assert reads_in_browser(half.model)
    assert page_bytes(half.model)
    found = answer(half.model, images[0])
    assert len(found.rows) == 28


def test_zeros_stay_after_a_round_trip(tmp_path: Path) -> None:
    pruned = without_weights(load_model("digits-rnn"), 0.7)
    save_model(tmp_path / "less", pruned.model)
    network = load_folder(tmp_path / "less").network
    assert sparsity(network) == pytest.approx(0.7, abs=1e-4)
    weights = network.state_dict()
    assert all(bool((weights[name][~mask] == 0).all()) for name, mask in pruned.masks.items())


def test_a_model_that_reads_the_pen_loses_units_too() -> None:
    model = load_model("gestures-strokes")
    generator = torch.Generator().manual_seed(1)
    paths = torch.randint(0, 256, (20, *model.image_size), generator=generator, dtype=torch.uint8)
    part = ImageSet(paths, torch.arange(20) % len(model.classes))
    pruned = without_units(model, part, 0.25)
    assert pruned.model.config.model.hidden_size == 96
    assert pruned.model.frame == "path"


def test_a_cnn_has_no_units_to_lose(digits: DataSet) -> None:
    with pytest.raises(InputError, match="prune its weights"):
        without_units(load_model("digits-cnn"), digits.validation, 0.5)


def test_a_pruned_model_is_measured_anew(few_digits: DataSet) -> None:
    model = load_model("digits-lstm")
    pruned = without_units(model, few_digits.validation, 0.5)
    made = measured(pruned, few_digits, "half", "the command")
    assert (made.name, made.card.name, made.card.command) == ("half", "half", "the command")
    assert made.card.test_size == len(few_digits.test)
    assert made.card.temperature != model.card.temperature
    assert made.card.train_seconds == pytest.approx(model.card.train_seconds)


def test_rounds_remove_much_at_first() -> None:
    assert shares_of_rounds(0.8, 1, anew=False) == [0.8]
    assert shares_of_rounds(0.8, 2, anew=False) == pytest.approx([0.7, 0.8])
    left = np.cumprod([1 - share for share in shares_of_rounds(0.8, 4, anew=True)])
    assert left == pytest.approx([1 - share for share in shares_of_rounds(0.8, 4, anew=False)])
    assert left[-1] == pytest.approx(0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_curve_is_measured_point_by_point(kind: str, few_digits: DataSet) -> None:
    model: Model = load_model("digits-rnn")
    whole, less = list(curve(model, few_digits, kind, [0.5]))
    assert (whole.share, less.share) == (0.0, 0.5)
    assert less.parameters < whole.parameters
    assert less.compressed < whole.compressed
    assert (less.bytes < whole.bytes) is (kind == "units")
    assert less.sparsity == pytest.approx(0.5 if kind == "weights" else 0.0, abs=1e-3)
    for one in (whole, less):
        assert isinstance(one, PrunedPoint)
        assert one.test.interval[0] <= one.test.accuracy <= one.test.interval[1]
        assert one.seconds > 0


def test_a_larger_network_takes_longer() -> None:
    small, large = small_model(hidden_size=4), small_model(hidden_size=400)
    took = seconds_of([small, large], torch.zeros(1, 8, 8, dtype=torch.float64), rounds=5)
    assert took[0] < took[1]


def test_units_are_measured_once_for_every_share(few_digits: DataSet) -> None:
    model = load_model("digits-rnn")
    units = measure_units(model, few_digits.validation, "taylor")
    for share in (0.2, 0.7):
        once = without_measured(model, units, share)
        anew = without_units(model, few_digits.validation, share, "taylor")
        assert once.removed == anew.removed
        weights = anew.model.network.state_dict()
        assert all(torch.equal(w, weights[n]) for n, w in once.model.network.state_dict().items())
    assert len(units.each) == model.network.config.num_layers * model.config.model.hidden_size


def test_a_pruned_model_is_as_sure_as_it_is_right(half: Pruned, digits: DataSet) -> None:
    made = calibrated(half, digits).model
    part = digits.validation.take(torch.arange(CALIBRATED))
    with torch.inference_mode():
        logits = made.network(to_sequence(part.images.float() / 255, "rows")).double()
    wanted = fit_temperature(logits, part.labels, "softmax")
    assert made.card.temperature == pytest.approx(wanted, rel=1e-3)
    assert made.card.temperature < half.model.card.temperature  # it was less sure than right
    assert 0 < made.card.reject_threshold < 1


def test_costs_are_those_of_the_files(half: Pruned, tmp_path: Path) -> None:
    whole = load_model("digits-lstm")
    before, after = costs_of([whole, half.model], torch.zeros(whole.image_size), 2)
    assert before.parameters == whole.card.parameters
    save_model(tmp_path / "half", half.model)
    assert after.bytes == (tmp_path / "half" / "model.safetensors").stat().st_size
    assert after.compressed < before.compressed
    assert min(before.seconds, after.seconds) > 0


def test_strengths_are_norms_over_gates() -> None:
    network = small_model(cell="lstm", num_layers=2, bidirectional=True)
    size = network.config.hidden_size
    weight = network.state_dict()["layers.1.weight_hh_l0_reverse"]
    found = strengths(network, 1, 1)
    assert found is not None
    assert found.shape == (size, size)
    gates = torch.stack([weight[gate * size + 2, 3] for gate in range(4)])
    assert found[2, 3] == pytest.approx(gates.norm().item(), rel=1e-5)
    assert strengths(load_model("digits-cnn").network, 0, 0) is None


def test_the_command_names_what_differs_from_its_defaults() -> None:
    assert command_for("m", "units", 0.3) == (
        "python -m rnndemo prune --model m --units 0.3 --out m-pruned"
    )
    assert "--units 0.3 --measure taylor --out" in command_for("m", "units", 0.3, "taylor")
    assert command_for("m", "weights", 0.3, "", out="-x").endswith("--weights 0.3 --out ./-x")
