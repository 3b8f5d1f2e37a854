"""The sweep command."""

from __future__ import annotations

import json
import random
import re
import signal
from pathlib import Path

import pytest

from rnndemo.cli import sweep
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.models.store import load_folder
from rnndemo.sweeps import space_file
from rnndemo.sweeps.questions import QUESTIONS
from rnndemo.sweeps.space import Choices, SearchSpace
from rnndemo.trials.executor import Executor
from tests.studies import Inline
from tests.terminal import Captured, refused, run, run_json

SPACE = SearchSpace(
    RunConfig(
        data=DataConfig(train_size=200),
        model=ModelConfig(hidden_size=8),
        training=TrainingConfig(lr=1e-2, epochs=1, batch_size=50),
    ),
    (("model.hidden_size", Choices((4, 8))), ("training.lr", Choices((0.01, 0.1)))),
)


@pytest.fixture
def space(tmp_path: Path) -> Path:
    path = tmp_path / "space.json"
    path.write_text(json.dumps(space_file.to_json(SPACE)))
    return path


@pytest.fixture
def arithmetic(monkeypatch: pytest.MonkeyPatch) -> list[Inline]:
    """Replace trainings by arithmetic; return the executors that were started."""
    started: list[Inline] = []

    def start(given: object) -> Executor:
        started.append(Inline(2, random.Random(0)))
        return started[-1]

    monkeypatch.setattr(sweep, "_executor", start)
    return started


def test_sweep_trains_real_trials_that_are_models(
    space: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "study"
    words = ("sweep", "--space", space, "--trials", 2, "--workers", 1, "--out", out)
    result = run_json(capsys, *words)
    assert re.fullmatch(r"sweep-[0-9a-f]{10}", result["study"])
    first, second = result["trials"]
    assert first["number"] == 0
    assert first["params"] == {"model.hidden_size": 4, "training.lr": 0.01}
    assert second["params"] == {"model.hidden_size": 4, "training.lr": 0.1}
    for trial in (first, second):
        assert trial["state"] == "complete"
        assert trial["seconds"] > 0
        assert trial["images"] == 200
        model = load_folder(out / "trials" / f"{trial['number']:04d}")
        assert model.card.test_accuracy == trial["test_accuracy"]
        assert model.card.test_size == 10_000
    assert (out / "workers.log").read_bytes() == b""


def test_lines_tell_of_each_trial_and_the_last_of_the_best(
    space: Path, tmp_path: Path, capsys: Captured, arithmetic: list[Inline]
) -> None:
    status, out, err = run(capsys, "sweep", "--space", space, "--out", tmp_path / "study")
    assert status == 0
    greeting, *lines = err.splitlines()
    assert "4 trials over model.hidden_size, training.lr, chosen by grid" in greeting
    assert len(lines) == 4
    assert all("complete" in line and "validation" in line for line in lines)
    assert [line.split()[0] for line in lines] == ["1/4", "2/4", "3/4", "4/4"]
    assert "4 complete; best by validation: trial 2 (model.hidden_size=8 training.lr=0.01)" in out
    _status, _out, err = run(capsys, "sweep", "--trials", 6, "--out", tmp_path / "study")
    assert [line.split()[0] for line in err.splitlines()[1:]] == ["5/6", "6/6"]


def test_more_trials_extend_a_study_without_its_space(
    space: Path, tmp_path: Path, capsys: Captured, arithmetic: list[Inline]
) -> None:
    out = tmp_path / "study"
    before = run_json(capsys, "sweep", "--space", space, "--trials", 3, "--out", out)
    after = run_json(capsys, "sweep", "--trials", 6, "--out", out)
    assert after["study"] == before["study"]
    assert after["trials"][:3] == before["trials"]
    assert [trial["seed"] for trial in after["trials"]] == [0, 0, 0, 0, 1, 1]
    assert [len(one.submitted) for one in arithmetic] == [3, 3]
    assert run_json(capsys, "sweep", "--out", out) == after
    assert run_json(capsys, "sweep", "--trials", 2, "--out", out) == after  # nothing is lost


@pytest.mark.parametrize("database", ["", "sqlite:///{}/trials.db"])
def test_ctrl_c_leaves_a_study_that_goes_on(
    database: str, space: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "study"
    storage = ["--storage", database.format(tmp_path)] if database else []

    class Pressed(Inline):
        def finished(self, seconds: float):
            signal.raise_signal(signal.SIGINT)
            return super().finished(seconds)

    with monkeypatch.context() as patched:
        patched.setattr(sweep, "_executor", lambda given: Pressed(1, random.Random(0)))
        words = ["--workers", 1, *storage]
        status, said, err = run(capsys, "sweep", "--space", space, *words, "--out", out)
    assert (status, said) == (130, "")
    way = " ".join(["python -m rnndemo sweep", *storage, f"--workers 1 --out {out}"])
    assert err.splitlines()[-1] == f"rnndemo: Stopped after 1 of 4 trials. To go on: {way}"
    monkeypatch.setattr(sweep, "_executor", lambda given: Inline(1, random.Random(0)))
    assert len(run_json(capsys, "sweep", *storage, "--out", out)["trials"]) == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--space", "size"], "no search space 'size'; choose one of hidden-size-layers"),
        (["--space", "gone.json"], "gone.json cannot be read"),
        (["--space", "README.md"], "not valid JSON|cannot be read"),
        (["--space", "scan", "--trials", "0"], "trials = 0"),
        (["--space", "scan", "--trials", "many"], "invalid int value"),
        (["--space", "scan", "--workers", "0"], "--workers 0: a number from 1 to 256"),
        ([], "There is no study in"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_sweep_refuses_what_it_cannot_do(
    words: list[str], sentence: str, tmp_path: Path, capsys: Captured
) -> None:
    assert re.search(sentence, refused(capsys, "sweep", *words, "--out", tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_missing_scheduler_is_reported_in_one_line(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.cluster.dask.CLUSTER_TIMEOUT", 0.2)
    words = ("--space", "scan", "--scheduler", "tcp://127.0.0.1:1", "--out", tmp_path / "new")
    said = refused(capsys, "sweep", *words)
    assert "There is no Dask scheduler at 'tcp://127.0.0.1:1'" in said
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["coordinator"]


def test_help_names_every_question(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        run(capsys, "sweep", "--help")
    said = capsys.readouterr().out
    assert all(name in said for name in QUESTIONS)
