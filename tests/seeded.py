"""Finished studies: their trials are written down, nothing is trained."""

from __future__ import annotations

import random
from pathlib import Path

from optuna.trial import create_trial

from rnndemo.config import DataConfig, RunConfig
from rnndemo.jobs.outcome import Outcome, write_outcome
from rnndemo.storage.files import write_json
from rnndemo.sweeps.plan import STATES, distributions
from rnndemo.sweeps.records import Records, StudySpec, new_name, write_about
from rnndemo.sweeps.server import OUTCOME
from rnndemo.sweeps.space import Budget, Choices, Range, SearchSpace
from rnndemo.sweeps.studies import Studies, Study
from rnndemo.trials.task import COMPLETE, Result

WIDE = SearchSpace(
    RunConfig(data=DataConfig(train_size=200)),
    (
        ("training.lr", Range(1e-4, 1e-1, log=True)),
        ("model.hidden_size", Range(8, 64)),
        ("model.cell", Choices(("rnn", "gru", "lstm"))),
    ),
    sampler="random", budget=Budget(trials=500),
)  # fmt: skip


SMALL = SearchSpace(RunConfig(), (("model.hidden_size", Choices((8, 16, 24))),), repeats=2)


def seeded(studies: Studies, count: int, space: SearchSpace = WIDE, name: str = "ab" * 10) -> Study:
    """Return a study of `count` trials, all complete."""
    study = Study(studies.folder / name, own=True)
    study.folder.mkdir(parents=True)
    write_json(study.folder / "about.json", {"title": "wide", "question": "", "made": 1.0})
    about = StudySpec(new_name(), space, count or space.trials, 60.0)
    records = Records(study.folder, about, writes=True)
    rng, described = random.Random(0), distributions(space)
    records.study.add_trials([_trial(rng, space, described) for _ in range(count)])
    records.close()
    write_about(study.folder, about)
    write_outcome(study.folder / OUTCOME, Outcome("done"))
    return study


def _trial(rng: random.Random, space: SearchSpace, described: dict) -> object:
    params = {path: rng.choice(space.values(path)) for path in space.varied}
    reached = rng.uniform(0.5, 0.99)
    result = Result(
        COMPLETE, reached, reached - 0.01, reached - 0.02, reached, 10_000,
        seconds=rng.uniform(1, 9), images=1000, steps=20,
        parameters=100 * int(params.get("model.hidden_size", 8)), flops=10_000,
    )  # fmt: skip
    return create_trial(
        state=STATES[COMPLETE], value=reached, params=params, distributions=described,
        user_attrs={"repeat": 0, "result": result.to_json()},
    )  # fmt: skip


def trial_folder(study: Study, number: int, files: dict[str, bytes]) -> Path:
    """Return the run of a trial, which holds these files."""
    folder = study.folder / "trials" / f"{number:04d}"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
