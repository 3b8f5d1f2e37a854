"""What the browser reads is what Python reads: every state, gate and readout."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from rnndemo.config import CELLS, DataConfig, ModelConfig, RunConfig
from rnndemo.data.frames.pen import SIZE
from rnndemo.data.sets import DataSet
from rnndemo.models.build import build_network
from rnndemo.models.heads import ACTIVATIONS, OUTPUT_ACTIVATIONS, POOLINGS
from rnndemo.models.store import Card, Model, load_model, shipped_names
from rnndemo.reading.traces import trace
from rnndemo.web import script
from rnndemo.web.packed import packed, reads_in_browser, travelling

TOLERANCE = 2e-5  # 784 timesteps of a linear recurrence, whose states of 32 bits nothing squeezes
RANDOM, SHIPPED = 60, 60  # random networks; pictures for each that ships
PRODUCTS = ("plainProducts", "simdProducts")  # JavaScript, and WebAssembly

# the readouts, then of each layer hidden states, cell states and gates; picture after picture
READ = """({manifest, weights, pictures, products}) => {
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const reader = new web.Reader(manifest, web.halves(bytes(weights)), web[products]);
    const pixels = new Float32Array(bytes(pictures).buffer);
    const size = manifest.size[0] * manifest.size[1];
    const found = [];
    for (let i = 0; i < pixels.length; i += size) {
        reader.read(pixels.subarray(i, i + size));
        const states = reader.states.flatMap(({hidden, cell, gates}) => [hidden, cell, ...gates]);
        for (const part of [reader.rows, ...states]) if (part) found.push(part.slice());
    }
    return new Promise((done) => {
        const file = new FileReader();
        file.onload = () => done(file.result.split(",")[1]);
        file.readAsDataURL(new Blob(found));
    });
}"""


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def as_packed(model: Model) -> Model:
    """Return the model with the weights that travel."""
    network = build_network(model.config, model.image_size, len(model.classes))
    sent = {name: value.half().float() for name, value in travelling(model.network)}
    state = {
        name: value + sent.get(f"{name}.rest", 0)
        for name, value in sent.items()
        if not name.endswith(".rest")
    }
    network.load_state_dict(state)
    return replace(model, network=network.eval().requires_grad_(False))


def given(model: Model, pictures: np.ndarray, products: str = "plainProducts") -> dict[str, Any]:
    """Return what `READ` takes."""
    it = packed(model)
    return {
        "manifest": it.manifest,
        "weights": text(it.weights),
        "products": products,
        "pictures": text(np.ascontiguousarray(pictures, "<f4").tobytes()),
    }


def read(model: Model, pictures: np.ndarray) -> list[np.ndarray]:
    """Return what Python reads, in the order of `READ`."""
    known = trace(
        model.network, torch.from_numpy(pictures), model.config.data.scan,
        temperature=model.card.temperature, gradients=False,
    )  # fmt: skip
    parts = [known["readout.probabilities"]]
    for layer in range(known.layers):
        start = f"layer{layer}.forward."
        memory = [known[f"{start}cell"]] if f"{start}cell" in known else []
        parts += [known.hidden(layer), *memory, *known.gates(layer).values()]
    return [part[k].ravel() for k in range(len(pictures)) for part in parts]


def difference(model: Model, pictures: np.ndarray, found: str) -> float:
    """Return the greatest difference, relative where a number is greater than 1."""
    expected = np.concatenate(read(model, pictures))
    values = np.frombuffer(base64.b64decode(found), "<f4")
    assert values.shape == expected.shape
    return float((np.abs(values - expected) / np.maximum(1, np.abs(expected))).max())


def any_model(rng: np.random.Generator) -> Model:
    """Return an untrained model of any kind that the browser reads."""
    torch.manual_seed(int(rng.integers(2**31)))
    heads = int(rng.integers(0, 3))
    model = ModelConfig(
        cell=str(rng.choice(CELLS)),
        hidden_size=int(rng.integers(1, 24)),
        num_layers=int(rng.integers(1, 4)),
        nonlinearity=str(rng.choice(["tanh", "relu"])),
        pooling=str(rng.choice(list(POOLINGS))),
        head_sizes=tuple(int(size) for size in rng.integers(1, 20, heads)),
        head_activations=tuple(str(name) for name in rng.choice(list(ACTIVATIONS), heads)),
        output_activation=str(rng.choice(list(OUTPUT_ACTIVATIONS))),
    )
    scans = [
        "rows",
        "rows-up",
        "columns",
        "patches-7",
        "shuffled-rows",
        "pixels",
        "permuted-pixels",
    ]
    scan = str(rng.choice(scans, p=[0.3, 0.15, 0.15, 0.15, 0.15, 0.05, 0.05]))
    config = RunConfig(model=model, data=DataConfig(scan=scan))
    classes = tuple(f"class {k}" for k in range(rng.integers(2, 17)))
    network = build_network(config, (SIZE, SIZE), len(classes))
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    card = Card(temperature=float(rng.uniform(0.5, 2)))
    network.eval().requires_grad_(False)
    return Model("any", config, network, classes, (SIZE, SIZE), card)


def any_pictures(rng: np.random.Generator, count: int, size: tuple[int, int]) -> np.ndarray:
    ink = rng.uniform(0, 1, (count, *size)) * (rng.uniform(0, 1, (count, *size)) < 0.3)
    return ink.astype(np.float32)


def test_random_networks_read_equally(run) -> None:
    rng = np.random.default_rng(0)
    worst = []
    for _ in range(RANDOM):
        model = any_model(rng)
        assert reads_in_browser(model)
        pictures = any_pictures(rng, 2, model.image_size)
        for products in PRODUCTS:
            found = run(f"(web, given) => ({READ})(given)", given(model, pictures, products))
            worst.append(difference(as_packed(model), pictures, found))
    assert max(worst) < TOLERANCE


@pytest.mark.parametrize("products", PRODUCTS)
@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "digits-cnn"])
def test_shipped_models_read_equally(run, digits: DataSet, name: str, products: str) -> None:
    model = load_model(name)
    assert reads_in_browser(model)
    pictures = digits.test.images[:SHIPPED].numpy().astype(np.float32) / 255
    if model.image_size != (SIZE, SIZE):
        pictures = any_pictures(np.random.default_rng(0), SHIPPED, model.image_size)
    same = as_packed(model)
    for start in range(0, len(pictures), 20):
        part = pictures[start : start + 20]
        found = run(f"(web, given) => ({READ})(given)", given(model, part, products))
        assert difference(same, part, found) < TOLERANCE


def test_only_what_changed_is_read_again(run) -> None:
    rng = np.random.default_rng(1)
    model = any_model(rng)
    model = replace(model, config=replace(model.config, data=DataConfig(scan="rows")))
    model = replace(
        model, network=build_network(model.config, (SIZE, SIZE), len(model.classes)).eval()
    )
    picture = any_pictures(rng, 1, model.image_size)[0]
    other = picture.copy()
    other[17, 3] += 0.25
    code = """(web, {manifest, weights, picture, other}) => {
        const bytes = Uint8Array.from(atob(weights), (c) => c.charCodeAt(0));
        const make = () => new web.Reader(manifest, web.halves(bytes));
        const [one, two] = [make(), make()];
        const firsts = [picture, picture, other].map((it) => one.read(Float32Array.from(it)));
        two.read(Float32Array.from(other));
        return {firsts, same: one.rows.every((v, i) => v === two.rows[i])};
    }"""
    it = given(model, picture[None])
    found = run(code, it | {"picture": picture.ravel().tolist(), "other": other.ravel().tolist()})
    assert found == {"firsts": [0, 28, 17], "same": True}


# what a wrong reader would do, and in which networks it shows
WRONG = [
    ("f * c0[u] + i * g", "f * c0[u] + i * o", {"cell": "lstm"}),
    ("o * Math.tanh(cell)", "o * cell", {"cell": "lstm"}),
    ("x[N] + r * y[N]", "r * (x[N] + y[N])", {"cell": "gru"}),
    ("(1 - z) * n + z * h0[u]", "z * n + (1 - z) * h0[u]", {"cell": "gru"}),
    ('nonlinearity === "relu"', 'nonlinearity !== "relu"', {"cell": "rnn"}),
    ("layer.recurrent?.(h0)", "layer.recurrent?.(h)", {"cell": "rnn"}),
    ("cos * h0[u] - sin * c0[u]", "cos * h0[u] + sin * c0[u]", {"cell": "lru"}),
    ("v + rest[i]", "v", {"cell": "lru"}),
    ("z * x[N] + (1 - z) * h0[u]", "z * x[N] + (1 - z) * h0[0]", {"cell": "mingru"}),
    ("sum / (t + 1)", "sum / 28", {"pooling": "mean"}),
    ("Math.max(h[i], before[i])", "Math.max(h[i], 0)", {"pooling": "max"}),
    ("last.sum * kept", "last.sum", {"pooling": "attention"}),
    ("v / temperature", "v", {}),
    ("(v / 2) * (1 + erf", "(v / 2) * (1 + Math.tanh", {"activation": "gelu"}),
    ("start + 4 * k]", "start + 4 * (inputs - 1 - k)]", {"cell": "gru"}),
    ("Z = hidden, N = 2 * hidden", "N = hidden, Z = 2 * hidden", {"cell": "gru"}),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where"), WRONG)
def test_a_wrong_reader_is_found(run, right: str, wrong: str, where: dict[str, str]) -> None:
    rng = np.random.default_rng(2)
    model = any_model(rng)
    more = {"num_layers": 2, "hidden_size": 12, "output_activation": "softmax"} | where
    more.pop("activation", None)
    more |= {"head_sizes": (8,), "head_activations": (where.get("activation", "tanh"),)}
    config = replace(model.config, model=replace(model.config.model, **more))
    network = build_network(config, model.image_size, len(model.classes)).eval()
    model = replace(model, config=config, network=network.requires_grad_(False))
    pictures = any_pictures(rng, 3, model.image_size)
    code = script()
    assert code.count(right) == 1
    for part, differs in ((code, False), (code.replace(right, wrong), True)):
        found = run(f"(_, given) => {{ {part} return ({READ})(given); }}", given(model, pictures))
        assert (difference(as_packed(model), pictures, found) > TOLERANCE) == differs
