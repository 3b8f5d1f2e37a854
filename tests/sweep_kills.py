"""A study in processes of its own, to be killed at random moments."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.storage.names import WEIGHTS
from rnndemo.sweeps import space_file, study
from rnndemo.sweeps.records import folder_of
from rnndemo.sweeps.space import Choices, Range, SearchSpace
from tests.runs import until
from tests.studies import ROOT

TRIALS = 6
SPACE = SearchSpace(
    RunConfig(
        data=DataConfig(train_size=400),
        model=ModelConfig(hidden_size=8),
        training=TrainingConfig(epochs=2, batch_size=20),
    ),
    (("training.lr", Range(1e-3, 1e-1, log=True)), ("model.cell", Choices(("gru", "lstm")))),
    sampler="tpe", seed=1, pruning=True, ahead=3,
)  # fmt: skip
SECONDS = 8.0  # within which a coordinator is killed: its workers' beginning is part of it


class Study:
    """A study that the command line runs in ``folder``, by two workers."""

    process: subprocess.Popen[bytes]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.space = folder.with_suffix(".json")
        self.space.write_text(json.dumps(space_file.to_json(SPACE)))
        self.log = folder.with_suffix(".log")

    def start(self) -> None:
        words = ["sweep", "--space", str(self.space), "--trials", str(TRIALS), "--workers", "2"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rnndemo", *words, "--out", str(self.folder)],
                cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> int:
        return self.process.wait()

    def run(self) -> int:
        self.start()
        return self.wait()

    def said(self) -> str:
        return self.log.read_text()

    def ended(self) -> int:
        """Return how many trials have ended."""
        return self.said().count("  trial ")

    def end(self) -> None:
        """Kill what runs."""
        if hasattr(self, "process"):
            self.process.kill()
            self.process.wait()

    def kill_coordinator(self, chance: random.Random) -> bool:
        """Run the study and kill its coordinator at some moment; return whether it ran still."""
        self.start()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(chance.uniform(0.5, SECONDS))
        running = self.process.poll() is None
        self.end()
        return running

    def kill_workers(self, chance: random.Random, count: int) -> int:
        """Run the study and kill workers while it runs; return how many died of it."""
        self.start()
        killed = 0
        for _ in range(count):
            until(lambda: started(self) or self.process.poll() is not None, "workers")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(chance.uniform(0.5, SECONDS / 2))
            for process in chance.sample(started(self), min(1, len(started(self)))):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    killed += 1
        return killed


def started(study: Study) -> list[int]:
    """Return the worker processes of a study."""
    place = Path(f"/proc/{study.process.pid}/task/{study.process.pid}/children")
    try:
        return [int(number) for number in place.read_text().split()]
    except OSError:
        return []


def outcome(one: Study) -> list[object]:
    """Return all that must be equal: parameters, states, figures, weights."""
    _, known = study.look(one.folder)
    assert len(known) == TRIALS
    return [
        (
            trial.params, trial.state, trial.stages,
            trial.result and replace(trial.result, seconds=0.0),
            (folder_of(one.folder, trial.number) / WEIGHTS).read_bytes(),
        )
        for trial in known
    ]  # fmt: skip
