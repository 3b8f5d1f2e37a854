"""python -m benchmarks engine [--quick]: training with its live view, against a bare loop.

The engine works as in a run's worker: it records, reports, reads requests and saves. The bare loop
has the same network, optimiser, batch size and precision, the training part as one tensor, and
nothing else: no clipping, no schedule, no measurement. Both train in turn, each in a fresh process
on one thread; images per second are counted from the end of the first step to the end of the last.
The price is how much longer the engine takes than the bare loop; below 0 % it is the faster one.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import torch.nn.functional as F

from benchmarks.timing import options_of
from rnndemo import codec
from rnndemo.config import ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.load import load
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet
from rnndemo.jobs.queue import Turn
from rnndemo.presets import PRESETS
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CONTROLS
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.trainer import StepEvent, build_model

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 9
QUICK_ROUNDS, QUICK_IMAGES = 1, 2560
SHORT, LONG = 0.1, 0.05  # the price at most: of a run of a few seconds, of a longer one
# name -> configuration, and the price at most
CONFIGS = {
    "overfit": (PRESETS["overfit"], SHORT),
    "fast": (PRESETS["fast"], SHORT),
    "LSTM-128": (
        RunConfig(
            model=ModelConfig(cell="lstm", hidden_size=128), training=TrainingConfig(epochs=1)
        ),
        LONG,
    ),
}


class Clock:
    """Images per second between the first call and the last."""

    def __init__(self) -> None:
        self.first: tuple[float, int] | None = None
        self.last = (0.0, 0)

    def step(self, images: int) -> None:
        """Record the end of a step, after `images` images in all."""
        self.last = (time.perf_counter(), images)
        self.first = self.first or self.last

    @property
    def rate(self) -> float:
        """Images per second."""
        assert self.first is not None
        return (self.last[1] - self.first[1]) / (self.last[0] - self.first[0])


class Trained(Exception):
    """The last step is over; only the test follows."""


def engine_side(config: RunConfig, data: DataSet, folder: Path) -> dict[str, Any]:
    """Train as a worker does; return images per second and the precision it chose."""
    clock = Clock()

    def on_step(event: StepEvent) -> None:
        clock.step(event.images)
        if event.step == event.steps:
            raise Trained

    run = folder / "run"
    make_run(run, config)
    turn = Turn(folder / "queue", run.name)
    engine = Engine(run, data, EventReader(run / CONTROLS), turn, on_step)
    try:
        engine.run()
    except Trained:
        return {"rate": clock.rate, "precision": "bfloat16" if engine.trainer.half else "float32"}
    finally:
        turn.give_back()
    raise RuntimeError(f"the run ended before its last step: {engine.state.status}")


def bare_side(config: RunConfig, data: DataSet, folder: Path) -> dict[str, Any]:
    """Train in a bare loop; return images per second."""
    setting, clock, images = config.training, Clock(), 0
    model = build_model(config, data).train()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=setting.lr, weight_decay=setting.weight_decay, fused=True
    )
    size = config.data.train_size or len(data.train)
    pictures = to_sequence(data.train.images[:size], config.data.scan)
    labels = data.train.labels[:size]
    for _ in range(setting.epochs):
        for index in torch.randperm(len(labels)).split(setting.batch_size):
            with torch.autocast("cpu", torch.bfloat16, enabled=setting.precision == "bfloat16"):
                logits = model(pictures[index] / 255)
            loss = F.cross_entropy(logits.float(), labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            images += len(index)
            clock.step(images)
    return {"rate": clock.rate}


SIDES = {"engine": engine_side, "bare": bare_side}


def main(arguments: list[str]) -> None:
    """Print one line a configuration."""
    options = options_of("engine", arguments)
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    print(f"{'':<10}{'engine':>10}{'barest loop':>14}  images per second, median of {rounds}")
    for name, (config, target) in CONFIGS.items():
        if options.quick:
            size = min(config.data.train_size or QUICK_IMAGES, QUICK_IMAGES)
            config = replace(config, data=replace(config.data, train_size=size))
        engine, bare = measure(config, rounds)
        print(
            f"{name:<10}{engine:>10.0f}{bare:>14.0f}  ratio {engine / bare:.3f}, "
            f"price {bare / engine - 1:.1%}  (target: at most {target:.0%})",
            flush=True,
        )


def measure(config: RunConfig, rounds: int) -> tuple[float, float]:
    """Return the median images per second of the engine and of the bare loop."""
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    for _ in range(rounds):
        reported = _in_a_process("engine", config)
        rates["engine"].append(reported["rate"])
        same = codec.set_value(config, "training.precision", reported["precision"])
        rates["bare"].append(_in_a_process("bare", same)["rate"])
    return statistics.median(rates["engine"]), statistics.median(rates["bare"])


def _in_a_process(side: str, config: RunConfig) -> dict[str, Any]:
    """Return the result of one side, run in a fresh process on one thread."""
    with TemporaryDirectory(prefix="rowbyrow-") as folder:
        reported = subprocess.run(
            [sys.executable, "-m", __name__, side, folder, json.dumps(codec.to_json(config))],
            cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
    answer: dict[str, Any] = json.loads(reported.stdout)
    return answer


def _one_side(side: str, folder: str, config: str) -> None:
    torch.set_num_threads(1)
    wanted = codec.from_json(json.loads(config))
    print(json.dumps(SIDES[side](wanted, load(wanted.data.name), Path(folder))))


if __name__ == "__main__":
    _one_side(*sys.argv[1:])
