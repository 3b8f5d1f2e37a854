"""What a study answers: every figure is held to a textbook, or to counting by hand."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rnndemo import codec
from rnndemo.config import SCANS, RunConfig
from rnndemo.languages import translator
from rnndemo.storage.log import EventLog
from rnndemo.sweeps import space_file
from rnndemo.sweeps.analysis import points, tables
from rnndemo.sweeps.analysis.noise import Estimate, difference, estimates
from rnndemo.sweeps.analysis.points import Point
from rnndemo.sweeps.analysis.texts import value_text
from rnndemo.sweeps.analysis.verdict import (
    CLEAR,
    EXACT,
    EXACT_TIED,
    ONE_SEED,
    TIED,
    UNKNOWN,
    Verdict,
    verdict,
)
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import Choices, SearchSpace
from tests.studies import ended, failed_trial, random_study

SIZES = SearchSpace(
    RunConfig(),
    (("model.hidden_size", Choices((16, 32, 64))), ("model.num_layers", Choices((1, 2)))),
    repeats=3,
)


def same(text: str) -> str:
    return text


def study(*accuracies: list[float], **more: object) -> list[TrialRecord]:
    """Return trials of one combination after the other, one for each accuracy."""
    trials: list[TrialRecord] = []
    for place, group in enumerate(accuracies):
        params = {"model.hidden_size": (16, 32, 64)[place % 3], "model.num_layers": 1 + place // 3}
        trials += [
            ended(len(trials) + repeat, params, accuracy, repeat, **more)
            for repeat, accuracy in enumerate(group)
        ]
    return trials


# --- points ---------------------------------------------------------------------------------------


def test_trials_of_one_combination_are_one_point():
    trials = [*study([0.9, 0.92], [0.8]), failed_trial(3, {"model.hidden_size": 16,
                                                            "model.num_layers": 1})]  # fmt: skip
    trials.append(TrialRecord(4, trials[0].params, 3, "running"))
    trials.append(replace(trials[2], number=5, state="pruned"))
    first, second = points.points(trials, SIZES)
    assert first.numbers == (0, 1, 3, 4)
    assert (first.seeds, first.failed, first.diverged, first.running) == (2, 1, 1, 1)
    assert first.mean("validation_accuracy") == pytest.approx(0.91)
    assert first.mean("error") == pytest.approx(1 - 0.91)
    assert (second.numbers, second.seeds, second.pruned) == ((2, 5), 1, 1)
    assert second.figures["seconds"].count == 1


def test_a_single_seed_has_no_interval():
    """The luck of its pictures says nothing of what another seed would give."""
    for point in points.points(study([0.9], [0.8]), SIZES):
        assert {(one.low, one.high, one.variance) for one in point.figures.values()} <= {
            (None, None, None), (None, None, 0.0)
        }  # fmt: skip
    alone = points.points(study([0.9], [0.8, 0.81], [0.7, 0.71], [0.6, 0.61]), SIZES)[0]
    assert alone.figures["validation_accuracy"].low is None  # others do not lend it theirs


def test_a_training_that_a_search_repeated_is_no_second_seed():
    (point,) = points.points(study([0.9, 0.9]), SIZES)
    assert (point.seeds, point.figures["validation_accuracy"].count) == (2, 2)
    (point,) = points.points([replace(one, repeat=0) for one in study([0.9, 0.9])], SIZES)
    assert (point.seeds, point.figures["validation_accuracy"].count) == (1, 1)


def test_two_combinations_with_seeds_have_students_interval():
    """With fewer than three there is nothing to learn from the others."""
    values = [0.90, 0.92, 0.93]
    point = points.points(study(values, [0.5, 0.6, 0.7]), SIZES)[0]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    figure = point.figures["validation_accuracy"]
    assert (figure.low, figure.high) == pytest.approx((low, high))


def test_similar_combinations_lend_each_other_four_degrees_of_freedom():
    groups = 0.5 + np.random.default_rng(0).normal(0, 0.002, (40, 2))
    found = estimates(groups.tolist(), share=True)
    halves = [one.high - one.mean for one in found]
    assert {one.freedom for one in found} == {5}  # its own seeds have one
    # a fifth of the variance is its own: where its seeds agree by chance, four fifths remain
    usual = stats.t.ppf(0.975, 5) * 0.002 / math.sqrt(2)
    assert np.median(halves) == pytest.approx(usual, rel=0.15)
    assert min(halves) == pytest.approx(usual * math.sqrt(4 / 5), rel=0.15)


@pytest.mark.parametrize("unlike", [0.0, 0.5])
def test_intervals_over_seeds_contain_the_mean_as_often_as_stated(unlike: float):
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(200):
        spreads = 0.003 * np.exp(rng.normal(0, unlike, 10))
        groups = 0.9 + rng.normal(0, 1, (10, 3)) * spreads[:, None]
        found = estimates(groups.tolist(), share=True)
        inside += [one.low <= 0.9 <= one.high for one in found]
    assert 0.93 < np.mean(inside) < 0.98


@given(st.lists(st.lists(st.floats(0, 1), max_size=4), max_size=8))
def test_intervals_contain_their_mean(groups: list[list[float]]):
    for group, one in zip(groups, estimates(groups, share=True), strict=True):
        assert (one is None) == (not group)
        if one is not None and one.low is not None:
            assert 0 <= one.low <= one.mean + 1e-9
            assert one.mean - 1e-9 <= one.high <= 1


# --- verdict --------------------------------------------------------------------------------------


def test_the_difference_is_welchs():
    one, other = [0.93, 0.95, 0.94], [0.90, 0.93, 0.90, 0.92]
    first, second = estimates([one, other], share=True)
    result = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert difference(first, second).interval == pytest.approx((result.low, result.high))
    wider = stats.ttest_ind(one, other, equal_var=False).confidence_interval(1 - 0.05 / 4)
    assert difference(first, second, 4).interval == pytest.approx((wider.low, wider.high))
    assert difference(first, Estimate(0.9)).interval is None


def test_amounts_are_compared_by_ratios_of_geometric_means():
    one, other = [3.2, 3.5, 3.9], [48.0, 52.0, 55.0]
    first, second = estimates([one, other], share=False)
    assert first.mean == pytest.approx(stats.gmean(one))
    low, high = stats.t.interval(0.95, 2, np.log(one).mean(), stats.sem(np.log(one)))
    assert (first.low, first.high) == pytest.approx((math.exp(low), math.exp(high)))
    result = stats.ttest_ind(np.log(one), np.log(other), equal_var=False).confidence_interval(0.95)
    ratio = difference(first, second)
    assert ratio.value == pytest.approx(stats.gmean(one) / stats.gmean(other))
    assert ratio.interval == pytest.approx(np.exp((result.low, result.high)))
    assert (ratio.ratio, ratio.chance) == (True, False)


def answer_of(*accuracies: list[float], metric: str = "validation_accuracy") -> Verdict:
    return verdict(points.points(study(*accuracies), SIZES), metric)


def test_a_large_lead_is_clear():
    answer = answer_of([0.95, 0.951, 0.952], [0.90, 0.901, 0.902], [0.80, 0.801, 0.802])
    assert (answer.message, answer.best, answer.rival, answer.clear) == (CLEAR, 0, 1, True)
    assert answer.text(same).startswith("Hidden size 16, Layers 1 is best: 95.10 % (")
    assert "best of 3" in answer.text(same)


def test_a_small_lead_is_inside_the_noise_names_the_ties_and_says_what_would_help():
    answer = answer_of([0.94, 0.96, 0.95], [0.945, 0.955, 0.949], [0.80, 0.801, 0.802])
    assert (answer.message, answer.clear, answer.tied) == (TIED, False, (1,))
    assert "may be as good: Hidden size 32, Layers 1 (94.97 %). More seeds would tell" in (
        answer.text(same)
    )


def test_one_seed_each_is_never_better_than_luck():
    for accuracies in ([0.95], [0.90]), ([0.99], [0.5], [0.1], [0.1]):
        answer = answer_of(*accuracies)
        assert (answer.message, answer.clear, answer.tied) == (ONE_SEED, False, ())
        assert answer.open == tuple(range(1, len(accuracies)))
        assert "nothing here can be called better than luck" in answer.text(same)


def test_what_has_one_seed_is_not_compared_with_what_has_several():
    answer = answer_of([0.95, 0.951], [0.90, 0.901], [0.94], [0.8, 0.801])
    assert (answer.message, answer.rival, answer.open, answer.clear) == (CLEAR, 1, (2,), False)
    assert "what a seed changes: Hidden size 64, Layers 1 (94.00 %)" in answer.text(same)
    answer = answer_of([0.95], [0.90, 0.901], [0.8, 0.801])
    assert (answer.message, answer.rival, answer.open) == (UNKNOWN, 1, (1, 2))
    assert "Too few of them have several seeds" in answer.text(same)


def test_while_trials_are_to_come_the_verdict_is_so_far():
    answer = answer_of([0.95, 0.951, 0.952], [0.90, 0.901, 0.902])
    assert answer.text(same, so_far=True) == f"So far: {answer.text(same)}"


def test_of_many_ties_some_are_named_and_the_others_counted():
    noise = np.random.default_rng(3).normal(0.9, 0.01, (9, 2)).tolist()
    text = answer_of(*noise).text(same)
    assert text.count("; Hidden size") == 4
    assert "and 3 more. More seeds would tell" in text


def test_seconds_of_one_seed_have_no_interval():
    answer = answer_of([0.9], [0.8], metric="seconds")
    assert answer.message == ONE_SEED
    assert "luck" in answer.text(same)


def timed(*seconds: list[float]) -> list[TrialRecord]:
    """Return trials that took so long."""
    groups = [[0.9] * len(group) for group in seconds]
    flat = [one for group in seconds for one in group]
    return [
        replace(trial, result=replace(trial.result, seconds=one))
        for trial, one in zip(study(*groups), flat, strict=True)
    ]


def test_52_seconds_are_not_as_good_as_3_and_a_half():
    """They were: the spread of the slow ones hid the fast one's lead."""
    trials = timed([3.4, 3.6], [6.9, 7.4], [14.0, 15.5], [27.0, 30.0], [50.0, 54.0])
    answer = verdict(points.points(trials, SIZES), "seconds")
    assert (answer.message, answer.best, answer.tied) == (CLEAR, 0, ())


def test_weights_are_counted_and_do_not_vary():
    answer = answer_of([0.9, 0.91], [0.8, 0.82], metric="parameters")
    assert (answer.message, answer.best, answer.clear) == (EXACT, 0, True)
    assert (
        "has the fewest (number of parameters): 1,600; next is Hidden size 32, Layers 1 with 3,200"
    ) in answer.text(same)


def test_equally_many_weights_are_named_as_such():
    trials = study([0.9], [0.8])
    alike = [replace(one, result=replace(one.result, parameters=1600)) for one in trials]
    answer = verdict(points.points(alike, SIZES), "parameters")
    assert (answer.message, answer.tied) == (EXACT_TIED, (1,))
    assert answer.text(same) == (
        "Hidden size 16, Layers 1 has the fewest (number of parameters): 1,600; just as many: "
        "Hidden size 32, Layers 1 (1,600)."
    )


def test_pictures_that_a_limit_of_time_decided_vary_with_the_seed():
    trials = [
        replace(one, result=replace(one.result, images=3000 + 100 * one.repeat))
        for one in study([0.9, 0.91], [0.8, 0.82])
    ]
    figure = points.points(trials, SIZES)[0].figures["images"]
    assert figure.low < figure.mean < figure.high


def test_fewer_than_two_results_have_their_own_message():
    assert answer_of([0.9]).text(same).startswith("Hidden size 16, Layers 1: 90.00 %. There is")
    assert answer_of().text(same) == "No trial has a result yet."


def test_equal_settings_seldom_have_a_clear_winner():
    """Comparing the best of many with the next would find one far too often."""
    rng = np.random.default_rng(2)
    clear = [
        answer_of(*(0.9 + rng.normal(0, 0.004, (6, 3))).tolist()).clear for _ in range(100)
    ]  # fmt: skip
    assert np.mean(clear) <= 0.06


# --- fronts and importances -----------------------------------------------------------------------


def test_pareto_front_contains_what_nothing_cheaper_beats():
    points = [
        Point({}, (n,), {"seconds": Estimate(cost), "test_accuracy": Estimate(accuracy)})
        for n, (cost, accuracy) in enumerate([(3, 0.9), (1, 0.8), (2, 0.7), (3, 0.85), (5, 0.9)])
    ]
    points.append(Point({}, (9,)))
    assert tables.pareto_front(points, "seconds", "test_accuracy") == [1, 0]


def test_importances_name_what_matters():
    trials, space = random_study(60)
    shares = tables.importances(trials, space)
    assert next(iter(shares)) == "training.lr"
    assert sum(shares.values()) == pytest.approx(1)
    assert shares.keys() == space.varied.keys()
    assert shares == tables.importances(trials, space)
    assert tables.importances(trials[:7], space) is None
    assert tables.importances([], replace(space, sampler="grid", dimensions=())) is None


# --- tables ---------------------------------------------------------------------------------------


def test_csv_and_json_hold_every_trial_with_the_names_of_the_command_line():
    trials = study([0.9, 0.92], [0.8])
    trials.append(failed_trial(3, {"model.hidden_size": 64, "model.num_layers": 2}))
    rows = list(csv.DictReader(tables.to_csv(trials, SIZES).splitlines()))
    assert [row["state"] for row in rows] == ["complete"] * 3 + ["failed"]
    assert [row["model.hidden_size"] for row in rows] == ["16", "16", "32", "64"]
    assert [row["seed"] for row in rows] == ["0", "1", "0", "0"]
    assert float(rows[1]["validation_accuracy"]) == 0.92
    assert (rows[3]["validation_accuracy"], rows[3]["diverged"]) == ("", "True")
    config = SIZES.config(trials[1].params, 1)
    assert rows[1]["config"] == codec.config_hash(config)
    content = json.loads(tables.to_json(trials, SIZES))
    assert space_file.from_json(content["space"]) == SIZES
    assert content["trials"][0]["params"] == {"model.hidden_size": 16, "model.num_layers": 1}
    assert content["trials"][2]["parameters"] == 3200


def test_learning_curve_follows_a_run_past_a_rewind(tmp_path: Path):
    assert tables.learning_curve(tmp_path) == []
    log = EventLog(tmp_path / "events.jsonl")
    for step in (10, 20, 30):
        log.write("steps", step=step, images=50 * step, loss=1.0)
        log.write("watch", step=step, validation_accuracy=step / 100)
    log.write("rewind", step=20)
    log.write("watch", step=25, gradient=[])
    log.write("watch", step=25, validation_accuracy=0.5)
    log.close()
    assert tables.learning_curve(tmp_path) == [(500, 0.1), (1000, 0.2), (1250, 0.5)]


def test_values_of_settings_are_no_names_of_programs() -> None:
    chinese = translator("zh")
    for scan in SCANS:
        assert not {"_", "-"} & set(value_text(scan, same))
        assert not value_text(scan, chinese).isascii()
    assert value_text("64,32", same) == "64, 32"
    assert value_text("64,32", chinese) == "64、32"


@pytest.mark.parametrize("metric", ["validation_accuracy", "seconds", "parameters"])
def test_chinese_verdict_shows_where_a_setting_ends(metric: str) -> None:
    """It said "双向 是 以 92.01 % 领先": English signs and spaces, and names without an end."""
    said = answer_of([0.9, 0.91], [0.8, 0.82], metric=metric).text(translator("zh"))
    assert "“隐藏层大小=16、层数=1”" in said
    assert not re.search(r"\d (%|s)|[，。；：（）“”] | [，。；：（）“”]", said)


def test_no_cell_of_a_csv_is_computed_by_a_spreadsheet() -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\tx"):
        assert tables._no_formula(text) == f"'{text}"
    assert tables._no_formula("rows") == "rows"
    assert tables._no_formula(-1.5) == -1.5
