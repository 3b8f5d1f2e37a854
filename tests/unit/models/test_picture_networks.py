"""Networks that see a picture at once: shapes, oracles, and that all else works with them."""

from __future__ import annotations

import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.config import CELLS, DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.export.formats import export_safetensors, onnx_bytes
from rnndemo.models.build import LINES, build_network, reader
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.costs import flops
from rnndemo.models.network import Network
from rnndemo.models.picture_networks import PATCH, ConvNet, Perceptron, ReNet, Sweeps
from rnndemo.models.store import Card, Model, load_folder, save_model
from rnndemo.training.trainer import Trainer

KINDS = [
    *({"network": "renet", "cell": cell} for cell in CELLS),
    {"network": "cnn"},
    {"network": "mlp"},
]
ONE_OF_EACH = KINDS[1:2] + KINDS[-2:]
SIZES = [(8, 8), (7, 9), (5, 5), (1, 1)]
CLASSES = 3


def name_of(value: object) -> str:
    if isinstance(value, dict):
        return "-".join(map(str, value.values()))
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


def built(kind: dict[str, str], size: tuple[int, int] = (8, 8), **model) -> Network:
    torch.manual_seed(0)
    config = ModelConfig(**{"hidden_size": 4, "num_layers": 2, **kind, **model})
    return build_network(RunConfig(model=config), size, CLASSES).eval().requires_grad_(False)


def pictures(size: tuple[int, int], count: int = 3) -> Tensor:
    return torch.rand(count, *size, generator=torch.Generator().manual_seed(1))


def whole(kind: dict[str, str]) -> Model:
    network = built(kind)
    run = RunConfig(model=network.config)
    card = Card(name="small", temperature=0.7)
    return Model("small", run, network, ("zero", "one", "お"), (8, 8), card)


# --- shapes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=name_of)
@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_pictures_of_any_size_become_one_logit_a_class(kind, size) -> None:
    network, given = built(kind, size), pictures(size)
    logits = network(given)
    assert logits.shape == (3, CLASSES)
    torch.testing.assert_close(logits[1:2], network(given[1:2]))  # batched or alone
    assert len(network.activations(given)) == 2


@pytest.mark.parametrize("scan", LINES)
@pytest.mark.parametrize("kind", KINDS[1:], ids=name_of)
def test_every_scan_by_lines_fits(kind, scan) -> None:
    config = RunConfig(DataConfig(scan=scan), ModelConfig(**kind, hidden_size=2))
    size = (5, 7)
    time = 7 if scan == "columns" else 5
    assert build_network(config, size, 2)(torch.rand(2, time, 12 - time)).shape == (2, 2)


@pytest.mark.parametrize("scan", ["patches", "pixels"])
def test_pieces_of_a_picture_are_refused(scan) -> None:
    config = RunConfig(DataConfig(scan=scan), ModelConfig(network="cnn"))
    with pytest.raises(InputError, match="sees the picture at once"):
        build_network(config, (8, 8), 2)


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=name_of)
def test_only_networks_that_read_in_order_have_timesteps(kind) -> None:
    with pytest.raises(InputError, match="no timesteps"):
        reader(built(kind))
    in_order = build_network(RunConfig(), (8, 8), 2)
    assert reader(in_order) is in_order
    assert isinstance(in_order, SequenceClassifier)


# --- oracles ----------------------------------------------------------------------------------


def swept(layer, line: list[Tensor]) -> list[Tensor]:
    """Read one line of places by torch's own layer, from both ends."""
    return list(layer(torch.stack(line)[None])[0][0])


@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_of_renet_is_a_sweep_of_columns_and_then_of_rows(cell) -> None:
    torch.manual_seed(0)
    layer = Sweeps(ModelConfig(network="renet", cell=cell, hidden_size=4), 2, PATCH).eval()
    picture = torch.rand(1, 2, 6, 4)  # channels, height, width
    places = [  # what lies in each square of two by two
        [picture[0, :, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2].flatten() for x in range(2)]
        for y in range(3)
    ]
    columns = [swept(layer.vertical, [places[y][x] for y in range(3)]) for x in range(2)]
    rows = [swept(layer.horizontal, [columns[x][y] for x in range(2)]) for y in range(3)]
    wanted = torch.stack([torch.stack(row, -1) for row in rows], -2)  # channels, height, width
    with torch.inference_mode():
        torch.testing.assert_close(layer(picture)[0], wanted)


def test_odd_pictures_are_filled_up_with_blank_places() -> None:
    layer = Sweeps(ModelConfig(network="renet", hidden_size=4), 1, PATCH).eval()
    picture = torch.rand(1, 1, 5, 3)
    torch.testing.assert_close(layer(picture), layer(F.pad(picture, (0, 1, 0, 1))))


def test_after_two_layers_of_renet_every_place_knows_the_picture() -> None:
    network = built({"network": "renet"})
    given = pictures((8, 8), 1).requires_grad_()
    place = network.layers[1](network.layers[0](given[:, None]))[0, :, 1, 0].sum()
    (slope,) = torch.autograd.grad(place, given)
    assert (slope != 0).all()


def test_the_cnn_is_convolutions_norms_and_pooling() -> None:
    network = built({"network": "cnn"}, num_layers=1)
    first, norm, _, second, norm2, *_ = network.layers[0]
    for one in (norm, norm2):
        one.running_mean.uniform_(-0.1, 0.1)
        one.running_var.uniform_(0.5, 1.5)
    values = pictures((8, 8))[:, None]
    for convolution, normal in ((first, norm), (second, norm2)):
        values = F.conv2d(values, convolution.weight, padding=1)
        mean, variance = (v[:, None, None] for v in (normal.running_mean, normal.running_var))
        values = ((values - mean) / (variance + normal.eps).sqrt()).relu()
    values = values.unflatten(2, (4, 2)).unflatten(4, (4, 2)).amax((3, 5))
    linear = network.head[-1]
    wanted = values.flatten(1) @ linear.weight.T + linear.bias
    torch.testing.assert_close(network(pictures((8, 8))), wanted, rtol=1e-4, atol=1e-5)


def test_the_mlp_is_products_and_relu() -> None:
    network = built({"network": "mlp"})
    values = pictures((8, 8)).flatten(1)
    for layer in network.layers:
        values = (values @ layer[1].weight.T + layer[1].bias).relu()
    linear = network.head[-1]
    torch.testing.assert_close(
        network(pictures((8, 8))), values @ linear.weight.T + linear.bias, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_readouts_answer_the_picture_with_blank_rows_after_t(kind) -> None:
    network, given = built(kind, (6, 5)), pictures((6, 5))
    readouts = network.readouts(given)
    assert readouts.shape == (3, 6, CLASSES)
    for t in range(6):
        covered = given.clone()
        covered[:, t + 1 :] = 0
        torch.testing.assert_close(readouts[:, t], network(covered), rtol=1e-4, atol=1e-5)


# --- costs ------------------------------------------------------------------------------------


def counted(network: Network, size: tuple[int, int]) -> int:
    return flops(network, "rows", size)


def test_flops_of_the_mlp_are_two_a_weight() -> None:
    network = Perceptron(ModelConfig(network="mlp", hidden_size=5, num_layers=2), (6, 7), CLASSES)
    assert counted(network, (6, 7)) == 2 * (42 * 5 + 5 * 5 + 5 * CLASSES)


def test_flops_of_the_cnn_are_two_a_weight_and_place() -> None:
    network = ConvNet(ModelConfig(network="cnn", hidden_size=4, num_layers=2), (6, 7), CLASSES)
    first = 2 * 9 * (1 * 4 + 4 * 4) * 6 * 7
    second = 2 * 9 * (4 * 8 + 8 * 8) * 3 * 4  # pooled, the odd column kept
    assert counted(network, (6, 7)) == first + second + 2 * (8 * 2 * 2) * CLASSES


def test_flops_of_renet_are_two_a_weight_and_place() -> None:
    config = ModelConfig(network="renet", hidden_size=4, num_layers=2)
    total = 0
    for channels, places in ((1, 12), (8, 4)):  # 6 x 8 pixels are 3 x 4 squares, and these 2 x 2
        for read in (channels * 4, 8):
            total += 2 * places * 2 * 4 * 4 * (read + 4)  # two directions, four gates
    assert counted(ReNet(config, (6, 8), CLASSES), (6, 8)) == total + 2 * 4 * 8 * CLASSES


def test_counting_leaves_no_trace() -> None:
    network = built({"network": "cnn"}).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    counted(network, (8, 8))
    assert network.training
    assert not any(module._forward_hooks for module in network.modules())
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name


# --- everything else works with them ----------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
def test_a_model_comes_back_from_its_folder(kind, tmp_path) -> None:
    model = whole(kind)
    save_model(tmp_path / "small", model)
    again = load_folder(tmp_path / "small")
    assert again.config == model.config
    torch.testing.assert_close(again.network(pictures((8, 8))), model.network(pictures((8, 8))))


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=name_of)
def test_onnx_answers_like_torch(kind) -> None:
    model = whole(kind)
    session = onnxruntime.InferenceSession(onnx_bytes(model))
    images = pictures((8, 8))
    (given,) = session.run(["probabilities"], {"images": images.numpy()})
    assert given == pytest.approx(model.probabilities(model.network(images)).numpy(), abs=1e-4)


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=name_of)
def test_a_plain_script_is_refused(kind, tmp_path) -> None:
    with pytest.raises(InputError, match="sees"):
        export_safetensors(whole(kind), tmp_path / "small.safetensors")


@pytest.mark.parametrize("kind", KINDS[1:], ids=name_of)
def test_training_goes_on_bit_by_bit(kind, few_digits: DataSet) -> None:
    config = RunConfig(
        DataConfig(train_size=96, augmentation="affine"),
        ModelConfig(hidden_size=4, num_layers=2, dropout=0.1, **kind),
        TrainingConfig(epochs=3, batch_size=32, ema_decay=0.9),
    )
    straight = steps(Trainer(config, few_digits), 6).state()[0]
    tensors, numbers = steps(Trainer(config, few_digits), 4).state()
    saved = {name: value.clone() for name, value in tensors.items()}
    torch.manual_seed(99)  # another process
    second = Trainer(config, few_digits)
    second.restore(saved, numbers)
    found = steps(second, 2).state()[0]
    assert [name for name, value in straight.items() if not torch.equal(value, found[name])] == []


def steps(trainer: Trainer, count: int) -> Trainer:
    for _ in range(count):
        trainer.advance()
    return trainer


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=name_of)
def test_training_learns(kind, few_digits: DataSet) -> None:
    config = RunConfig(
        DataConfig(train_size=128),
        ModelConfig(hidden_size=8, num_layers=2, **kind),
        TrainingConfig(epochs=12, batch_size=32, lr=1e-2),
    )
    trainer = Trainer(config, few_digits)
    losses = []
    while not trainer.done:
        losses.append(trainer.advance().loss)
    assert sum(losses[-4:]) < 0.8 * sum(losses[:4])
