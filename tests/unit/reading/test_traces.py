"""A trace is exact, complete, batched, and keeps its names."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from rnndemo.config import OUTPUT_ACTIVATIONS, POOLINGS
from rnndemo.data.scans import to_sequence
from rnndemo.errors import InputError
from rnndemo.models.cells import CELLS
from rnndemo.models.unroll import last_hidden, unroll
from rnndemo.reading.traces import DIRECTIONS, Trace, trace
from tests.small import (
    CLASSES,
    HIDDEN,
    KINDS,
    SIDE,
    SMALL_SCANS,
    kind_name,
    side_of,
    small_model,
    small_pictures,
)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_name)
every_scan = pytest.mark.parametrize("scan", SMALL_SCANS)
every_pooling = pytest.mark.parametrize("pooling", POOLINGS)
both_ways = pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])


def smooth_model(scan="rows", **config):
    """Return a model with no kink under finite differences: every relu unit is alive."""
    model = small_model(scan, **config)
    if config["nonlinearity"] == "relu":
        for layer in model.layers:
            for name, weight in layer.named_parameters():
                weight.data = weight.abs() / HIDDEN**0.5 if "weight_hh" in name else weight.abs()
    return model


def close(mine, expected, atol=1e-9):
    np.testing.assert_allclose(mine, np.asarray(expected), rtol=0, atol=atol)


@every_kind
@every_scan
@both_ways
@every_pooling
def test_trace_equals_torch_for_every_layer(kind, scan, bidirectional, pooling):
    for num_layers in (1, 2):
        model = small_model(
            scan, **kind, num_layers=num_layers, bidirectional=bidirectional, pooling=pooling
        )
        pictures = small_pictures(side=side_of(scan))
        sequence = to_sequence(pictures, scan)
        made = trace(model, pictures, scan, gradients=False)
        oracle = unroll(model, sequence)
        assert made.layers == num_layers
        for layer, states in enumerate(model.hidden_states(sequence)):
            for direction, h in zip(
                made.directions, states.chunk(len(made.directions), -1), strict=True
            ):
                close(made.hidden(layer, direction), h)
                path = oracle[layer][DIRECTIONS.index(direction)]
                assert list(made.gates(layer, direction)) == list(path.gates)
                for letter, gate in made.gates(layer, direction).items():
                    close(gate, path.gates[letter])
                start = f"layer{layer}.{direction}."
                assert (f"{start}cell" in made) == (path.cell is not None)
                if path.cell is not None:
                    close(made[f"{start}cell"], path.cell)
                for name in CELLS[kind["cell"]].derived:
                    assert made[start + name].shape == path.cell.shape
        close(made["readout.logits"], model.readouts(sequence))


@every_kind
@every_scan
@both_ways
@every_pooling
def test_readout_at_last_row_equals_prediction(kind, scan, bidirectional, pooling):
    model = small_model(scan, **kind, num_layers=2, bidirectional=bidirectional, pooling=pooling)
    pictures = small_pictures(side=side_of(scan))
    made = trace(model, pictures, scan, gradients=False)
    answer = model(to_sequence(pictures, scan))
    close(made["readout.logits"][:, -1], answer)
    close(made["readout.probabilities"][:, -1], model.probabilities(answer))


@every_kind
def test_trace_equals_torch_in_single_precision(kind):
    model = small_model(**kind, hidden_size=32, num_layers=2).float()
    pictures = small_pictures().float()
    made = trace(model, pictures, "rows")
    for layer, states in enumerate(model.hidden_states(to_sequence(pictures, "rows"))):
        close(made.hidden(layer), states, 1e-5)
    exact = trace(model.double(), pictures.double(), "rows")
    for name in exact:
        close(made[name], exact[name], 1e-5)


@pytest.mark.parametrize("kind", [{"cell": "lstm"}, {"cell": "gru"}], ids=kind_name)
def test_cell_and_gates_end_where_torch_ends(kind):
    model = small_model(**kind, bidirectional=True)
    pictures = small_pictures()
    made = trace(model, pictures, "rows", gradients=False)
    _, last = model.layers[0](to_sequence(pictures, "rows"))
    if kind["cell"] == "lstm":
        close(made["layer0.forward.cell"][:, -1], last[1][0])
        close(made["layer0.backward.cell"][:, 0], last[1][1])
        gates, c = made.gates(0, "backward"), made["layer0.backward.cell"]
        close(made.hidden(0, "backward"), gates["o"] * np.tanh(c), 1e-12)
    else:
        gates, h = made.gates(0, "backward"), made.hidden(0, "backward")
        later = np.concatenate([h[:, 1:], np.zeros_like(h[:, :1])], 1)
        close(h, (1 - gates["z"]) * gates["n"] + gates["z"] * later, 1e-12)


def loss_of(logits, target, activation):
    """Compute the loss of each sequence from its definition."""
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    if activation == "softmax":
        return -np.log(p[:, target])
    p, hot = 1 / (1 + np.exp(-logits)), np.eye(logits.shape[-1])[target]
    return -(hot * np.log(p) + (1 - hot) * np.log(1 - p)).mean(-1)


@every_kind
@both_ways
@every_pooling
@pytest.mark.parametrize("activation", OUTPUT_ACTIVATIONS)
def test_hidden_gradient_norm_equals_finite_differences(kind, bidirectional, pooling, activation):
    model = smooth_model(
        **kind, num_layers=2, bidirectional=bidirectional, pooling=pooling, head_sizes=(5,),
        head_activations=("tanh",), output_activation=activation,
    )  # fmt: skip
    picture, target, eps = small_pictures(1), 2, 1e-6
    norm = trace(model, picture, "rows", target=target)["hidden_gradient_norm"]
    directions = 2 if bidirectional else 1
    places = list(itertools.product((0, 1), range(directions), range(SIDE), range(HIDDEN), (1, -1)))

    def nudge(layer, direction, t, h):
        here = [(eps * p[4] if p[:3] == (layer, direction, t) else 0.0) for p in places]
        unit = torch.eye(HIDDEN).double()[[p[3] for p in places]]
        return h + torch.tensor(here).double()[:, None] * unit

    sequence = to_sequence(picture, "rows").expand(len(places), -1, -1)
    hidden = last_hidden(unroll(model, sequence, nudge))
    loss = loss_of(model.head(model.pool(hidden))[:, -1].numpy(), target, activation)
    slope = (loss[0::2] - loss[1::2]) / (2 * eps)
    expected = np.linalg.norm(slope.reshape(2, directions, SIDE, HIDDEN), axis=-1)
    assert norm.shape == (1, 2, directions, SIDE)
    assert norm.max() > 1e-4
    close(norm[0], expected, 1e-7)


@every_kind
@every_scan
def test_saliency_equals_finite_differences(kind, scan):
    for bidirectional, pooling in itertools.product([False, True], POOLINGS):
        model = smooth_model(scan, **kind, bidirectional=bidirectional, pooling=pooling)
        side, eps = side_of(scan), 1e-6
        picture = small_pictures(1, side)
        saliency = trace(model, picture, scan, target=1)["saliency"]
        nudges = eps * torch.eye(side * side).double().reshape(-1, side, side)
        up, down = (model(to_sequence(picture + sign * nudges, scan))[:, 1] for sign in (1, -1))
        expected = ((up - down) / (2 * eps)).abs().reshape(1, side, side)
        assert saliency.max() > 1e-5
        close(saliency, expected, 1e-7)


NAMES = {
    "lstm": ["hidden", "cell", "gate.i", "gate.f", "gate.g", "gate.o"],
    "gru": ["hidden", "gate.r", "gate.z", "gate.n"],
    "rnn": ["hidden"],
    "lru": ["hidden", "cell", "modulus", "phase"],
    "mingru": ["hidden", "gate.z", "gate.n"],
}


@pytest.mark.parametrize("cell", NAMES)
def test_names_and_shapes_are_stable(cell):
    model = small_model(cell=cell, num_layers=2, bidirectional=True)
    made = trace(model, small_pictures(3), "rows")
    expected = {
        f"layer{layer}.{direction}.{what}": (3, SIDE, HIDDEN)
        for layer in (0, 1)
        for direction in ("forward", "backward")
        for what in NAMES[cell]
    } | {
        "images": (3, SIDE, SIDE),
        "input": (3, SIDE, SIDE),
        "readout.logits": (3, SIDE, CLASSES),
        "readout.probabilities": (3, SIDE, CLASSES),
        "target": (3,),
        "hidden_gradient_norm": (3, 2, 2, SIDE),
        "saliency": (3, SIDE, SIDE),
    }
    assert {name: made[name].shape for name in made} == expected


def test_without_gradients_their_names_are_absent():
    made = trace(small_model(), small_pictures(), "rows", gradients=False)
    assert "hidden_gradient_norm" not in made
    assert "saliency" not in made


def test_target_is_the_predicted_class_unless_given():
    model, pictures = small_model(), small_pictures(4)
    predicted = model(to_sequence(pictures, "rows")).argmax(-1)
    assert trace(model, pictures, "rows")["target"].tolist() == predicted.tolist()
    assert trace(model, pictures, "rows", target=1)["target"].tolist() == [1, 1, 1, 1]
    mixed = trace(model, pictures, "rows", target=torch.tensor([0, 1, 2, 1]))
    alone = trace(model, pictures[2:3], "rows", target=2)
    close(mixed["saliency"][2:3], alone["saliency"])


def test_temperature_changes_only_probabilities():
    model, pictures = small_model(), small_pictures()
    plain, soft = (trace(model, pictures, "rows", temperature=t) for t in (1.0, 3.0))
    scaled = np.exp(plain["readout.logits"] / 3)
    close(soft["readout.probabilities"], scaled / scaled.sum(-1, keepdims=True))
    for name in set(plain) - {"readout.probabilities"}:
        np.testing.assert_array_equal(plain[name], soft[name])


def test_sequence_without_pictures_has_its_saliency_in_its_own_shape():
    model, pictures = small_model(), small_pictures()
    sequence = to_sequence(pictures, "columns")
    made = trace(model, sequence, None)
    assert "images" not in made
    close(made["saliency"].transpose(0, 2, 1), trace(model, pictures, "columns")["saliency"])


def test_model_in_training_is_traced_without_dropout_and_stays_in_training():
    model = small_model(num_layers=2, dropout=0.5)
    calm = trace(model, small_pictures(), "rows")
    model.train()
    made = trace(model, small_pictures(), "rows")
    assert model.training
    assert model.between.training
    for name in calm:
        np.testing.assert_array_equal(made[name], calm[name])


def test_trace_leaves_no_gradients_on_the_weights():
    model = small_model().requires_grad_(True)
    with torch.no_grad():
        trace(model, small_pictures(), "rows")
    assert all(weight.grad is None for weight in model.parameters())


def test_pictures_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="12 numbers per timestep, but the model reads 8"):
        trace(small_model(), small_pictures(side=12), "rows")


def test_saved_trace_is_read_back_as_it_was(tmp_path):
    made = trace(small_model(cell="gru"), small_pictures(), "rows")
    made.save(tmp_path / "one.npz")
    read = Trace.load(tmp_path / "one.npz")
    assert list(read) == list(made)
    for name in made:
        np.testing.assert_array_equal(read[name], made[name])
    assert [path.name for path in tmp_path.iterdir()] == ["one.npz"]


def test_save_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "one.npz"
    trace(small_model(), small_pictures(), "rows").save(path)
    old = path.read_bytes()
    with pytest.raises(ValueError, match="Object arrays"):
        Trace({"readout.probabilities": np.array([object()])}).save(path)
    assert path.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["one.npz"]


def test_a_reader_of_the_old_file_reads_it_to_its_end(tmp_path):
    path = tmp_path / "one.npz"
    trace(small_model(), small_pictures(), "rows").save(path)
    old = path.read_bytes()
    with path.open("rb") as reader:
        trace(small_model(seed=2), small_pictures(), "rows").save(path)
        assert reader.read() == old != path.read_bytes()


def write_pickled(path):
    np.savez(path, **{"readout.probabilities": np.array([{}], dtype=object)})


def write_cut(path):
    trace(small_model(), small_pictures(), "rows").save(path)
    path.write_bytes(path.read_bytes()[:-200])


def write_bare_array(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def write_flipped(path):
    trace(small_model(), small_pictures(), "rows").save(path)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)


DAMAGE = {
    "missing": lambda path: None,
    "text": lambda path: path.write_text("no trace"),
    "empty": lambda path: path.write_bytes(b""),
    "bare array": write_bare_array,
    "other names": lambda path: np.savez(path, images=np.zeros(3)),
    "pickled": write_pickled,
    "cut": write_cut,
    "flipped": write_flipped,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_file_is_one_clear_sentence(tmp_path, damage):
    path = tmp_path / "trace.npz"
    damage(path)
    with pytest.raises(InputError, match="is not a readable trace"):
        Trace.load(path)
