"""A study: the same trials however fast workers are, stopped, killed, continued, extended."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from optuna.storages.journal import JournalFileBackend

from rnndemo.config import DataConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.storage.locks import is_locked, locked
from rnndemo.sweeps import plan, study
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import (
    COORDINATOR,
    JOURNAL,
    STOP,
    SWEEP,
    Records,
    read_about,
    write_about,
)
from rnndemo.sweeps.space import Budget, Choices, Range, SearchSpace
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED, Result
from tests.studies import TPE, Inline

BASE = RunConfig(data=DataConfig(name="closed form"))
TPE_NOW = replace(TPE, base=BASE)
GRID = SearchSpace(
    BASE,
    (("model.hidden_size", Choices((8, 16, 32))), ("model.num_layers", Choices((1, 2)))),
    repeats=2,
)
RANDOM = replace(TPE_NOW, sampler="random", pruning=False, repeats=2)


def conducted(
    folder: Path, space: SearchSpace, trials: int | None = None, workers: int = 2, seed: int = 0,
    most: int = 10**6, url: str = "",
) -> list[TrialRecord]:  # fmt: skip
    about = study.prepare(folder, space, trials)
    inline = Inline(workers, random.Random(seed), most)
    known = study.conduct(folder, about, lambda: inline, url)
    assert inline.closed
    return known


def tried(known: list[TrialRecord]) -> list[tuple[object, ...]]:
    return [(one.number, one.params, one.repeat, one.state, one.stages) for one in known]


@pytest.mark.parametrize("space", [GRID, RANDOM, TPE_NOW], ids=lambda space: space.sampler)
def test_trials_do_not_depend_on_workers_nor_on_their_speed(
    space: SearchSpace, tmp_path: Path
) -> None:
    alone = tried(conducted(tmp_path / "alone", space, 16, workers=1))
    assert len(alone) == 16
    for workers in (2, 3, 8):
        for seed in range(3):
            folder = tmp_path / f"{workers}-{seed}"
            assert tried(conducted(folder, space, 16, workers, seed)) == alone


@pytest.mark.parametrize("space", [RANDOM, TPE_NOW], ids=lambda space: space.sampler)
def test_another_seed_gives_other_trials(space: SearchSpace, tmp_path: Path) -> None:
    first = conducted(tmp_path / "first", space, 4)
    second = conducted(tmp_path / "second", replace(space, seed=4), 4)
    assert [one.params for one in first] != [one.params for one in second]


def test_killed_coordinator_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    whole = tried(conducted(tmp_path / "whole", TPE_NOW, 16))
    folder = tmp_path / "killed"
    for most in (0, 1, 3, 5):
        with pytest.raises(KeyboardInterrupt):
            conducted(folder, TPE_NOW, 16, workers=3, most=most)
        before = {one.number: one for one in study.look(folder)[1] if one.ended}
        after = {one.number: one for one in study.look(folder)[1]}
        assert before.items() <= after.items()
    assert tried(conducted(folder, TPE_NOW, 16, workers=3)) == whole


def test_what_has_ended_is_not_trained_again(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 4)
    inline = Inline(2, random.Random(0))
    study.conduct(tmp_path, study.prepare(tmp_path, None, 6), lambda: inline)
    assert [task.number for task in inline.submitted] == [4, 5]


def test_grid_is_whole_before_it_is_repeated_and_goes_on_with_further_seeds(tmp_path: Path) -> None:
    known = conducted(tmp_path, GRID)
    assert len(known) == 12
    assert [one.repeat for one in known] == [0] * 6 + [1] * 6
    assert [one.params for one in known[:6]] == [one.params for one in known[6:]]
    assert len({tuple(one.params.values()) for one in known[:6]}) == 6
    more = conducted(tmp_path, GRID, 18)
    assert more[:12] == known
    assert [one.repeat for one in more[12:]] == [2] * 6


def test_random_points_are_repeated_in_a_row(tmp_path: Path) -> None:
    known = conducted(tmp_path, RANDOM, 6)
    assert [one.repeat for one in known] == [0, 1] * 3
    assert all(known[n].params == known[n + 1].params for n in (0, 2, 4))
    assert len({tuple(one.params.values()) for one in known}) == 3


def more_seeds(folder: Path) -> list[TrialRecord]:
    """Extend a study by a round of further seeds, and conduct it."""
    about, known = study.look(folder)
    first, more = len(known), len(plan.combinations(known))
    longer = replace(about, trials=first + more, rounds=(*about.rounds, (first, first + more)))
    write_about(folder, longer)
    return conducted(folder, about.space, first + more)


@pytest.mark.parametrize("space", [GRID, RANDOM, TPE_NOW], ids=lambda space: space.sampler)
def test_a_round_of_seeds_gives_each_setting_one_more_whatever_chose_it(
    space: SearchSpace, tmp_path: Path
) -> None:
    first = conducted(tmp_path, space, 7)
    settings = plan.combinations(first)
    more = more_seeds(tmp_path)
    assert tried(more[:7]) == tried(first)
    assert [one.params for one in more[7:]] == settings
    seeds = {(frozenset(one.params.items()), one.repeat) for one in more}
    assert len(seeds) == len(more)  # each with a seed of its own


def test_after_a_round_of_seeds_a_search_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = conducted(tmp_path / "whole", RANDOM, 10)
    folder = tmp_path / "with seeds"
    conducted(folder, RANDOM, 6)
    assert len(more_seeds(folder)) == 9
    rest = conducted(folder, RANDOM, 13)[9:]
    assert [one.params for one in rest] == [one.params for one in whole[6:]]
    resumed = read_about(folder)
    assert resumed.rounds == ((6, 9),)


def test_a_grid_takes_the_seeds_after_those_of_a_round(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 6)
    more_seeds(tmp_path)
    known = conducted(tmp_path, GRID, 18)
    assert [one.repeat for one in known] == [0] * 6 + [1] * 6 + [2] * 6


def test_what_a_search_chooses_again_gets_another_seed(tmp_path: Path) -> None:
    few = SearchSpace(BASE, (("model.num_layers", Choices((1, 2))),), sampler="random")
    known = conducted(tmp_path, few, 8)
    seeds = {(one.params["model.num_layers"], one.repeat) for one in known}
    assert len(seeds) == 8


def test_study_of_an_older_version_has_no_rounds(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 2)
    content = json.loads((tmp_path / SWEEP).read_text())
    del content["rounds"]
    (tmp_path / SWEEP).write_text(json.dumps(content))
    assert read_about(tmp_path).rounds == ()


def test_tpe_finds_a_better_rate_than_chance(tmp_path: Path) -> None:
    space = replace(TPE_NOW, pruning=False)
    by = {
        sampler: conducted(tmp_path / sampler, replace(space, sampler=sampler), 40)[20:]
        for sampler in ("tpe", "random")
    }
    mean = {
        name: sum(one.result.validation_accuracy for one in known if one.result) / len(known)
        for name, known in by.items()
    }
    assert mean["tpe"] > mean["random"] + 0.05


def test_weak_trials_are_pruned_by_the_median_of_earlier_ones(tmp_path: Path) -> None:
    known = conducted(tmp_path, TPE_NOW, 20, workers=4)
    assert {one.state for one in known} == {COMPLETE, PRUNED}
    for trial in known:
        limits = plan.thresholds(TPE_NOW, known, trial.number)
        below = [stage for stage, value in trial.stages.items() if value < limits.get(stage, 0)]
        assert bool(below) == (trial.state == PRUNED)
        assert (not below) or max(trial.stages) == below[0]
    assert plan.thresholds(TPE_NOW, known, TPE_NOW.ahead + plan.MIN_TRIALS - 2) == {}


def fixed(**given: float) -> SearchSpace:
    return replace(GRID, budget=Budget(**given))


def test_budget_in_images_ends_a_study(tmp_path: Path) -> None:
    assert len(conducted(tmp_path, fixed(images=450), workers=1)) == 5  # 100 each
    with pytest.raises(InputError, match="another search space"):
        study.prepare(tmp_path, RANDOM)
    assert len(conducted(tmp_path, fixed(images=700), workers=1)) == 7  # the budget may change


def test_budget_in_seconds_ends_a_study_and_counts_on(tmp_path: Path) -> None:
    space = fixed(seconds=1000.0)
    conducted(tmp_path, space, 2)
    spent = read_about(tmp_path).seconds
    assert 0 < spent < 1000
    write = replace(read_about(tmp_path), seconds=1001.0)
    write_about(tmp_path, write)
    assert len(conducted(tmp_path, space, 12)) == 2


def test_study_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Say when the study should end"):
        study.prepare(tmp_path, RANDOM)


@pytest.mark.parametrize("trials", [0, -1, 10_001])
def test_number_of_trials_is_bounded(trials: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="trials = .*1 to 10000"):
        study.prepare(tmp_path, GRID, trials)


def test_stop_file_stops_and_the_next_start_goes_on(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 2)
    inline = Inline(2, random.Random(0))

    def ask(trial: TrialRecord, ended: int) -> None:
        (tmp_path / STOP).touch()

    about = study.prepare(tmp_path, None, 12)
    assert len(study.conduct(tmp_path, about, lambda: inline, show=ask)) < 12
    assert (tmp_path / STOP).exists()
    assert len(conducted(tmp_path, GRID, 12)) == 12


def test_one_coordinator_at_a_time(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 2)
    assert not is_locked(tmp_path / COORDINATOR)
    with (
        locked(tmp_path / COORDINATOR),
        pytest.raises(InputError, match="Another process is running the study"),
    ):
        conducted(tmp_path, GRID, 4)


def test_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="already contains other files"):
        study.prepare(tmp_path, GRID)
    with pytest.raises(InputError, match="no study in"):
        study.prepare(tmp_path / "none")


def test_values_that_do_not_fit_each_other_fail_their_trial_alone(tmp_path: Path) -> None:
    space = SearchSpace(
        BASE,
        (
            ("model.head_sizes", Choices((("32"), (64, 32)))),
            ("model.head_activations", Choices((("tanh", "relu"), ("tanh",)))),
        ),
    )
    known = conducted(tmp_path, space)
    assert [one.state for one in known] == [FAILED, COMPLETE, COMPLETE, COMPLETE]
    assert known[0].result is not None
    assert "more activations than output layers (1)" in known[0].result.reason


# --- on disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("torn", [b'{"op_code":4,"worker', b"\x00\x00\x00", b'{"op":\n', b"\n"])
def test_half_written_line_costs_nothing(torn: bytes, tmp_path: Path) -> None:
    conducted(tmp_path, TPE_NOW, 5)
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(torn)
    resumed = tried(conducted(tmp_path, TPE_NOW, 9))
    whole = tmp_path / "whole"
    assert resumed == tried(conducted(whole, TPE_NOW, 9))
    assert tried(study.look(tmp_path)[1]) == resumed


def test_journal_cut_anywhere_goes_on(tmp_path: Path) -> None:
    whole = tried(conducted(tmp_path / "whole", TPE_NOW, 8))
    content = (tmp_path / "whole" / JOURNAL).read_bytes()
    chance = random.Random(5)
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / SWEEP).write_bytes((tmp_path / "whole" / SWEEP).read_bytes())
        (folder / JOURNAL).write_bytes(content[: chance.randrange(len(content))])
        assert tried(conducted(folder, TPE_NOW, 8)) == whole


@pytest.mark.parametrize("content", ["", "{}", '{"schema": 1}', '{"schema": 2}', "[]"])
def test_damaged_study_is_reported_in_a_line(content: str, tmp_path: Path) -> None:
    (tmp_path / SWEEP).write_text(content)
    with pytest.raises(InputError, match="cannot be read|newer version"):
        study.look(tmp_path)


def test_missing_journal_is_reported_in_a_line(tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 2)
    (tmp_path / JOURNAL).unlink()
    with pytest.raises(InputError, match="cannot be read"):
        study.look(tmp_path)


def test_trials_may_lie_in_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'studies.db'}"
    known = conducted(tmp_path / "study", TPE_NOW, 6, url=url)
    assert not (tmp_path / "study" / JOURNAL).exists()
    assert tried(known) == tried(conducted(tmp_path / "journal", TPE_NOW, 6))
    assert tried(study.look(tmp_path / "study", url)[1]) == tried(known)
    assert "studies.db" not in (tmp_path / "study" / SWEEP).read_text()


def test_a_database_without_the_study_is_reported_in_one_sentence(tmp_path: Path) -> None:
    conducted(tmp_path / "study", GRID, 2)
    with pytest.raises(InputError, match="its database is damaged") as caught:
        study.look(tmp_path / "study", f"sqlite:///{tmp_path / 'another.db'}")
    assert list(caught.value.values) == ["folder"]  # no word of it is left untranslated


@pytest.mark.parametrize("url", ["nonsense", "postgresql://me:secret@127.0.0.1:1/x", "sqlite:////"])
def test_unusable_database_is_reported_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="study's database cannot be used") as problem:
        conducted(tmp_path / "study", GRID, 2, url=url)
    assert "secret" not in str(problem.value)


def test_result_survives_its_record(tmp_path: Path) -> None:
    result = Result(
        FAILED, seconds=1.5, images=7, diverged=True, message="{a} b", values={"a": 1}
    )  # fmt: skip
    about = study.prepare(tmp_path, GRID, 1)
    records = Records(tmp_path, about, writes=True)
    records.begin({"model.hidden_size": 8, "model.num_layers": 2}, 3)
    records.end(0, result)
    (trial,) = Records(tmp_path, about).read()
    assert (trial.result, trial.repeat, trial.state) == (result, 3, FAILED)
    assert result.reason == "1 b"
    assert Result.from_json({**result.to_json(), "newer": 1}) == result


def test_seconds_of_an_older_version_were_those_of_the_clock() -> None:
    content = Result(COMPLETE, seconds=1.5).to_json()
    assert not Result.from_json(content).by_clock
    del content["by_clock"]
    assert Result.from_json(content).by_clock


def test_five_hundred_trials_are_read_in_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = SearchSpace(BASE, (("training.lr", Range(1e-4, 1.0, log=True)),), sampler="random")
    assert len(conducted(tmp_path, space, 500, workers=8)) == 500
    reads, read = [], JournalFileBackend.read_logs
    monkeypatch.setattr(
        JournalFileBackend, "read_logs", lambda *given: reads.append(given) or read(*given)
    )
    assert len(study.look(tmp_path)[1]) == 500
    assert len(reads) < 10  # not one a trial
