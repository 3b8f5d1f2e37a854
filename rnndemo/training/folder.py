"""The folder of a run: its configuration, its state, and all else that it writes.

========================  =====================================================
file in a run's folder    what it holds
========================  =====================================================
``config.json``           the `RunConfig`
``state.json``            what the run is doing (`rnndemo.training.state`)
``events.jsonl``          what happened (`rnndemo.training.history`)
``controls.jsonl``        people's requests
``checkpoint.safetensors``  where training resumes
``model.safetensors``, ``card.json``  the trained network: a model's folder
``report.npz``            the test report
``about.json``            title, notes, when it was made (`rnndemo.jobs.job`)
``worker``, ``asking``    locks (`rnndemo.training.state`)
``worker.log``            what a worker printed, if anything
========================  =====================================================
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError, safe_open

from rnndemo import codec
from rnndemo.config import RunConfig, room_in_batch
from rnndemo.errors import N_, InputError
from rnndemo.storage.files import read_json, write_bytes, write_json
from rnndemo.storage.names import CHECKPOINT, CONFIG, WEIGHTS
from rnndemo.training.state import RunState, read_state, write_state

DATA = "data"  # in the header of a checkpoint: the digest of pictures that people may change
CHANGED = N_(
    "The pictures or classes of this run's data have changed since it began, so it cannot go on: "
    "it would be tested on pictures that it has learnt from. The run stays as it is; start a new "
    "one."
)


def load_config(folder: Path) -> RunConfig:
    """Return the configuration of the run in `folder`.

    Raises
    ------
    InputError
        If it is missing, damaged, or of a newer version.
    """
    return codec.from_json(read_json(folder / CONFIG))


def check_checkpoint(folder: Path) -> None:
    """Check that the run in `folder` can go on where it was, or has not begun.

    Without its checkpoint, a run would begin anew and write an untrained network over its own.

    Raises
    ------
    InputError
        If its checkpoint is missing.
    """
    if (folder / CHECKPOINT).is_file():
        return
    if (folder / WEIGHTS).is_file() or read_state(folder).step:
        raise InputError(
            "The checkpoint of this run is missing, so training cannot continue. The run stays as "
            "it is; start a new one to train from the beginning."
        )


def check_same_data(folder: Path, digest: Callable[[], str]) -> None:
    """Check that the data of the run in `folder` are those with which it began.

    Other pictures are dealt anew to its three parts. Checkpoints of earlier versions do not say
    what they learnt from.

    Parameters
    ----------
    digest : callable
        Returns `rnndemo.evaluation.cards.own_digest` of its data; called if that is needed.

    Raises
    ------
    InputError
        If they are not.
    """
    began = _data_of_checkpoint(folder)
    if began and began != digest():
        raise InputError(CHANGED)


def _data_of_checkpoint(folder: Path) -> str:
    """Return the digest in a checkpoint, "" where there is none; a damaged one is found later."""
    try:
        with safe_open(folder / CHECKPOINT, framework="numpy") as file:
            return str((file.metadata() or {}).get(DATA, ""))
    except (OSError, SafetensorError):
        return ""


def make_run(folder: Path, config: RunConfig, start: bytes = b"") -> None:
    """Create a run's folder; nothing trains yet.

    Parameters
    ----------
    start : bytes, optional
        Its first checkpoint, with the weights that it begins with
        (`rnndemo.training.checkpoint.start_content`); by default they are random, by the seed.

    Raises
    ------
    InputError
        If the configuration leaves no room for the data in a batch.
    """
    room_in_batch(config)
    folder.mkdir(parents=True, exist_ok=True)
    if start:
        write_bytes(folder / CHECKPOINT, start)
    write_json(folder / CONFIG, codec.to_json(config))
    write_state(folder, RunState("queued"))
