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

from pathlib import Path

from rnndemo import codec
from rnndemo.config import RunConfig, room_in_batch
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.names import CONFIG
from rnndemo.training.state import RunState, write_state


def load_config(folder: Path) -> RunConfig:
    """Return the configuration of the run in `folder`.

    Raises
    ------
    InputError
        If it is missing, damaged, or of a newer version.
    """
    return codec.from_json(read_json(folder / CONFIG))


def make_run(folder: Path, config: RunConfig) -> None:
    """Create a run's folder; nothing trains yet.

    Raises
    ------
    InputError
        If the configuration leaves no room for the data in a batch.
    """
    room_in_batch(config)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / CONFIG, codec.to_json(config))
    write_state(folder, RunState("queued"))
