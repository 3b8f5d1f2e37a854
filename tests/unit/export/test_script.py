from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from torch import Tensor

from rnndemo import codec
from rnndemo.config import OUTPUT_ACTIVATIONS, POOLINGS
from rnndemo.data import scans
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.export import onnx, script
from rnndemo.export.formats import FORMATS, export_safetensors
from rnndemo.models.cells import CELLS
from rnndemo.models.store import Model, load_model
from rnndemo.presets import DEFAULT_MODEL
from tests.exports import CLASSES, answers, run_script, small
from tests.small import SIDE

SCANS = tuple(scans.SCANS)


def assert_script_agrees(model: Model, folder: Path, picture: Tensor, alone: bool = False) -> str:
    export_safetensors(model, folder / "some.safetensors")
    said, last = run_script(folder, folder / "some.py", picture.numpy(), alone)
    assert list(said) == list(model.classes)
    wanted = answers(model, picture[None].float() / 255)[0]
    assert list(said.values()) == pytest.approx(wanted, abs=1e-5)
    return last


CONFIGS = [
    {"cell": "rnn", "nonlinearity": "relu", "num_layers": 2},
    {"cell": "gru", "bidirectional": True, "num_layers": 3},
    {"cell": "lstm", "pooling": "mean", "head_sizes": (7, 5)},
    {"cell": "lstm", "pooling": "attention", "bidirectional": True},
    {"cell": "gru", "pooling": "max", "output_activation": "sigmoid"},
    {"cell": "rnn", "dropout": 0.5, "head_sizes": (4,), "head_activations": ("gelu",)},
]


@pytest.mark.parametrize(
    ("scan", "config"),
    [(scan, CONFIGS[place % len(CONFIGS)]) for place, scan in enumerate(SCANS)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_script_answers_like_the_app(
    scan: str, config: dict[str, Any], digits: DataSet, tmp_path: Path
) -> None:
    if scans.fits(scan, 28, 28):
        model, picture = small(scan, 28, **config), digits.test.images[SCANS.index(scan)]
    else:
        model = small(scan, 64, **config)
        picture = torch.randint(256, (64, 64), dtype=torch.uint8)
    last = assert_script_agrees(model, tmp_path, picture)
    assert last.removeprefix("answer: ") in CLASSES


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_its_layer_in_the_script_or_is_refused(cell: str, tmp_path: Path) -> None:
    model = small(cell=cell, num_layers=2, bidirectional=True)
    if CELLS[cell].kernel or CELLS[cell].code:
        picture = torch.randint(256, (SIDE, SIDE), dtype=torch.uint8)
        assert_script_agrees(model, tmp_path, picture)
        return
    with pytest.raises(InputError, match=f"no layer of {cell} cells"):
        export_safetensors(model, tmp_path / "some.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_shipped_models_script_answers_test_digits(digits: DataSet, tmp_path: Path) -> None:
    model = load_model(DEFAULT_MODEL)
    last = assert_script_agrees(model, tmp_path, digits.test.images[0], alone=True)
    assert last == "answer: 7"


def test_script_resizes_and_may_decline_to_answer(tmp_path: Path) -> None:
    model = small(threshold=1.0)
    large = np.random.default_rng(0).integers(0, 256, (30, 50), np.uint8)
    export_safetensors(model, tmp_path / "some.bin")
    said, last = run_script(tmp_path, tmp_path / "some.bin.py", large)
    resized = np.asarray(Image.fromarray(large).resize((SIDE, SIDE)), np.float32) / 255
    wanted = answers(model, torch.from_numpy(resized)[None])[0]
    assert list(said.values()) == pytest.approx(wanted, abs=1e-5)
    assert last == "answer: ?"


def test_script_is_short_and_needs_little() -> None:
    code = script.script(small("shuffled-rows", 28, pooling="attention"), "some.safetensors")
    tree = ast.parse(code)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        getattr(node, "module", None) or alias.name for node in imports for alias in node.names
    }
    allowed = {"sys", "pathlib", "numpy", "torch", "PIL", "safetensors.torch"}
    assert names <= allowed
    assert "white ink on black" in (ast.get_docstring(tree) or "")
    assert len(code.splitlines()) < 65
    assert max(map(len, code.splitlines())) <= 100


def test_names_are_only_text_in_the_script() -> None:
    odd = ('"""', "'; import os #", "\n\\N{DIGIT ONE}\u2028$name")
    code = script.script(replace(small(), name='"""', classes=odd), "it's\n.safetensors")
    assigned = {
        node.targets[0].id: node.value
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert ast.literal_eval(assigned["CLASSES"]) == odd
    assert "it's\n.safetensors" in [
        node.value for node in ast.walk(assigned["WEIGHTS"]) if isinstance(node, ast.Constant)
    ]


def test_tables_cover_everything_that_a_model_may_have() -> None:
    assert set(script.POOLINGS) == set(onnx.FINAL) == set(POOLINGS)
    assert set(script.ACTIVATIONS) == set(OUTPUT_ACTIVATIONS)


def test_weights_have_their_metadata(tmp_path: Path) -> None:
    model = small(num_layers=2, bidirectional=True, head_sizes=(5,))
    export_safetensors(model, tmp_path / "some.safetensors")
    with safe_open(tmp_path / "some.safetensors", "pt") as file:
        names, said = set(file.keys()), file.metadata()
    assert {"rnn.weight_ih_l1_reverse", "head.0.weight", "head.2.bias"} <= names
    assert json.loads(said["classes"]) == list(CLASSES)
    assert codec.from_json(json.loads(said["config"])) == model.config


def test_exporting_again_replaces_our_script_and_nobody_elses(tmp_path: Path) -> None:
    for threshold in (0.25, 0.75):
        export_safetensors(small(threshold=threshold), tmp_path / "some.safetensors")
    assert "THRESHOLD = 0.75" in (tmp_path / "some.py").read_text(encoding="utf-8")
    (tmp_path / "mine.py").write_text("print('mine')")
    for name in ("mine.safetensors", "mine.py", "new.py"):
        with pytest.raises(InputError, match="choose another name"):
            export_safetensors(small(), tmp_path / name)
    assert (tmp_path / "mine.py").read_text() == "print('mine')"
    assert {path.name for path in tmp_path.iterdir()} == {
        "some.safetensors", "some.py", "mine.py",
    }  # fmt: skip


def test_names_that_begin_alike_have_scripts_of_their_own(tmp_path: Path) -> None:
    for name in ("net-0.1", "net-0.2", "net.safetensors"):
        export_safetensors(small(), tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {
        "net-0.1", "net-0.1.py", "net-0.2", "net-0.2.py", "net.safetensors", "net.py",
    }  # fmt: skip
    before = (tmp_path / "net.py").read_bytes()
    with pytest.raises(InputError, match="net.py is reserved"):
        export_safetensors(small(), tmp_path / "net")  # whose script it would be too
    assert (tmp_path / "net.py").read_bytes() == before
    assert not (tmp_path / "net").exists()


def test_script_tells_what_its_network_reads() -> None:
    said = ast.get_docstring(ast.parse(script.script(replace(small(), frame="photo"), "some")))
    assert said is not None
    assert "a hand, light on black" in said
    assert "ink" not in said
    assert max(map(len, said.splitlines())) <= 100
    with pytest.raises(InputError, match="reads the pen path, .* export it as ONNX"):
        script.script(replace(small(), frame="path"), "some")


@pytest.mark.parametrize(
    ("model", "fits"),
    [("digits-lstm", True), ("digits-cnn", False), ("gestures-strokes", False)],
)
def test_script_is_offered_where_it_can_be_written(model: str, fits: bool) -> None:
    assert FORMATS["safetensors"].fits(load_model(model)) == fits
