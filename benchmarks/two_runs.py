"""python -m benchmarks two_runs [--quick]: strokes on Draw with and without two runs that train.

Strokes are measured as in `benchmarks.stroke`, in one browser and one server; the runs train in the
server's data folder. Blocks of strokes without and with the two runs alternate.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from benchmarks.stroke import PAGES, fresh, stroke
from benchmarks.timing import options_of, own_home, training
from rnndemo.config import ModelConfig, RunConfig, TrainingConfig
from rnndemo.training.runs import Runs
from tests.browser import chromium, serve

BLOCKS, STROKES = 3, 5  # blocks of each kind; strokes in each
QUICK_BLOCKS, QUICK_STROKES = 1, 1
EPOCHS = 1000  # more than the benchmark lasts
RUNS = [RunConfig(model=ModelConfig(hidden_size=128), training=TrainingConfig(epochs=EPOCHS))] * 2
SCRIPT, CANVAS, WORDS = PAGES["draw"]
TARGET = 2.0


def strokes(page: Page, count: int) -> list[float]:
    """Return the milliseconds of `count` strokes, after one for warm-up."""
    times = []
    for number in range(-1, count):
        fresh(page, CANVAS)
        times.append(stroke(page, CANVAS, WORDS, number))
    return times[1:]


def measure(page: Page, visitor: Runs, blocks: int, count: int) -> dict[str, float]:
    """Return the median milliseconds without and with the two runs, measured in turn."""
    times: dict[str, list[float]] = {"idle": [], "training": []}
    for _ in range(blocks):
        times["idle"] += strokes(page, count)
        with training(visitor, RUNS):
            times["training"] += strokes(page, count)
    return {name: statistics.median(values) for name, values in times.items()}


def main(arguments: list[str]) -> None:
    """Print both medians and their ratio."""
    quick = options_of("two_runs", arguments).quick
    blocks, count = (QUICK_BLOCKS, QUICK_STROKES) if quick else (BLOCKS, STROKES)
    with own_home() as visitor, chromium() as browser, serve(SCRIPT) as address:
        page = browser.new_page()
        page.goto(address)
        page.locator(WORDS).wait_for()
        times = measure(page, visitor, blocks, count)
    print(f"stroke to answer, idle             {times['idle']:6.0f} ms  ", end="")
    print(f"(median of {blocks * count})")
    print(f"stroke to answer, two runs train   {times['training']:6.0f} ms")
    ratio = times["training"] / times["idle"]
    print(f"ratio                              {ratio:6.2f}     (target: at most {TARGET})")
