"""Each lesson of the page Train shows what it is for: seen in the points that its run records."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from rnndemo.codec import set_value
from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.presets import LESSONS, PRESETS
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.history import History
from rnndemo.training.trainer import Diverged

Lesson = Callable[..., History]

# of what is long otherwise, so many pictures, and one epoch of them
LINEAR = ("pixel-by-pixel", "pixels-permuted", "pixels-forgotten")
SHORTER = {
    "fast": 6_400, "best": 6_400, "pixels-best": 6_400, "vanishing-gradient": 20_000,
    **dict.fromkeys(LINEAR, 6_400),
}  # fmt: skip
# reads 784 timesteps: minutes for a curve; what a point of its curve costs: `test_watch.py`
TOO_LONG = "pixels-lstm"
STEPS_OF_EXPLODING = 471


@pytest.fixture(scope="module")
def lesson(digits: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    """Train with a lesson's configuration, shortened, and return what was recorded."""
    few_tests = replace(digits, test=digits.test.take(torch.arange(100)))
    home = tmp_path_factory.mktemp("lessons")

    @cache
    def lesson(name: str, path: str = "", value: object = None) -> History:
        config: RunConfig = PRESETS[name]
        if name in SHORTER:
            config = set_value(config, "data.train_size", SHORTER[name])
            config = set_value(config, "training.epochs", 1)
        if path:
            config = set_value(config, path, value)
        folder = home / f"{name}-{path}-{value}"
        make_run(folder, config)
        with suppress(Diverged):
            Engine(folder, few_tests).run()
        return History(folder).update()

    return lesson


@pytest.mark.parametrize("name", sorted(set(LESSONS) - {"exploding-gradient", TOO_LONG}))
def test_a_lesson_has_points_enough_for_its_curves(lesson: Lesson, name: str) -> None:
    found = lesson(name)
    for kind, value in (("steps", "loss"), ("validation", "validation_loss")):
        _, values = found.series(kind, value)
        assert sum(v is not None for v in values) >= 40
    assert found.norms()[0] == list(range(1, found.last_step + 1))
    assert found.validation[0]["step"] == 0  # before the first step is made
    assert found.steps[0]["step"] == 1


def test_loss_of_an_overfitting_network_turns_up(lesson: Lesson) -> None:
    steps, losses = lesson("overfit").series("validation", "validation_loss")
    lowest = losses.index(min(losses))
    assert losses[0] > 1.5 * losses[lowest]  # first it learns
    assert steps[lowest] < 0.5 * steps[-1]
    assert min(losses[-5:]) > 1.2 * losses[lowest]


def test_exploding_gradient_is_seen_before_the_run_fails(lesson: Lesson) -> None:
    found = lesson("exploding-gradient")
    steps, norms = found.norms()
    assert steps == list(range(1, found.last_step + 1))
    assert found.last_step < STEPS_OF_EXPLODING
    usual = sorted(norms)[len(norms) // 2]
    assert norms[-1] > 100 * usual
    assert sum(norm > 5 * usual for norm in norms) >= 2


def test_clipping_prevents_the_explosion(lesson: Lesson) -> None:
    found = lesson("exploding-gradient", "training.max_norm", 1.0)
    assert found.last_step == STEPS_OF_EXPLODING
    assert found.steps[-1]["loss"] < found.steps[0]["loss"]


def test_gradient_vanishes_without_gates_and_far_less_with_them(lesson: Lesson) -> None:
    rnn, lstm = (fall(lesson("vanishing-gradient", "model.cell", cell)) for cell in ("rnn", "lstm"))
    assert rnn > 3 + max(0.0, lstm)


def test_gradient_vanishes_on_a_small_ring_alone(lesson: Lesson) -> None:
    in_order, permuted, forgotten = (fall(lesson(name)) for name in LINEAR)
    assert max(abs(in_order), abs(permuted)) < 1
    assert forgotten > 5


def test_the_ring_moves_while_it_learns(lesson: Lesson) -> None:
    first, last = lesson("pixel-by-pixel").turning
    assert (first.step, first.ticks, len(first.factor)) == (0, 784, 192)
    assert last.step == lesson("pixel-by-pixel").last_step
    moved = np.abs(np.log(np.abs(last.factor)) / np.log(np.abs(first.factor)) - 1)
    assert 1e-3 < moved.max() < 1


def fall(history: History) -> float:
    """Return how many powers of ten lie between the gradients of last and first timestep."""
    gradient = history.gradients[-1]["gradient"]
    first, last = gradient[0][0][0], gradient[0][0][-1]
    return math.log10(last / first) if first else math.inf


def test_text_of_best_names_its_time_limit() -> None:
    _, text = LESSONS["best"]
    assert f"at most {PRESETS['best'].training.seconds:g} seconds" in text
