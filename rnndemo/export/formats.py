"""Export a model as an ONNX file, as plain weights with a short PyTorch script, or as a page.

The first two answer as the app does: they include the order of reading and the calibration, but not
the app's preprocessing. They take pictures in the form that the model reads (its frame), such as
white ink on black. The page is for people: one HTML file to draw on.
"""

from __future__ import annotations

import io
import json
import threading
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor, nn

from rnndemo import codec
from rnndemo.errors import N_, InputError
from rnndemo.export.onnx import OnnxNetwork
from rnndemo.export.page import page
from rnndemo.export.script import FIRST_LINE, has_script, plain_weights, script, weights_line
from rnndemo.models.store import Model, Stored
from rnndemo.storage.files import as_input_error, write_bytes
from rnndemo.storage.names import CARD
from rnndemo.web.packed import obstacle, reads_in_browser

MAX_START = 4_000  # bytes of a script; the name of its weights is in the first thousand
UNWRITABLE = N_("{file} cannot be written ({reason}); choose a folder in which you may write.")


def metadata(model: Stored[Any]) -> dict[str, str]:
    """Return the metadata of an exported file, each value as JSON."""
    content = {
        "classes": model.classes,
        "image_size": model.image_size,
        "frame": model.frame,
        "temperature": model.card.temperature,
        "reject_threshold": model.card.reject_threshold,
        "config": codec.to_json(model.config),
    }
    return {key: json.dumps(value, ensure_ascii=False) for key, value in content.items()}


# --- ONNX -------------------------------------------------------------------------------------

ONNX_PACKAGES = ("onnx", "onnxscript")

_exporting = threading.Lock()  # the exporter is not thread-safe


def onnx_bytes(model: Model) -> bytes:
    """Return the content of `export_onnx`'s file; raises as `onnx_content` does."""
    images = torch.zeros(2, *model.image_size)
    return onnx_content(OnnxNetwork(model), images, ("probabilities",), metadata(model))


def onnx_content(
    network: nn.Module, images: Tensor, outputs: Sequence[str], about: dict[str, str]
) -> bytes:
    """Return a network as an ONNX file, from ``images`` to the named outputs.

    Parameters
    ----------
    images : Tensor
        A batch of pictures of the right size.
    about : dict of str to str
        The file's metadata.

    Raises
    ------
    InputError
        If a required package is not installed, or ONNX has no operator for the cells.
    """
    try:
        for package in ONNX_PACKAGES:
            import_module(package)
    except ImportError:
        raise InputError(
            "An ONNX file needs packages that are not installed: pip install {packages}",
            packages=" ".join(ONNX_PACKAGES),
        ) from None
    with _exporting, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network,
            (images,),
            dynamo=True,
            verbose=False,
            input_names=["images"],
            output_names=list(outputs),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    assert program is not None, "the exporter returns a program unless it writes a file itself"
    graph = program.model.graph
    for part in (graph, *graph, *(value for node in graph for value in node.outputs)):
        part.metadata_props.clear()  # paths and lines of our source
    program.model.metadata_props.update(about)
    return program.model_proto.SerializeToString()


def export_onnx(model: Model, path: Path) -> None:
    """Write `model` as one ONNX file that includes the weights.

    Its network takes ``images`` float32 ``(N, H, W)`` in [0, 1], in the model's frame (of drawings,
    white ink on black), and returns ``probabilities`` float32 ``(N, classes)``, calibrated. Its
    classes, picture size, temperature, reject threshold and configuration are in the file's
    metadata, each as JSON.

    Raises
    ------
    InputError
        If `path` cannot be written, or as for `onnx_bytes`.
    """
    write(path, onnx_bytes(model))


# --- plain PyTorch ----------------------------------------------------------------------------


def export_safetensors(model: Model, path: Path) -> None:
    """Write the weights of `model` to `path`, and a script that answers with them next to it.

    The script has the name of `path`, with ``.py`` instead of ``.safetensors`` or after any other
    name; it needs torch and Pillow, but not this package.

    Raises
    ------
    InputError
        If no script can be written for the model, a file cannot be written, or another file with
        the script's name exists, such as the script of other weights.
    """
    plain = path.suffix == ".safetensors"
    code = path.with_suffix(".py") if plain else path.with_name(f"{path.name}.py")
    if path.suffix == ".py" or (code.exists() and not _is_ours(code, path.name)):
        raise InputError(
            "{file} is reserved for the script of these weights; choose another name.",
            file=code,
        )
    written = script(model, path.name).encode()
    write(path, _weights_bytes(model))
    write(code, written)


def _is_ours(code: Path, weights: str) -> bool:
    """Return whether a file is a script that was written for weights of this name."""
    try:
        with code.open("rb") as file:
            start = file.read(MAX_START).decode("utf-8", "replace")
    except OSError:
        return False
    return start.startswith(FIRST_LINE) and f"\n{weights_line(weights)}\n" in start


def _weights_bytes(model: Model) -> bytes:
    return save(plain_weights(model), metadata=metadata(model))


def _zipped(model: Model) -> bytes:
    """Return a zip of the weights, the script and the card."""
    weights = f"{model.name}.safetensors"
    card = json.dumps(asdict(model.card), indent=2, ensure_ascii=False) + "\n"
    files = {
        weights: _weights_bytes(model),
        f"{model.name}.py": script(model, weights).encode(),
        CARD: card.encode(),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return content.getvalue()


# --- one page ---------------------------------------------------------------------------------


def page_bytes(model: Model) -> bytes:
    """Return the content of `export_page`'s file.

    Raises
    ------
    InputError
        If a browser cannot read as `model` does.
    """
    reason = obstacle(model)
    if reason is not None:
        raise InputError(
            "This network cannot answer in a browser alone: {reason}. Choose another format: "
            "{known}.",
            reason=reason, known=", ".join(name for name in FORMATS if name != "html"),
        )  # fmt: skip
    return page(model).encode()


def export_page(model: Model, path: Path) -> None:
    """Write `model` as one HTML page that draws and answers without a server.

    Raises
    ------
    InputError
        If `path` cannot be written, or as for `page_bytes`.
    """
    write(path, page_bytes(model))


# --- all formats ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Format:
    """An export format.

    Parameters
    ----------
    label : str
        For a menu: a gettext key.
    write : callable
        (model, path), for the command line.
    suffix : str
        Of the file that a browser downloads.
    content : callable
        model -> the bytes of that file.
    fits : callable, optional
        Whether a model can have it; by default, every model may try.
    """

    label: str
    write: Callable[[Model, Path], None]
    suffix: str
    content: Callable[[Model], bytes]
    fits: Callable[[Model], bool] = lambda _model: True


FORMATS: dict[str, Format] = {
    "onnx": Format(
        N_("ONNX: one file that many programs can run"), export_onnx, ".onnx", onnx_bytes
    ),
    "safetensors": Format(
        N_("PyTorch: the weights and a short script that uses them"),
        export_safetensors, ".zip", _zipped, has_script,
    ),
    "html": Format(
        N_("One file: a page that draws and answers, without a server"),
        export_page, ".html", page_bytes, reads_in_browser,
    ),
}  # fmt: skip


def format_named(name: str) -> Format:
    """Return the format `name`.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in FORMATS:
        raise InputError(
            "There is no format {name!r}; choose one of {known}.",
            name=name, known=", ".join(FORMATS),
        )  # fmt: skip
    return FORMATS[name]


def write(path: Path, content: bytes) -> None:
    """Write an exported file; an `InputError` if it cannot be written."""
    with as_input_error(UNWRITABLE, file=path):
        write_bytes(path, content)
