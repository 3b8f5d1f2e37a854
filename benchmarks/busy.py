"""python -m benchmarks busy [--quick]: how much another busy process slows a training down.

A run of each cell trains in its worker, as the app starts it: alone, beside a loop in Python, or
beside a torch process that multiplies matrices on its default number of threads. The three
conditions alternate during one run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.timing import alternate, images_per_second, options_of, own_home, training
from rnndemo.config import ModelConfig, RunConfig, TrainingConfig
from rnndemo.models.cells import CELLS
from rnndemo.training.runs import Run

ROUNDS, SECONDS = 5, 4.0
QUICK_ROUNDS, QUICK_SECONDS = 1, 0.5
EPOCHS = 1000  # more than the benchmark lasts
TARGET = 2.5

# name -> Python code that never ends, and prints a line when it is busy
NEIGHBOURS = {
    "loop": "print('busy', flush=True)\nwhile True: pass",
    "torch": (
        "import torch\nx = torch.rand(1000, 1000)\nx @ x\nprint('busy', flush=True)\n"
        "while True: x @ x"
    ),
}


@contextmanager
def neighbour(name: str) -> Iterator[None]:
    """Run a busy process."""
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    command = [sys.executable, "-c", NEIGHBOURS[name]]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield
        finally:
            process.kill()


def beside(name: str, run: Run, seconds: float) -> float:
    """Return the images per second of `run` beside a busy process."""
    with neighbour(name):
        return images_per_second(run, seconds)


def main(arguments: list[str]) -> None:
    """Print one line a cell and neighbour."""
    quick = options_of("busy", arguments).quick
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    for cell in CELLS:
        config = RunConfig(
            model=ModelConfig(cell=cell, hidden_size=128), training=TrainingConfig(epochs=EPOCHS)
        )
        with own_home() as visitor, training(visitor, [config]) as (run,):
            others = {name: partial(beside, name, run, seconds) for name in NEIGHBOURS}
            rates = alternate({"alone": partial(images_per_second, run, seconds), **others}, rounds)
        for name in NEIGHBOURS:
            slower = rates["alone"] / rates[name]
            print(
                f"{cell:<6}alone {rates['alone']:>6.0f} images/s   beside {name:<6}"
                f"{rates[name]:>6.0f}   {slower:.2f} times slower   (target: at most {TARGET})",
                flush=True,
            )
