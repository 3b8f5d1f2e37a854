from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from rnndemo import codec
from rnndemo.config import POOLINGS
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.export import formats
from rnndemo.export.formats import FORMATS, ONNX_PACKAGES, export_onnx, format_named, onnx_bytes
from rnndemo.export.onnx import in_onnx
from rnndemo.models.cells import CELLS
from rnndemo.models.store import Model, load_model
from rnndemo.presets import DEFAULT_MODEL
from tests.exports import CLASSES, answers, run_script, small
from tests.small import KINDS, SIDE, SMALL_SCANS, kind_name

ROOT = Path(__file__).parents[3]


# --- ONNX -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def content() -> bytes:
    """A small model as ONNX; the exporter takes a second or two."""
    return onnx_bytes(small(threshold=0.25))


def assert_onnx_agrees(model: Model, content: bytes) -> None:
    session = onnxruntime.InferenceSession(content)
    for batch in (1, 3):
        images = torch.rand(batch, *model.image_size)
        (given,) = session.run(["probabilities"], {"images": images.numpy()})
        assert given.shape == (batch, len(model.classes))
        assert given == pytest.approx(answers(model, images), abs=1e-5)


# every cell reads in one direction and in two; beside that every scan and every pooling occurs
@pytest.mark.parametrize(
    ("kind", "bidirectional", "pooling", "scan"),
    [
        (
            kind,
            both,
            POOLINGS[(place + both) % len(POOLINGS)],
            SMALL_SCANS[number % len(SMALL_SCANS)],
        )
        for number, (both, (place, kind)) in enumerate(product((False, True), enumerate(KINDS)))
    ],
    ids=lambda value: kind_name(value) if isinstance(value, dict) else str(value),
)
def test_onnx_answers_like_torch(
    kind: dict[str, str], bidirectional: bool, pooling: str, scan: str
) -> None:
    model = small(scan, num_layers=2, bidirectional=bidirectional, pooling=pooling, **kind)
    if not in_onnx(CELLS[kind["cell"]]):
        with pytest.raises(InputError, match=f"no operator for {kind['cell']} cells"):
            onnx_bytes(model)
        return
    assert_onnx_agrees(model, onnx_bytes(model))


def test_onnx_has_all_output_layers_and_no_dropout() -> None:
    model = small(
        dropout=0.5, head_sizes=(5, 6, 4), head_activations=("gelu", "tanh"),
        output_activation="sigmoid",
    )  # fmt: skip
    model.network.train()  # as one that is still being trained
    content = onnx_bytes(model)
    assert all(part.training for part in model.network.modules())  # only a copy was touched
    model.network.eval()
    assert_onnx_agrees(model, content)


def test_shipped_model_answers_test_digits_as_onnx(digits: DataSet, tmp_path: Path) -> None:
    model = load_model(DEFAULT_MODEL)
    export_onnx(model, tmp_path / "digits.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "digits.onnx")
    images = digits.test.images[:200].float() / 255
    (given,) = session.run(None, {"images": images.numpy()})
    wanted = answers(model, images)
    assert given == pytest.approx(wanted, abs=1e-4)
    assert (given.argmax(1) == wanted.argmax(1)).all()


def test_onnx_has_its_metadata(content: bytes) -> None:
    model = small(threshold=0.25)
    session = onnxruntime.InferenceSession(content)
    said = {key: json.loads(v) for key, v in session.get_modelmeta().custom_metadata_map.items()}
    assert said == {
        "classes": list(CLASSES),
        "image_size": [SIDE, SIDE],
        "frame": "ink",
        "temperature": 0.7,
        "reject_threshold": 0.25,
        "config": codec.to_json(model.config),
    }
    (images,), (probabilities,) = session.get_inputs(), session.get_outputs()
    assert (images.name, images.type, images.shape) == (
        "images", "tensor(float)", ["batch", SIDE, SIDE],
    )  # fmt: skip
    assert (probabilities.name, probabilities.shape) == ("probabilities", ["batch", len(CLASSES)])


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.onnx])
def test_recurrent_layer_is_one_operator_however_long_the_sequence(cell: str) -> None:
    content = onnx.load_from_string(onnx_bytes(small("pixels", cell=cell, num_layers=3)))
    onnx.checker.check_model(content, full_check=True)
    operators = [node.op_type for node in content.graph.node]
    assert operators.count(CELLS[cell].onnx.name) == 3
    assert len(operators) < 30


def test_onnx_is_one_file_and_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    export_onnx(small(), tmp_path / "small.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["small.onnx"]
    content = (tmp_path / "small.onnx").read_bytes()
    assert str(ROOT).encode() not in content
    assert b"rnndemo" not in content  # no trace of where our source lies
    assert tuple(capfd.readouterr()) == ("", "")


def test_equal_models_are_equal_onnx_files(content: bytes) -> None:
    assert onnx_bytes(small(threshold=0.25)) == content


def test_exporting_leaves_the_network_as_it_was() -> None:
    model = small(pooling="attention", side=28)
    images = torch.rand(2, 28, 28)
    before, names = answers(model, images), list(model.network.state_dict())
    for name in FORMATS:
        FORMATS[name].content(model)
    assert np.array_equal(answers(model, images), before)
    assert list(model.network.state_dict()) == names


@pytest.mark.parametrize("package", ONNX_PACKAGES)
def test_missing_package_says_what_to_install(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match="pip install onnx onnxscript"):
        export_onnx(small(), tmp_path / "small.onnx")
    assert list(tmp_path.iterdir()) == []


def test_importing_export_imports_no_onnx() -> None:
    looked = "'onnx' in sys.modules, 'onnxscript' in sys.modules"
    code = f"import sys, rnndemo.export.formats; print({looked})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


# --- all formats ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_file_that_cannot_be_written_is_named(
    name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "onnx_bytes", lambda model: content)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    for place in ("gone/x.bin", "file/x.bin", "folder"):
        with pytest.raises(InputError, match=f"{place} cannot be written"):
            FORMATS[name].write(small(side=28), tmp_path / place)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_download_of_onnx_answers(content: bytes) -> None:
    assert FORMATS["onnx"].suffix == ".onnx"
    assert FORMATS["onnx"].content is onnx_bytes
    assert_onnx_agrees(small(threshold=0.25), content)


def test_download_of_weights_is_a_zip_that_runs(digits: DataSet, tmp_path: Path) -> None:
    model = small(side=28)
    shape = FORMATS["safetensors"]
    assert shape.suffix == ".zip"
    with zipfile.ZipFile(io.BytesIO(shape.content(model))) as archive:
        assert archive.namelist() == ["small.safetensors", "small.py", "card.json"]
        archive.extractall(tmp_path)
    assert json.loads((tmp_path / "card.json").read_text(encoding="utf-8")) == asdict(model.card)
    picture = digits.test.images[0]
    said, _ = run_script(tmp_path, tmp_path / "small.py", picture.numpy())
    wanted = answers(model, picture[None].float() / 255)[0]
    assert list(said.values()) == pytest.approx(wanted, abs=1e-5)


def test_network_that_no_browser_reads_has_no_page_and_is_told_why(tmp_path: Path) -> None:
    other = r"another format: onnx, safetensors\."
    for model, reason in [
        (load_model("digits-cnn"), "sees the whole picture at once"),
        (replace(small(side=28), frame="photo"), "does not read pen strokes"),
        (small(), "another size"),
        (small(side=28, bidirectional=True), "two directions"),
        (small("pixels", side=28, hidden_size=100, num_layers=2), "too large to follow a pen"),
    ]:
        assert not FORMATS["html"].fits(model)
        with pytest.raises(InputError, match=f"{reason}.*{other}"):
            FORMATS["html"].write(model, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_network_whose_weight_16_bits_cannot_hold_has_no_page() -> None:
    model = small(side=28)
    next(model.network.parameters()).data[0, 0] = 70_000.0
    assert not FORMATS["html"].fits(model)
    with pytest.raises(InputError, match="too large for 16 bits"):
        FORMATS["html"].content(model)


def test_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="no format 'pickle'; choose one of onnx, safetensors"):
        format_named("pickle")
