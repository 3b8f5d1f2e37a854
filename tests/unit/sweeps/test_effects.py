"""What settings buy: effects and interactions, held to a textbook and to simulated studies."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from rnndemo.config import RunConfig
from rnndemo.sweeps.analysis.answers import effect_lines
from rnndemo.sweeps.analysis.effects import SettingStep, interactions, main_effects
from rnndemo.sweeps.analysis.points import points
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import Choices, Range, SearchSpace
from tests.studies import ended, failed_trial

SIZE, LAYERS = "model.hidden_size", "model.num_layers"
SPACE = SearchSpace(
    RunConfig(), ((SIZE, Choices((64, 16, 32, 128))), (LAYERS, Choices((1, 2, 3)))), repeats=2
)
CELLS = SearchSpace(RunConfig(), (("model.cell", Choices(("rnn", "gru", "lstm"))),), repeats=2)


def same(text: str) -> str:
    return text


def grid(reached: Callable[[int, int, int], float], seeds: int = 2) -> list[TrialRecord]:
    """Return all trials of `SPACE`; `reached` takes hidden size, layers and seed."""
    trials: list[TrialRecord] = []
    for seed, size, layers in itertools.product(range(seeds), (16, 32, 64, 128), (1, 2, 3)):
        params = {SIZE: size, LAYERS: layers}
        trials.append(ended(len(trials), params, reached(size, layers, seed), seed))
    return trials


def additive(size: int, layers: int, seed: int) -> float:
    """Return an accuracy in which size and layers just add up; seeds differ by 0.2 points."""
    return 0.8 + 0.02 * np.log2(size / 16) + 0.01 * layers + 0.002 * seed


def test_effects_are_mean_changes_from_step_to_step():
    found = main_effects(points(grid(additive), SPACE), SPACE, "validation_accuracy")
    sizes = [one for one in found if one.step.path == SIZE]
    assert [one.step for one in sizes] == [
        SettingStep(SIZE, 16, 32), SettingStep(SIZE, 32, 64), SettingStep(SIZE, 64, 128)
    ]  # fmt: skip
    assert [one.change.value for one in sizes] == pytest.approx([0.02] * 3)
    layers = [one for one in found if one.step.path == LAYERS]
    assert [one.change.value for one in layers] == pytest.approx([0.01] * 2)
    assert {one.over for one in sizes} == {3}
    assert {one.over for one in layers} == {4}
    assert not any(one.change.chance for one in found)


def test_of_two_means_the_interval_is_welchs():
    groups = {"rnn": [0.93, 0.95, 0.94], "gru": [0.90, 0.93, 0.90, 0.92]}
    trials = [
        ended(10 * place + seed, {"model.cell": cell}, value, seed)
        for place, (cell, group) in enumerate(groups.items())
        for seed, value in enumerate(group)
    ]
    space = SearchSpace(RunConfig(), (("model.cell", Choices(tuple(groups))),), repeats=4)
    (effect,) = main_effects(points(trials, space), space, "validation_accuracy")
    result = stats.ttest_ind(*reversed(groups.values()), equal_var=False).confidence_interval()
    assert effect.change.interval == pytest.approx((result.low, result.high))


def test_names_are_compared_with_the_first():
    trials = [
        ended(2 * place + seed, {"model.cell": cell}, 0.9 + 0.01 * place + 0.001 * seed, seed)
        for place, cell in enumerate(("rnn", "gru", "lstm")) for seed in range(2)
    ]  # fmt: skip
    found = main_effects(points(trials, CELLS), CELLS, "validation_accuracy")
    assert [one.step for one in found] == [
        SettingStep("model.cell", "rnn", "gru"), SettingStep("model.cell", "rnn", "lstm")
    ]  # fmt: skip
    assert interactions(points(trials, CELLS), CELLS, "validation_accuracy") == []
    lines = effect_lines(points(trials, CELLS), CELLS, "validation_accuracy", same)
    assert lines[0] == "What the setting changes in the validation accuracy:"


def test_without_interaction_the_effect_is_the_same_everywhere():
    (found,) = interactions(points(grid(additive), SPACE), SPACE, "validation_accuracy")
    assert (found.step, found.by) == (SettingStep(SIZE, 16, 128), SettingStep(LAYERS, 1, 3))
    assert found.before.value == found.after.value == pytest.approx(0.06)
    assert found.change.value == pytest.approx(0)
    assert found.change.chance


def test_an_interaction_is_seen_and_said():
    def reached(size: int, layers: int, seed: int) -> float:
        return additive(size, layers, seed) - (0.03 if (size, layers) == (128, 3) else 0.0)

    found = points(grid(reached), SPACE)
    (one,) = interactions(found, SPACE, "validation_accuracy")
    assert one.change.value == pytest.approx(-0.03)
    assert not one.change.chance
    text = "\n".join(effect_lines(found, SPACE, "validation_accuracy", same))
    assert "16 → 128 makes a difference of +6.00 points with Layers 1, and of +3.00 points" in text
    assert "depend on each other (interaction): −3.00 points (" in text


def test_the_question_is_answered_by_effects_with_intervals():
    text = "\n".join(effect_lines(points(grid(additive), SPACE), SPACE, "error", same))
    assert "- **Hidden size** 16 → 32: −2.00 points (−2." in text
    assert "- **Layers** 1 → 2: −1.00 points (−1." in text
    assert "no interaction shows" in text
    assert "95 % intervals over seeds" in text


def test_costs_are_told_as_ratios():
    found = points(grid(additive), SPACE)
    text = "\n".join(effect_lines(found, SPACE, "parameters", same))
    assert "- **Hidden size** 16 → 32: × 2; 32 → 64: × 2; 64 → 128: × 2" in text
    assert "interval" not in text
    assert "chance" not in text


def test_with_one_seed_effects_have_no_intervals_and_no_interaction_is_claimed():
    text = "\n".join(
        effect_lines(points(grid(additive, 1), SPACE), SPACE, "validation_accuracy", same)
    )
    assert "- **Layers** 1 → 2: +1.00 points; 2 → 3: +1.00 points" in text
    assert "More seeds would tell whether" in text
    assert "(−" not in text


def test_a_combination_without_a_result_is_left_out_with_what_it_is_compared_with():
    trials = grid(additive)
    missing = {SIZE: 16, LAYERS: 1}
    trials = [failed_trial(one.number, missing) if one.params == missing else one for one in trials]
    found = main_effects(points(trials, SPACE), SPACE, "validation_accuracy")
    over = {one.step: one.over for one in found}
    assert over[SettingStep(SIZE, 16, 32)] == 2
    assert over[SettingStep(SIZE, 32, 64)] == 3
    assert over[SettingStep(LAYERS, 1, 2)] == 3
    assert [one.change.value for one in found if one.step.path == SIZE] == pytest.approx([0.02] * 3)
    lines = effect_lines(points(trials, SPACE), SPACE, "validation_accuracy", same)
    assert "- Left out, because they have no result: 1 of 12 combinations." in lines
    assert interactions(points(trials, SPACE), SPACE, "validation_accuracy") == []


def test_settings_that_take_any_number_have_no_effects():
    space = SearchSpace(RunConfig(), ((SIZE, Range(8, 64)),), sampler="random")
    trials = [ended(place, {SIZE: 8 + place}, 0.9) for place in range(8)]
    assert main_effects(points(trials, space), space, "validation_accuracy") == []
    assert effect_lines(points(trials, space), space, "validation_accuracy", same) == []


def test_of_many_numbers_a_few_steps_are_told():
    rates = SearchSpace(
        RunConfig(), (("training.lr", Range(1e-3, 1.0, log=True, points=7)),), repeats=1
    )
    trials = [
        ended(place, {"training.lr": rate}, 0.9)
        for place, rate in enumerate(rates.values("training.lr"))
    ]
    found = main_effects(points(trials, rates), rates, "validation_accuracy")
    assert [one.step.start for one in found] == [0.001, 0.01, 0.1]


@pytest.mark.parametrize("unlike", [0.0, 0.6])
@pytest.mark.parametrize("seeds", [2, 3])
def test_intervals_hold_at_once_as_often_as_stated(seeds: int, unlike: float):
    """Small networks may vary six times as much as large ones."""
    rng = np.random.default_rng(seeds)

    def noisy(size: int, layers: int, seed: int) -> float:
        return 0.9 + rng.normal(0, 0.01 * np.exp(-unlike * np.log2(size / 16)))

    held = []
    for _ in range(150):
        found = points(grid(noisy, seeds), SPACE)
        effects = main_effects(found, SPACE, "validation_accuracy")
        held += [
            all(one.change.chance for one in effects if one.step.path == path)
            for path in (SIZE, LAYERS)
        ]
        (one,) = interactions(found, SPACE, "validation_accuracy")
        held.append(one.change.chance)
    assert 0.91 < np.mean(held) <= 1.0
