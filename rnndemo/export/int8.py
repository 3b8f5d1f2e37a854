"""A model in 8-bit numbers: the ONNX file with its matrices as int8, by onnxruntime.

Dynamic quantisation: weights are stored as int8 with a scale for each row; what they are multiplied
by is rounded to 8 bits while it runs. onnxruntime has such operators for LSTM layers, products and
convolutions, and none for GRU and simple RNN layers: those stay as they are, which
`Quantised.left` says.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import EVALUATION_BATCH
from rnndemo.evaluation.report import wilson_interval
from rnndemo.export.formats import onnx_bytes
from rnndemo.models.store import Model

PACKAGES = ("onnxruntime", "onnx", "onnxscript")
PICTURES = 1000  # that a check reads
_RECURRENT = ("LSTM", "DynamicQuantizeLSTM", "GRU", "RNN")
_MADE_BY_IT = "onnx.infer"  # a mark that the quantiser leaves in the file


@dataclass(frozen=True)
class Quantised:
    """A model as an ONNX file with int8 weights.

    Parameters
    ----------
    content : bytes
        The file, with the inputs, outputs and metadata of `rnndemo.export.formats.export_onnx`.
    bytes_before : int
        Size of the file with 32-bit numbers.
    share : float
        Of the weights in matrices that are int8 now.
    left : tuple of str
        Operators whose matrices stay as they were, each once: "GRU", "RNN", …
    """

    content: bytes
    bytes_before: int
    share: float
    left: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """How a quantised model answers, beside the model that it was made of.

    Parameters
    ----------
    n : int
        Number of pictures.
    accuracy, accuracy_before : float
        Share of right answers, as int8 and with 32-bit numbers.
    interval, interval_before : tuple of float
        Their 95 % intervals.
    same : float
        Share of pictures to which both give the same answer.
    """

    n: int
    accuracy: float
    accuracy_before: float
    interval: tuple[float, float]
    interval_before: tuple[float, float]
    same: float


def quantised(model: Model) -> Quantised:
    """Return `model` with int8 weights.

    Raises
    ------
    InputError
        If a required package is not installed, ONNX has no operator for the cells, or nothing of
        the model can be quantised.
    """
    import onnx

    before = onnx_bytes(model)
    quantise = _package("onnxruntime.quantization").quantize_dynamic
    with TemporaryDirectory(prefix="rowbyrow-") as folder, _silent():
        path = Path(folder) / "int8.onnx"
        quantise(onnx.load_model_from_string(before), path, per_channel=True)
        program = onnx.load_model(path)
    kept = [one for one in program.metadata_props if one.key != _MADE_BY_IT]
    del program.metadata_props[:]
    program.metadata_props.extend(kept)
    small, large = (
        _matrices(program, onnx.TensorProto.INT8),
        _matrices(program, onnx.TensorProto.FLOAT),
    )
    if not small:
        raise InputError(
            "Nothing of this network can be stored in 8 bits: onnxruntime has no such operators "
            "for {left}.",
            left=", ".join(_users(program, large)),
        )
    done, not_done = sum(small.values()), sum(large.values())
    return Quantised(
        program.SerializeToString(), len(before), done / (done + not_done), _users(program, large)
    )


def check(model: Model, small: Quantised, part: ImageSet, count: int = PICTURES) -> Check:
    """Return how `small` answers `count` pictures of `part`, evenly spaced, beside `model` as ONNX.

    Raises
    ------
    InputError
        As `quantised` does.
    """
    part = part.evenly(count)
    labels, n = part.labels.numpy(), len(part)
    images = part.images.numpy().astype(np.float32) / 255
    now, before = (answers(content, images) for content in (small.content, onnx_bytes(model)))
    right, right_before = int((now == labels).sum()), int((before == labels).sum())
    return Check(
        n, right / n, right_before / n, wilson_interval(right, n), wilson_interval(right_before, n),
        float((now == before).mean()),
    )  # fmt: skip


def answers(content: bytes, images: np.ndarray) -> np.ndarray:
    """Return the classes ``(N,)`` that an ONNX file answers to pictures float32 ``(N, H, W)``.

    Raises
    ------
    InputError
        If onnxruntime is not installed.
    """
    session = session_of(content)
    parts = [
        session.run(None, {"images": images[i : i + EVALUATION_BATCH]})[0]
        for i in range(0, len(images), EVALUATION_BATCH)
    ]
    found: np.ndarray = np.concatenate(parts).argmax(1)
    return found


def session_of(content: bytes) -> Any:
    """Return an onnxruntime session on one thread; an `InputError` if it is not installed."""
    runtime = _package("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return runtime.InferenceSession(content, options)


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise InputError(
            "8-bit numbers need packages that are not installed: pip install {packages}",
            packages=" ".join(PACKAGES),
        ) from None


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the quantiser's advice to preprocess, which our files do not need, off the terminal."""
    logger, level = logging.getLogger(), logging.getLogger().level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _matrices(program: Any, kind: int) -> dict[str, int]:
    """Return the number of weights of every matrix of a kind of numbers, by its name."""
    aside = {  # biases and scales of recurrent layers, one row a direction
        name for node in program.graph.node if node.op_type in _RECURRENT for name in node.input[3:]
    }
    return {
        one.name: int(np.prod(one.dims))
        for one in program.graph.initializer
        if one.data_type == kind and len(one.dims) > 1 and one.name not in aside
    }


def _users(program: Any, matrices: dict[str, int]) -> tuple[str, ...]:
    """Return the operators that use some of these matrices, each once."""
    found = [node.op_type for node in program.graph.node if set(node.input) & matrices.keys()]
    return tuple(dict.fromkeys(found))
