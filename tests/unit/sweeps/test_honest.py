"""A study says no more than its trials show: equal seeds, lost seeds, and test pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnndemo.config import RunConfig
from rnndemo.sweeps.analysis.answers import effect_lines
from rnndemo.sweeps.analysis.effects import main_effects
from rnndemo.sweeps.analysis.noise import difference, estimates
from rnndemo.sweeps.analysis.points import points
from rnndemo.sweeps.analysis.verdict import CLEAR, SELECTED, UNKNOWN, choice, verdict
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import Choices, SearchSpace
from rnndemo.trials.task import PRUNED
from tests.studies import ended, failed_trial

SIZE = "model.hidden_size"
SPACE = SearchSpace(RunConfig(), ((SIZE, Choices((16, 32))),), repeats=3)


def same(text: str) -> str:
    return text


def study(*accuracies: list[float], pictures: int = 5000) -> list[TrialRecord]:
    """Return the trials of hidden sizes 16, 32, …, measured on so many pictures."""
    found = []
    for size, group in zip((16, 32), accuracies, strict=True):
        for repeat, reached in enumerate(group):
            one = ended(len(found), {SIZE: size}, reached, repeat)
            result = replace(one.result, validation_size=pictures, test_size=pictures)
            found.append(replace(one, result=result))
    return found


def test_seeds_that_agree_do_not_show_that_nothing_varies() -> None:
    one, other = estimates([[1.0, 1.0], [0.5, 0.5]], share=True)
    assert (one.low, one.variance, one.alone.variance) == (None, None, None)
    assert difference(one, other).interval is None
    assert difference(one, other).chance
    one, other = estimates([[3.0, 3.0], [5.0, 5.0]], share=False, pictures=12)
    assert difference(one, other).chance
    exact = estimates([[3.0, 3.0], [5.0, 5.0]], share=False, exact=True)
    assert not difference(*exact).chance


def test_on_few_pictures_seeds_that_agree_are_compared_by_what_these_say() -> None:
    few = estimates([[1.0] * 2, [0.75] * 2], share=True, pictures=12)
    assert few[1].variance == pytest.approx(10 / 14 * 4 / 14 / 12 / 2)
    assert difference(*few).chance
    assert 0 <= few[0].low < few[0].mean <= few[0].high <= 1
    many = estimates([[1.0] * 3, [0.5] * 3], share=True, pictures=5000)
    assert not difference(*many).chance


@pytest.mark.parametrize(("pictures", "message"), [(0, UNKNOWN), (5000, CLEAR)])
def test_the_verdict_on_equal_seeds(pictures: int, message: str) -> None:
    found = points(study([0.9] * 3, [0.5] * 3, pictures=pictures), SPACE)
    answer = verdict(found, "validation_accuracy")
    assert answer.message == message
    (effect,) = main_effects(found, SPACE, "validation_accuracy")
    assert effect.change.chance == (not pictures)


@pytest.mark.parametrize("ending", ["pruned", "failed"])
def test_a_best_that_has_lost_seeds_is_not_called_best(ending: str) -> None:
    trials = study([0.95, 0.951], [0.90, 0.901, 0.902])
    assert verdict(points(trials, SPACE), "validation_accuracy").message == CLEAR
    lost = (
        ended(5, {SIZE: 16}, 0.1, 2, PRUNED) if ending == "pruned" else failed_trial(5, {SIZE: 16})
    )
    found = points([*trials, lost], SPACE)
    answer = verdict(found, "validation_accuracy")
    assert (answer.message, answer.clear, answer.tied, answer.open) == (SELECTED, False, (), (1,))
    assert "failed, and are not in its mean: 1." in answer.text(same)
    assert verdict(found, "parameters").clear  # these do not depend on it
    lines = effect_lines(found, SPACE, "validation_accuracy", same)
    assert any("not in these means, which may be too good: 1." in line for line in lines)
    assert not any("too good" in one for one in effect_lines(found, SPACE, "parameters", same))


def test_what_others_have_lost_makes_the_lead_of_the_best_no_smaller() -> None:
    trials = [*study([0.95, 0.951], [0.90, 0.901]), failed_trial(4, {SIZE: 32})]
    assert verdict(points(trials, SPACE), "validation_accuracy").message == CLEAR


@pytest.mark.parametrize(("metric", "said"), [
    ("test_accuracy", "test accuracy: 50.00 %"), ("error", "test error: 50.00 %"),
])  # fmt: skip
def test_test_pictures_choose_nothing(metric: str, said: str) -> None:
    trials = [
        replace(one, result=replace(one.result, test_accuracy=accuracy))
        for one, accuracy in zip(
            study([0.95, 0.951, 0.952], [0.90, 0.901, 0.902]),
            [0.5, 0.49, 0.51, 0.9, 0.91, 0.92], strict=True,
        )
    ]  # fmt: skip
    assert verdict(points(trials, SPACE), metric).best == 1  # what a chart by it shows first
    answer = choice(points(trials, SPACE), metric)
    assert (answer.best, answer.message, answer.metric) == (0, CLEAR, "validation_accuracy")
    assert f"It is chosen by validation accuracy; its {said} (" in answer.text(same)
