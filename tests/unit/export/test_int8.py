"""Models in 8-bit numbers: what is smaller, what stays, and how they answer."""

from __future__ import annotations

import json
import sys

import numpy as np
import onnx
import pytest
import torch

from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.export.formats import onnx_bytes
from rnndemo.export.int8 import Quantised, answers, check, quantised, session_of
from rnndemo.models.store import Model
from tests.exports import CLASSES, small
from tests.small import SIDE


def pictures(count: int = 64) -> ImageSet:
    generator = torch.Generator().manual_seed(5)
    images = torch.randint(0, 256, (count, SIDE, SIDE), generator=generator, dtype=torch.uint8)
    return ImageSet(images, torch.arange(count) % len(CLASSES))


@pytest.fixture(scope="module")
def lstm() -> Model:
    return small(hidden_size=32, num_layers=2, bidirectional=True)


@pytest.fixture(scope="module")
def before(lstm: Model) -> bytes:
    return onnx_bytes(lstm)


@pytest.fixture(scope="module")
def int8(lstm: Model) -> Quantised:
    return quantised(lstm)


def test_an_lstm_is_quantised_in_full_and_answers_nearly_the_same(
    int8: Quantised, before: bytes
) -> None:
    assert (int8.share, int8.left) == (1.0, ())
    assert int8.bytes_before == len(before)
    assert len(int8.content) < len(before) / 2
    images = pictures().images.numpy().astype(np.float32) / 255
    both = [session_of(one).run(None, {"images": images})[0] for one in (int8.content, before)]
    np.testing.assert_allclose(*both, atol=0.02)
    assert np.abs(both[0] - both[1]).max() > 0


def test_every_matrix_is_int8_and_the_file_says_what_it_is(int8: Quantised) -> None:
    program = onnx.load_model_from_string(int8.content)
    kinds = {one.data_type for one in program.graph.initializer if len(one.dims) > 2}
    assert kinds == {onnx.TensorProto.INT8}
    about = {one.key: json.loads(one.value) for one in program.metadata_props}
    assert about["classes"] == list(CLASSES)
    assert "onnx.infer" not in about


def test_layers_that_stay_are_named() -> None:
    found = quantised(small(cell="gru", bidirectional=True))
    assert found.left == ("GRU",)
    assert 0 < found.share < 0.5


def test_a_check_counts_right_and_equal_answers(
    lstm: Model, int8: Quantised, before: bytes
) -> None:
    part = pictures()
    made = check(lstm, int8, part, count=50)
    some = [place * 64 // 50 for place in range(50)]  # evenly spaced: a part may be sorted
    images, labels = part.images.numpy()[some].astype(np.float32) / 255, part.labels.numpy()[some]
    now, then = (answers(content, images) for content in (int8.content, before))
    assert made.n == 50
    assert made.accuracy == (now == labels).mean()
    assert made.accuracy_before == (then == labels).mean()
    assert made.same == (now == then).mean()
    for share, (low, high) in (
        (made.accuracy, made.interval), (made.accuracy_before, made.interval_before)
    ):  # fmt: skip
        assert low <= share <= high


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "onnxruntime"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(InputError, match="pip install onnxruntime onnx onnxscript"):
        session_of(b"")
