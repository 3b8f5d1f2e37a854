"""Rounds of further seeds that are asked for before the one before has ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from optuna.trial import create_trial

from rnndemo.storage.files import write_json
from rnndemo.sweeps import plan
from rnndemo.sweeps.plan import STATES, TrialRecord, distributions
from rnndemo.sweeps.records import Records, StudySpec
from rnndemo.sweeps.space import Budget, SearchSpace
from rnndemo.sweeps.studies import Studies, Study
from rnndemo.trials.task import COMPLETE, Result
from tests.seeded import SMALL, WIDE, seeded

SPACES = {
    "grid": replace(SMALL, repeats=1, budget=Budget(trials=3)),
    "random": replace(WIDE, budget=Budget(trials=5)),
    "tpe": replace(WIDE, sampler="tpe", ahead=1, budget=Budget(trials=5)),
    "seconds": replace(WIDE, budget=Budget(seconds=30.0)),
}


def chosen(about: StudySpec, known: list[TrialRecord], until: int) -> list[TrialRecord]:
    """Return the trials of a study that goes on until it has so many."""
    known = list(known)
    while len(known) < until:
        params, repeat = plan.choose(about.space, known, about.rounds)
        result = Result(COMPLETE, 0.5 + 0.01 * len(known))
        known.append(TrialRecord(len(known), params, repeat, COMPLETE, result))
    return known


def stopped(mine: Studies, space: SearchSpace, most: int) -> tuple[Study, int]:
    """Return a study with its first trials, and how many different settings they have."""
    study = seeded(mine, 0, space)
    add(study, most)
    return study, len(plan.combinations(study.look()[1]))


def add(study: Study, until: int) -> None:
    """Let a study begin trials, until it has so many, and stop."""
    study.kill()
    about, known = study.look()
    records = Records(study.folder, about, writes=True)
    described = distributions(about.space)
    for trial in chosen(about, known, until)[len(known) :]:
        assert trial.result is not None
        records.study.add_trial(
            create_trial(
                state=STATES[COMPLETE], value=trial.result.validation_accuracy,
                params=dict(trial.params), distributions=described,
                user_attrs={"repeat": trial.repeat, "result": trial.result.to_json()},
            )
        )  # fmt: skip
    records.close()
    write_json(study.folder / "outcome.json", {"status": "stopped"})


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("begun", [0, 1, 2])
def test_each_round_gives_each_setting_a_seed_though_one_had_not_ended(
    name: str, begun: int, mine: Studies
) -> None:
    first = SPACES[name].trials or 4
    study, settings = stopped(mine, SPACES[name], first)
    before = study.look()[1]
    study.add_seeds()
    add(study, first + begun)  # fewer than the round has
    study.add_seeds()
    study.kill()
    about, known = study.look()
    last = first + 2 * settings
    assert about.rounds == ((first, first + settings), (first + settings, last))
    assert about.trials == last
    every = chosen(about, known, last)
    wanted = [one.params for one in before]
    for start in (first, first + settings):
        assert [one.params for one in every[start : start + settings]] == wanted
    seeds = Counter(frozenset(one.params.items()) for one in every)
    assert set(seeds.values()) == {3}
    assert all({one.repeat for one in every if one.params == params} == {0, 1, 2}
               for params in wanted)  # fmt: skip


def test_a_search_goes_on_after_both_rounds_where_it_was(mine: Studies) -> None:
    study, settings = stopped(mine, replace(WIDE, budget=Budget(trials=6)), 4)  # two are left
    whole = chosen(study.look()[0], [], 6)
    for begun in (1, 0):
        study.add_seeds()
        add(study, len(study.look()[1]) + begun)
    about, known = study.look()
    assert about.trials == 6 + 2 * settings
    every = chosen(about, known, about.trials)
    assert [one.params for one in every[-2:]] == [one.params for one in whole[-2:]]
