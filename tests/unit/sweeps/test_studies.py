"""Studies belong to their visitor, a name is never a path, and one damaged harms no other."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rnndemo.config import DataConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.study import StudyView
from rnndemo.plots.sweeps.views import VIEWS
from rnndemo.storage.folders import FOLDER_NAME, owner_of
from rnndemo.sweeps import estimate, plan, server, studies
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.records import JOURNAL, SWEEP, write_about
from rnndemo.sweeps.server import HALT, OUTCOME
from rnndemo.sweeps.space import Budget, Choices, SearchSpace
from rnndemo.sweeps.studies import MAX_REQUESTED, MAX_STUDIES, Studies, Study
from rnndemo.training.runs import Runs
from rnndemo.training.state import RunState, write_state
from tests.seeded import SMALL, WIDE, seeded, trial_folder

LOOK = studies.study.look


@pytest.fixture
def yours(mine: Studies) -> Studies:
    return Studies(owner_of("you"))


# ------------------------------------------------------------------------- asking and finding


def test_a_study_is_found_by_its_name_and_runs(mine: Studies) -> None:
    study = mine.start(SMALL, "sizes", "")
    assert FOLDER_NAME.fullmatch(study.name)
    assert study.outcome.status == "running"
    about, known = study.look()
    assert (about.space, about.trials, known) == (SMALL, 6, [])
    assert mine.find(study.name) == study == mine.all()[0]
    assert study.about["title"] == "sizes"


def test_one_study_of_a_visitor_runs_at_a_time(mine: Studies, yours: Studies) -> None:
    first = mine.start(SMALL)
    with pytest.raises(InputError, match="One of your studies is running"):
        mine.start(SMALL)
    assert [one.name for one in mine.all()] == [first.name]
    yours.start(SMALL)


@pytest.mark.parametrize("name", ["../me", "", "/etc", "ab" * 9, "ab" * 10 + "/..", "AB" * 10])
def test_an_invalid_name_is_never_a_path(mine: Studies, name: str) -> None:
    seeded(mine, 1)
    with pytest.raises(InputError, match="The study of this link is not here"):
        mine.find(name)
    with pytest.raises(InputError, match="cannot be restored"):
        mine.undelete(name)


def test_another_visitors_study_can_be_looked_at_and_not_changed(
    mine: Studies, yours: Studies
) -> None:
    study = yours.find(mine.start(SMALL).name)
    assert not study.own
    assert study.look()[0].trials == 6
    for change in (study.stop, study.go_on, study.kill, lambda: yours.delete(study.name)):
        with pytest.raises(InputError, match="belongs to someone else"):
            change()
    assert mine.find(study.name).running


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (SearchSpace(RunConfig(data=DataConfig(name="folder:/etc"))), "folder:/etc"),
        (SearchSpace(dimensions=(("data.name", Choices(("digits", "npz:x"))),)), "npz:x"),
        (replace(SMALL, budget=Budget(trials=MAX_REQUESTED + 1)), "too many for a page"),
    ],
)
def test_a_request_that_is_refused_leaves_nothing(
    mine: Studies, space: SearchSpace, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        mine.start(space)
    assert mine.all() == []


def test_a_full_disk_is_reported_and_leaves_nothing(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rnndemo.sweeps.studies.write_about", full)
    with pytest.raises(InputError, match=r"No space left on device.*make room"):
        mine.start(SMALL)
    assert not any(FOLDER_NAME.fullmatch(path.name) for path in mine.folder.iterdir())


# ------------------------------------------------------------------------------------ steering


def test_a_study_that_was_killed_says_so_and_goes_on_and_grows(mine: Studies) -> None:
    study = seeded(mine, 6, SMALL)
    (study.folder / OUTCOME).unlink()
    assert study.outcome.message == studies.INTERRUPTED
    study.go_on(3)
    assert study.outcome.status == "running"
    assert study.look()[0].trials == 9
    with pytest.raises(InputError, match="already running"):
        study.go_on()
    study.stop()
    assert (study.folder / HALT).exists()
    study.kill()
    study.go_on()
    assert not (study.folder / HALT).exists()


def test_extending_grants_the_budget_again(mine: Studies) -> None:
    spent = replace(SMALL, budget=Budget(trials=6, seconds=30.0, images=5000))
    study = seeded(mine, 6, spent)  # 60 seconds, 1,000 images a trial
    study.go_on(2)
    assert study.look()[0].space.budget == Budget(8, 90.0, 11_000)


def test_more_seeds_are_one_for_each_setting(mine: Studies) -> None:
    study = seeded(mine, 6, SMALL)
    settings = plan.combinations(study.look()[1])
    study.add_seeds()
    about, known = study.look()
    assert study.outcome.status == "running"
    assert (about.trials, about.rounds) == (6 + len(settings), ((6, 6 + len(settings)),))
    params, repeat = plan.choose(about.space, known, about.rounds)
    assert params == settings[0]
    assert repeat == sum(one.params == params for one in known)
    with pytest.raises(InputError, match="already running"):
        study.add_seeds()


def test_a_study_that_only_its_budget_ends_can_be_extended(mine: Studies) -> None:
    endless = replace(WIDE, budget=Budget(seconds=30.0))
    for extend in (Study.add_seeds, lambda study: study.go_on(2)):
        study = seeded(mine, 3, endless)
        write_about(study.folder, replace(study.look()[0], trials=MAX_REQUESTED))
        extend(study)
        about = study.look()[0]
        assert (about.trials, about.space.budget.seconds) == (MAX_REQUESTED, 90.0)
        study.kill()
        shutil.rmtree(study.folder)


def test_a_study_that_nothing_would_end_is_refused(mine: Studies) -> None:
    """The command line refused it; here it began a thousand trials without a word."""
    with pytest.raises(InputError, match="Say when the study should end"):
        mine.start(replace(WIDE, budget=Budget()))
    assert mine.all() == []


def test_a_deleted_study_comes_back_whole(mine: Studies) -> None:
    study = mine.start(SMALL)
    mine.delete(study.name)
    assert mine.all() == []
    with pytest.raises(InputError, match="The study of this link is not here"):
        mine.find(study.name)
    assert mine.undelete(study.name).look()[0].space == SMALL
    assert not study.running  # its process was ended


# ------------------------------------------------------------------------------------- damage


def _newer(folder: Path) -> None:
    content = json.loads((folder / SWEEP).read_text())
    (folder / SWEEP).write_text(json.dumps({**content, "schema": 99}))


def _cut(folder: Path) -> None:
    (folder / JOURNAL).write_bytes(b"\x00 no journal\n" * 3)


DAMAGES = {
    "newer version": (_newer, "newer version"),
    "no about": (lambda folder: (folder / SWEEP).write_text("{"), "missing or damaged"),
    "no journal": (lambda folder: (folder / JOURNAL).unlink(), "damaged"),
    "another journal": (_cut, "damaged"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_study_is_reported_and_the_others_remain(mine: Studies, name: str) -> None:
    damage, words = DAMAGES[name]
    bad, good = seeded(mine, 2), seeded(mine, 2, name="cd" * 10)
    before = len(good.look()[1]), len(bad.look()[1])
    damage(bad.folder)
    with pytest.raises(InputError, match=words) as caught:
        bad.look()
    assert str(mine.folder) not in str(caught.value)
    assert len(mine.all()) == before[0] == before[1] == 2
    assert len(good.look()[1]) == 2
    with pytest.raises(InputError, match=words):
        bad.go_on()


def test_a_new_trial_is_seen_at_the_next_look(mine: Studies) -> None:
    study = seeded(mine, 2)
    assert len(study.look()[1]) == 2
    about = study.look()[0]
    records = studies.study.Records(study.folder, about, writes=True)
    records.begin({"training.lr": 0.01, "model.hidden_size": 8, "model.cell": "rnn"}, 0)
    assert [trial.state for trial in study.look()[1]] == ["complete", "complete", "running"]


def test_what_has_not_changed_is_read_once(mine: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MAX_STUDIES):
        seeded(mine, 1, name=f"{number:020x}")
    reads: list[str] = []

    def look(folder: Path, url: str = "") -> object:
        reads.append(folder.name)
        return LOOK(folder, url)

    monkeypatch.setattr("rnndemo.sweeps.study.look", look)
    for _ in range(2):  # as the list of studies does at every run of the page
        assert sum(len(study.look()[1]) for study in mine.all()) == MAX_STUDIES
    assert len(reads) == MAX_STUDIES


def test_a_database_is_read_once_when_nothing_runs(
    mine: Studies, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reads: list[str] = []

    def look(folder: Path, url: str = "") -> object:
        reads.append(folder.name)
        return LOOK(folder)

    study = seeded(mine, 3)
    monkeypatch.setenv(server.DATABASE, f"sqlite:///{tmp_path / 'studies.db'}")
    monkeypatch.setattr("rnndemo.sweeps.study.look", look)
    for _ in range(3):
        assert len(study.look()[1]) == 3
    assert len(reads) == 1
    (study.folder / OUTCOME).unlink()  # it runs, or has been killed: trials may come at any time
    for _ in range(2):
        study.look()
    assert len(reads) == 3


def test_trials_in_memory_are_bounded(mine: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MAX_IN_MEMORY", 5)
    monkeypatch.setattr(studies, "_cache", {})
    for number in range(4):
        seeded(mine, 2, name=f"{number:020x}").look()
    assert len(studies._cache) == 2


# ------------------------------------------------------------------------- from trial to model


def test_a_trial_becomes_a_run_of_ones_own(mine: Studies) -> None:
    study, me = seeded(mine, 2), Runs(owner_of("me"))
    files = {"config.json": b"{}", "model.safetensors": b"w", "events.jsonl": b"e", "worker": b"1"}
    folder = trial_folder(study, 1, files)
    write_state(folder, RunState(status="done", test_accuracy=0.9))
    run = study.copy_trial(1, me, "Trial 1")
    assert run.own
    assert [one.name for one in me.all()] == [run.name]
    assert run.state.status == "done"
    assert run.about["title"] == "Trial 1"
    assert not (run.folder / "worker").exists()
    (run.folder / "events.jsonl").write_bytes(b"more")
    assert (folder / "events.jsonl").read_bytes() == b"e"  # the study keeps its own
    with pytest.raises(InputError, match="left no run to open"):
        study.copy_trial(0, me, "")
    assert len(list(me.folder.iterdir())) == 1


# -------------------------------------------------------------------------------- how long


def test_an_estimate_follows_what_is_asked() -> None:
    space = QUESTIONS["hidden-size-layers"].space
    two, one = estimate.seconds(space, 2), estimate.seconds(space, 1)
    assert two is not None
    assert one == pytest.approx(2 * two)
    more = replace(space, repeats=4)
    assert estimate.seconds(more, 2) == pytest.approx(2 * two)
    assert estimate.seconds(replace(space, budget=Budget(seconds=5.0)), 2) == 5.0
    endless = replace(space, sampler="random", budget=Budget(images=10**6))
    assert estimate.seconds(endless, 2) is None


def test_500_trials_are_drawn(mine: Studies) -> None:
    about, known = seeded(mine, 500).look()
    assert len(known) == 500
    figure = VIEWS["map"].draw(StudyView(known, about.space), Look())
    assert len(figure.data) < 50  # a trace a trial would take seconds
