"""Trainings that begin with the weights of a model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from rnndemo.cli import commands
from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.data.sets import DataSet
from rnndemo.models.store import load_folder
from tests.runs import events
from tests.terminal import Captured, refused, run

SMALL = ("data.train_size=300", "model.hidden_size=8", "training.epochs=2")


@pytest.fixture
def trained(
    few_digits: DataSet, monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> Path:
    """Return the folder of a small model."""

    def loaded(config: RunConfig) -> DataSet:
        return few_digits if config.data.name == "digits" else data_of(config)

    monkeypatch.setattr(commands, "data_of", loaded)
    words = ("train", "--preset", "fast", "--set", *SMALL, "--out", tmp_path / "first")
    assert run(capsys, *words)[0] == 0
    return tmp_path / "first"


def test_a_training_begins_where_a_model_has_ended(
    trained: Path, capsys: Captured, tmp_path: Path
) -> None:
    out = tmp_path / "second"
    words = ("train", "--preset", "fast", "--set", *SMALL, "training.lr=0.001", "--from", trained)
    status, _, err = run(capsys, *words, "--out", out)
    assert status == 0, err
    (first,), (second,) = (events(folder, "start") for folder in (trained, out))
    assert first["weights"] != second["weights"]
    before, after = (events(folder, "steps")[0]["loss"] for folder in (trained, out))
    assert after < before  # it knew something already
    assert load_folder(out).card.command.endswith("--out second --from first")


def test_no_step_leaves_the_weights_as_they_were(
    trained: Path, capsys: Captured, tmp_path: Path
) -> None:
    out = tmp_path / "second"
    words = ("train", "--preset", "fast", "--set", *SMALL, "training.lr=1e-6", "--from", trained)
    assert run(capsys, *words, "--out", out)[0] == 0
    first, second = (load_folder(folder).network.state_dict() for folder in (trained, out))
    for name, weights in first.items():
        torch.testing.assert_close(second[name], weights, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["model.hidden_size=9"], r"'first' cannot begin this training.*other shapes \(.*weight"),
        (["model.num_layers=2"], "same network, hidden size, layers"),
        (["model.cell=gru"], "cannot begin this training"),
    ],
)
def test_another_network_is_refused(
    settings: list[str], said: str, trained: Path, capsys: Captured, tmp_path: Path
) -> None:
    words = ("train", "--preset", "fast", "--set", *SMALL, *settings, "--from", trained)
    assert re.search(said, refused(capsys, *words, "--out", tmp_path / "second"))
    assert not (tmp_path / "second").exists()


def test_a_resumed_run_takes_no_other_weights(trained: Path, capsys: Captured) -> None:
    said = refused(capsys, "train", "--resume", "--from", "digits-lstm", "--out", trained)
    assert "leave out --set, --data and --from" in said
