"""python -m benchmarks demand [--quick]: memory and disk of runs, measured and as estimated.

Each configuration is trained for a few steps and tested by a worker process, as the app starts it,
on pictures of noise in the size of MNIST's: a test of all of MNIST would take most of the time.
Scenes are those of the app.
Memory is the largest resident set of that process, as the kernel counts it; disk is what its folder
holds at the end, and the second checkpoint that is written beside the first. The ratio is the
estimate of `rnndemo.training.demand` over what was measured.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.timing import options_of
from rnndemo.codec import set_value
from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.jobs.process import environment, reserve_note
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import CHECKPOINT, CONTROLS, WORKER
from rnndemo.training.demand.estimate import Demand, Sizes, demand_of
from rnndemo.training.folder import make_run
from rnndemo.training.state import read_state

STEPS = 2  # of each run
PICTURES, TESTED = 13_500, 200
SIZES = Sizes((28, 28), 10, PICTURES + TESTED)
TARGET = 1.5

# changes of the default configuration: an LSTM of 128 units that reads rows, in batches of 128
GRID: tuple[dict[str, object], ...] = (
    {},
    {"model.hidden_size": 16, "training.batch_size": 16},
    {"model.hidden_size": 512, "training.batch_size": 512},
    {"model.hidden_size": 512, "model.num_layers": 6, "training.batch_size": 256},
    {"model.hidden_size": 256, "model.bidirectional": True, "training.batch_size": 1024},
    {"data.scan": "pixels", "model.hidden_size": 64},
    {"data.scan": "pixels", "model.hidden_size": 192, "training.batch_size": 256},
    {"data.scan": "pixels", "model.hidden_size": 512, "training.batch_size": 32},
    {"data.scan": "patches", "model.hidden_size": 256, "training.batch_size": 2048},
    {"model.cell": "gru", "training.batch_size": 1024},
    {"model.cell": "gru", "data.scan": "pixels", "model.hidden_size": 256},
    {"model.cell": "gru", "model.hidden_size": 512, "model.num_layers": 4,
     "training.batch_size": 512},
    {"model.cell": "rnn", "training.batch_size": 4096},
    {"model.cell": "rnn", "data.scan": "pixels", "model.hidden_size": 256},
    {"model.cell": "rnn", "model.hidden_size": 512, "model.num_layers": 3,
     "training.batch_size": 1024, "model.pooling": "attention"},
    {"training.precision": "bfloat16", "model.hidden_size": 512, "training.batch_size": 1024},
    {"training.ema_decay": 0.99, "model.hidden_size": 512, "model.num_layers": 6},
    {"training.optimizer": "adadelta", "data.augmentation": "people",
     "training.batch_size": 4096},
    {"data.synthetic": 0.1, "data.outliers": 0.1, "data.augmentation": "people"},
    {"model.network": "mlp", "model.hidden_size": 512, "model.num_layers": 3},
    {"model.network": "cnn", "model.hidden_size": 32, "model.num_layers": 3},
    {"model.network": "cnn", "model.hidden_size": 64, "model.num_layers": 4,
     "training.batch_size": 256},
    {"model.network": "cnn", "model.hidden_size": 128, "model.num_layers": 2,
     "training.batch_size": 128, "training.precision": "bfloat16"},
    {"model.network": "cnn", "model.hidden_size": 96, "model.num_layers": 5,
     "training.batch_size": 16},
    {"model.network": "renet", "model.hidden_size": 48, "model.num_layers": 2},
    {"model.network": "renet", "model.hidden_size": 256, "model.num_layers": 3,
     "training.batch_size": 32},
    {"model.network": "renet", "model.cell": "gru", "model.hidden_size": 128,
     "training.batch_size": 256},
    {"data.name": "scenes", "model.network": "renet", "model.hidden_size": 8,
     "model.num_layers": 1, "training.batch_size": 8},
    {"data.name": "scenes", "model.network": "renet", "model.hidden_size": 48,
     "model.num_layers": 3, "training.batch_size": 16},
    {"data.name": "scenes", "model.network": "renet", "model.cell": "gru",
     "model.hidden_size": 64, "model.num_layers": 2, "training.batch_size": 128},
    {"data.name": "scenes", "model.network": "cnn", "model.hidden_size": 96,
     "model.num_layers": 3, "training.batch_size": 128},
    {"data.name": "scenes", "model.network": "renet", "scenes.stride": 2, "scenes.window": 6,
     "model.hidden_size": 64, "model.num_layers": 2, "training.batch_size": 32},
    {"data.name": "scenes", "scenes.kind": "multi", "model.network": "renet",
     "model.hidden_size": 128, "model.num_layers": 2, "training.batch_size": 256},
    {"model.cell": "lru", "model.hidden_size": 512, "training.batch_size": 1024},
    {"model.cell": "lru", "data.scan": "pixels", "model.hidden_size": 256,
     "training.batch_size": 512},
    {"model.cell": "lru", "data.scan": "pixels", "model.hidden_size": 128,
     "model.num_layers": 2},
    {"model.cell": "lru", "model.hidden_size": 512, "model.num_layers": 4,
     "training.batch_size": 512},
    {"model.cell": "lru", "data.scan": "pixels", "model.hidden_size": 128,
     "model.bidirectional": True, "model.pooling": "mean"},
    {"model.cell": "mingru", "model.hidden_size": 512, "training.batch_size": 1024},
    {"model.cell": "mingru", "data.scan": "pixels", "model.hidden_size": 256},
    {"model.cell": "mingru", "model.hidden_size": 512, "model.num_layers": 4,
     "training.batch_size": 512},
    {"model.cell": "mingru", "data.scan": "pixels", "model.hidden_size": 128,
     "model.bidirectional": True, "model.pooling": "mean"},
    {"model.network": "two-speed"},
    {"model.network": "two-speed", "model.hidden_size": 512, "training.batch_size": 1024},
    {"model.network": "two-speed", "model.cell": "gru", "model.hidden_size": 256,
     "model.num_layers": 2, "training.batch_size": 1024},
    {"model.network": "two-speed", "model.cell": "mingru", "model.hidden_size": 256,
     "model.bidirectional": True, "training.batch_size": 1024},
)  # fmt: skip
QUICK = (0, 5, 20)

# Runs a module, and writes the most memory that its process had, in kB. What the system says of a
# child that has ended counts its parent's memory too, from before it became another program.
WATCHED = """
import runpy, sys
peak, module = sys.argv[1:3]
sys.argv = sys.argv[2:]
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
with open("/proc/self/status") as status, open(peak, "w") as file:
    file.write(status.read().partition("VmHWM:")[2].split()[0])
"""


@dataclass(frozen=True)
class Measured:
    """What a run took.

    Parameters
    ----------
    memory, disk : int
        Bytes.
    status : str
        Of the run at its end.
    """

    memory: int
    disk: int
    status: str


def write_pictures(path: Path) -> None:
    """Write the pictures that are trained on: enough for `STEPS` of the largest batches."""
    rng, count = np.random.default_rng(0), PICTURES
    images = rng.integers(0, 256, (count + TESTED, *SIZES.image), np.uint8)
    labels = np.arange(count + TESTED) % SIZES.classes
    np.savez(
        path, images=images[TESTED:], labels=labels[TESTED:],
        test_images=images[:TESTED], test_labels=labels[:TESTED],
    )  # fmt: skip


def config_of(changes: dict[str, object], pictures: Path) -> RunConfig:
    """Return a configuration of the grid, with so many pictures that it has `STEPS` steps."""
    start = {"data.name": f"npz:{pictures}", "training.epochs": 1}
    config = RunConfig()
    for path, value in {**start, **changes}.items():
        config = set_value(config, path, value)
    return set_value(config, "data.train_size", STEPS * config.training.batch_size)


def measured(config: RunConfig, place: Path) -> Measured:
    """Let a worker process train a run of `config` in `place`; return what that took."""
    folder = place / "run"
    make_run(folder, config)
    log = EventLog(folder / CONTROLS)
    log.write("go")
    log.close()
    lock = os.open(folder / WORKER, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    reserve_note(lock)
    peak, worker = place / "peak", "rnndemo.training.worker"
    words = [str(peak), worker, str(folder), str(place / "queue"), "0", str(lock)]
    subprocess.run(
        [sys.executable, "-c", WATCHED, *words], env=environment(), pass_fds=[lock], check=True
    )
    os.close(lock)
    files = [path.stat().st_size for path in folder.iterdir()]
    disk = sum(files) + (folder / CHECKPOINT).stat().st_size
    return Measured(int(peak.read_text()) * 1024, disk, read_state(folder).status)


def compare(changes: dict[str, object], pictures: Path) -> tuple[Measured, Demand]:
    """Return what a run took, and what was estimated."""
    config = config_of(changes, pictures)
    with TemporaryDirectory(prefix="rowbyrow-") as place:
        sizes = None if reads_scenes(config) else SIZES
        return measured(config, Path(place)), demand_of(config, sizes)


def measure(
    grid: Sequence[dict[str, object]],
) -> Iterator[tuple[dict[str, object], tuple[Measured, Demand]]]:
    """Yield the changes of each configuration, with what `compare` returns."""
    with TemporaryDirectory(prefix="rowbyrow-") as place:
        write_pictures(pictures := Path(place) / "pictures.npz")
        for changes in grid:
            yield changes, compare(changes, pictures)


def main(arguments: list[str]) -> None:
    """Print one line a configuration, and the smallest and the largest ratio."""
    grid = [GRID[n] for n in QUICK] if options_of("demand", arguments).quick else GRID
    memory, disk = [], []
    print("memory: measured, estimated, ratio; disk: the same, in MB")
    for changes, (found, estimated) in measure(grid):
        memory.append(estimated.memory / found.memory)
        disk.append(estimated.disk / found.disk)
        print(
            f"{found.memory / 1e6:7.0f} {estimated.memory / 1e6:7.0f} {memory[-1]:5.2f}   "
            f"{found.disk / 1e6:7.1f} {estimated.disk / 1e6:7.1f} {disk[-1]:5.2f}   "
            f"{found.status} {' '.join(f'{k}={v}' for k, v in changes.items()) or 'default'}",
            flush=True,
        )
    for name, ratios in (("memory", memory), ("disk", disk)):
        print(
            f"{name}: ratio {min(ratios):.2f} to {max(ratios):.2f} of {len(ratios)} runs"
            f"     (target: {1 / TARGET:.2f} to {TARGET})"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
