"""python -m benchmarks click [--preset NAME] [--accuracy A] …: time from a click to a network.

The time runs from the click that starts a run until its ``state.json`` reports the accuracy A on
all 10,000 test digits: it includes the worker's start, training and test. For the preset "fast" it
is compared with a standard script (`benchmarks.standard_script`), from the start of its process
until it reports the same accuracy; other presets are compared with a target in seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.timing import LOOK_SECONDS, end, own_home, parser_of
from rnndemo.config import RunConfig
from rnndemo.presets import PRESETS
from rnndemo.training.runs import Runs

ROOT = Path(__file__).resolve().parents[1]
COMPARED = "fast"  # the preset that is compared with the standard script
SEEDS, QUICK_SEEDS = 5, 1
QUICK_IMAGES = 2560
TIMES_TARGET, SECONDS_TARGET = 20, 60.0
NEVER = math.inf


def click(visitor: Runs, config: RunConfig, accuracy: float) -> tuple[float, float]:
    """Return the seconds until a run reports `accuracy` (infinite: never), and its accuracy.

    Raises
    ------
    RuntimeError
        If the run ends without a test.
    """
    start = time.perf_counter()
    run = visitor.start(config)
    try:
        while (state := run.state).test_accuracy is None and not state.message:
            time.sleep(LOOK_SECONDS)
        took = time.perf_counter() - start
        if state.test_accuracy is None:
            raise RuntimeError(f"the run is {state.status}: {state.message} {state.values}")
        return took if state.test_accuracy >= accuracy else NEVER, state.test_accuracy
    finally:
        end(run)


def standard_script(options: argparse.Namespace) -> tuple[float, float, int]:
    """Run the script; return its seconds, its last accuracy and its number of epochs."""
    command = [sys.executable, "-m", "benchmarks.standard_script"]
    command += ["--accuracy", str(options.accuracy)]
    command += ["--network", options.network, "--optimizer", options.optimizer]
    command += ["--quick", "--epochs", "1"] if options.quick else []
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    start, took, reported = time.perf_counter(), 0.0, {}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as script:
        try:
            assert script.stdout is not None
            for line in script.stdout:
                took, reported = time.perf_counter() - start, json.loads(line)
        finally:
            script.kill()
    if not reported:
        raise RuntimeError("the standard script ended without a report")
    return took, reported["accuracy"], reported["epoch"]


def main(arguments: list[str]) -> None:
    """Print the median time, and what it is compared with."""
    options = _options(arguments)
    config, seeds = PRESETS[options.preset], SEEDS
    if options.quick:
        few = replace(config.data, train_size=QUICK_IMAGES)
        config, seeds = replace(config, data=few), QUICK_SEEDS
    script = None
    taken, reported = [], []
    with own_home() as visitor:
        for seed in range(seeds):
            took, accuracy = click(visitor, replace(config, seed=seed), options.accuracy)
            taken.append(took)
            reported.append(accuracy)
            if seed == seeds // 2 and options.preset == COMPARED:  # amid the clicks
                script = standard_script(options)
    median = statistics.median(taken)
    print(f"{options.preset}: click to {options.accuracy:.0%}    {_seconds(median)}", end="")
    if script is None:
        print(f"  (target: less than {SECONDS_TARGET:.0f} s)", end="")
    print(f"  (median of {seeds} seeds, {_seconds(min(taken))} to {_seconds(max(taken))};", end="")
    print(f" test accuracies {min(reported):.2%} to {max(reported):.2%})")
    if script is not None:
        _print_ratio(median, options.accuracy, *script)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = parser_of("click")
    parser.add_argument("--preset", choices=PRESETS, default=COMPARED)
    parser.add_argument("--accuracy", type=float, default=0.97, help="from 0 to 1")
    parser.add_argument(
        "--network", default="linear", help="of the standard script: linear or example"
    )
    parser.add_argument(
        "--optimizer", default="adadelta", help="of the standard script: adadelta or adam"
    )
    return parser.parse_args(arguments)


def _print_ratio(median: float, wanted: float, took: float, accuracy: float, epochs: int) -> None:
    reached = accuracy >= wanted
    bound = "" if reached else "; it did not get there: its time and the ratio are bounds"
    print(f"standard script      {took:.2f} s  ({epochs} epochs to {accuracy:.2%}{bound})")
    ratio = f"1/{took / median:.1f}" if median < NEVER else "none"
    print(f"ratio                {ratio}  (target: at most 1/{TIMES_TARGET})")


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < NEVER else "never"
