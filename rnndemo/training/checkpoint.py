"""A training on disk: one safetensors file, written beside its place and renamed into it.

Tensors hold weights, averages, the optimiser's state and the random states; the header holds the
numbers as JSON. Nothing is unpickled. A worker that is killed while it writes leaves the previous
checkpoint whole.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.storage.files import clear_unfinished, write_bytes
from rnndemo.storage.names import CHECKPOINT
from rnndemo.storage.records import read
from rnndemo.training.folder import DATA, check_same_data
from rnndemo.training.trainer import Diverged, StartingWeights, Trainer

SCHEMA = 1


def save_checkpoint(folder: Path, trainer: Trainer) -> None:
    """Write the state of `trainer` into `folder`; after an error, the previous checkpoint stays.

    Raises
    ------
    Diverged
        If its weights are no longer finite.
    OSError
        If it cannot be written.
    """
    for model in (trainer.model, trainer.saved_model):
        if not all(torch.isfinite(weight).all() for weight in model.parameters()):
            raise Diverged(trainer.step, trainer.lr)
    tensors, numbers = trainer.state()
    config = codec.config_hash(trainer.config)
    header = {
        "schema": str(SCHEMA), "config": config, "numbers": json.dumps(numbers),
        DATA: trainer.data_digest,
    }  # fmt: skip
    contiguous = {name: value.contiguous() for name, value in tensors.items()}
    write_bytes(folder / CHECKPOINT, save(contiguous, metadata=header))


def start_content(config: RunConfig, start: StartingWeights, digest: str = "") -> bytes:
    """Return the first checkpoint of a run of `config` that begins with given weights.

    Parameters
    ----------
    digest : str, default ""
        Of the data that these have learnt from, if the run has to be tested on the same.
    """
    header = {
        "schema": str(SCHEMA), "config": codec.config_hash(config), "start": start.command,
        DATA: digest,
    }  # fmt: skip
    contiguous = {name: value.contiguous() for name, value in start.tensors().items()}
    return save(contiguous, metadata=header)


def load_checkpoint(folder: Path, trainer: Trainer) -> bool:
    """Restore `trainer` from the checkpoint in `folder`; return whether there is one.

    The first one may hold no more than the weights that a run begins with (`start_content`).

    Raises
    ------
    InputError
        If it cannot be read, belongs to another training, or its data have changed.
    """
    path = folder / CHECKPOINT
    clear_unfinished(path)
    if not path.is_file():
        return False
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            header = file.metadata() or {}
        if header["schema"] != str(SCHEMA):
            raise InputError(
                "The checkpoint of this run was written by a newer version of the app (schema "
                "{schema}); update the app to continue.",
                schema=header["schema"],
            )
        if header["config"] != codec.config_hash(trainer.config):
            raise ValueError("of another training")
        check_same_data(folder, lambda: trainer.data_digest)
        if "start" in header:
            trainer.begin_from(StartingWeights.of(tensors, header["start"]))
        else:
            trainer.restore(tensors, _numbers(header["numbers"]))
    except InputError:
        raise
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError):
        raise InputError(
            "The checkpoint of this run is damaged or belongs to another run, so training "
            "cannot continue. Start it again: the same seed gives the same initial weights."
        ) from None
    return True


def _numbers(text: str) -> dict[str, Any]:
    """Return the numbers of a checkpoint; raise KeyError, TypeError or ValueError if damaged."""
    numbers: dict[str, Any] = json.loads(text)
    legs = read(tuple[tuple[int, int], ...], numbers["legs"])
    if not legs or any(steps < 1 for _, steps in legs):
        raise ValueError("no leg, or one without a step")
    return numbers
