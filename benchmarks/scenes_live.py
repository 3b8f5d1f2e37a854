"""python -m benchmarks scenes_live [--quick]: from a click to a network that colours scenes.

The time runs from the click that starts a run of the preset "scenes" until its record reports the
wanted mean IoU on held-out scenes: it includes the worker's start. The network that the run ends
with is tested as well, on all held-out test scenes. Beside it stands the rate of the training as a
share of the machine's own matrix rate: the floating-point operations of a step, forward and
backward, in a second, over those of a product of large matrices on one thread.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from dataclasses import dataclass, replace

import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.timing import LOOK_SECONDS, end, own_home, parser_of
from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.evaluation.scenes import scores
from rnndemo.models.scene_answers import answers
from rnndemo.models.scene_store import load_scene_folder
from rnndemo.presets import PRESETS
from rnndemo.training.history import History
from rnndemo.training.runs import Runs
from rnndemo.training.tasks import task_of
from rnndemo.training.trainer import build_model

PRESET, TARGET, SECONDS = "scenes", 0.85, 60.0
SEEDS, QUICK_SEEDS, QUICK_SCENES = 5, 1, 400
SIDE, PRODUCTS = 1024, 20  # of the matrices whose product gives the machine's own rate
NEVER = math.inf


@dataclass(frozen=True)
class Live:
    """What one run has shown.

    Parameters
    ----------
    reached, ended : float
        Seconds from the click until the wanted mean IoU was reported (infinite: never), and until
        the network was trained.
    mean_iou : float
        On the test scenes, at the end.
    rate : float
        Scenes per second while it trained.
    """

    reached: float
    ended: float
    mean_iou: float
    rate: float


def live(visitor: Runs, config: RunConfig, wanted: float) -> Live:
    """Train as a click does, and return what it has shown.

    Raises
    ------
    RuntimeError
        If the run ends without a network.
    """
    start = time.perf_counter()
    reached = ended = NEVER
    run = visitor.start(config)
    try:
        history = History(run.folder)
        while (state := run.state).active:
            history.update()
            now = time.perf_counter() - start
            points = [event["mean_iou"] for event in history.validation]
            if reached == NEVER and points and points[-1] >= wanted:
                reached = now
            if ended == NEVER and state.doing == "testing":
                ended = now
            time.sleep(LOOK_SECONDS)
        if state.test_accuracy is None:
            raise RuntimeError(f"the run is {state.status}: {state.message} {state.values}")
        last = history.update().steps[-1]
        test = data_of(config).test
        network = load_scene_folder(run.folder).network
        found = scores(answers(network, test.images), test, network.classes)
        return Live(reached, ended, found.mean_iou, last["images"] / last["seconds"])
    finally:
        end(run)


def operations(config: RunConfig) -> float:
    """Return the floating-point operations that one scene costs in training, of products alone."""
    data = data_of(config)
    network = build_model(config, data)
    batch = task_of(config).batches(config, data).empty()
    # the fused kernel of recurrent layers is not counted: its parts are
    with torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        task_of(config).learn(network, batch, False, 1.0).loss.backward()
    return counter.get_total_flops() / len(batch)


def matrix_rate() -> float:
    """Return the operations a second of a product of matrices on one thread."""
    torch.set_num_threads(1)
    one = torch.randn(SIDE, SIDE)
    taken = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        one @ one
        taken.append(time.perf_counter() - start)
    return 2 * SIDE**3 / min(taken)


def main(arguments: list[str]) -> None:
    """Print the median time, what the networks reach, and the rate."""
    options = _options(arguments)
    config, seeds = PRESETS[options.preset], options.seeds
    if options.quick:
        few = replace(config.data, train_size=QUICK_SCENES)
        config, seeds = replace(config, data=few), QUICK_SEEDS
    with own_home() as visitor:
        runs = [live(visitor, replace(config, seed=seed), options.wanted) for seed in range(seeds)]
    reached, ended = [one.reached for one in runs], [one.ended for one in runs]
    shares, rate = [one.mean_iou for one in runs], statistics.median(one.rate for one in runs)
    print(f"{options.preset}: click to mean IoU {options.wanted}  {_said(reached)}", end="")
    print(f"  (target: at most {SECONDS:.0f} s; median of {seeds} seeds)")
    print(f"click to the end of training  {_said(ended)}")
    print(f"mean IoU on the test scenes   {statistics.median(shares):.3f}", end="")
    print(f"  ({min(shares):.3f} to {max(shares):.3f})")
    share = rate * operations(config) / matrix_rate()
    print(f"scenes per second             {rate:.0f}  ({share:.0%} of the machine's matrix rate)")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = parser_of("scenes_live")
    parser.add_argument("--preset", default=PRESET, help="a preset of scenes")
    parser.add_argument("--wanted", type=float, default=TARGET, help="mean IoU, from 0 to 1")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    return parser.parse_args(arguments)


def _said(seconds: list[float]) -> str:
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{_seconds(middle)} ({_seconds(low)} to {_seconds(high)})"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < NEVER else "never"
