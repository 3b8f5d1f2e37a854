"""The prune command: what it makes, what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from rnndemo.data.sets import DataSet
from rnndemo.hardening import data
from rnndemo.hardening.pruning.weights import sparsity
from rnndemo.models.store import load_folder, save_model
from rnndemo.storage.names import CARD, CONFIG, WEIGHTS
from rnndemo.training import foreground
from rnndemo.training.state import read_state
from tests.small import TINY
from tests.terminal import Captured, refused, run, run_json


@pytest.fixture(autouse=True)
def _few(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "data_of", lambda config: few_digits)


def pruned(capsys: Captured, model: Path, out: Path, *words: object) -> dict:
    return run_json(capsys, "prune", "--model", model, *words, "--out", out)


def test_fewer_units_are_a_smaller_model(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    found = pruned(capsys, tiny_folder, tmp_path / "half", "--units", "0.5")
    whole, half = load_folder(tiny_folder), load_folder(tmp_path / "half")
    assert set(found) == {"accuracy_before", "accuracy", "parameters", "bytes"}
    assert half.config == replace(
        whole.config, model=replace(whole.config.model, hidden_size=TINY.model.hidden_size // 2)
    )
    assert found["parameters"] == half.network.count_parameters() == half.card.parameters
    assert found["bytes"] == (tmp_path / "half" / WEIGHTS).stat().st_size
    assert found["accuracy"] == half.card.test_accuracy
    assert found["accuracy_before"] == whole.card.test_accuracy
    name = tiny_folder.name
    assert half.card.command == f"python -m rnndemo prune --model {name} --units 0.5 --out half"


def test_the_smallest_weights_are_zeros(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    found = pruned(capsys, tiny_folder, tmp_path / "less", "--weights", "0.9")
    less = load_folder(tmp_path / "less")
    assert sparsity(less.network) == pytest.approx(0.9, abs=0.001)
    zeros = sum(round(0.9 * size) for size in (64 * 28, 64 * 16, 10 * 16))
    assert found["parameters"] == less.card.parameters - zeros
    assert {path.name for path in (tmp_path / "less").iterdir()} == {CONFIG, CARD, WEIGHTS}


def test_retraining_is_a_run_round_by_round(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    words = ("--weights", "0.8", "--retrain", "--epochs", "3", "--rounds", "2")
    found = pruned(capsys, tiny_folder, tmp_path / "less", *words)
    less, first = load_folder(tmp_path / "less"), load_folder(tmp_path / "less" / "round-1")
    assert sparsity(first.network) == pytest.approx(0.8 * (1 - 0.5**3), abs=0.001)
    assert sparsity(less.network) == pytest.approx(0.8, abs=0.001)
    assert (first.config.training.epochs, less.config.training.epochs) == (1, 2)
    rates = [one.config.training.lr for one in (load_folder(tiny_folder), first, less)]
    assert rates[1:] == [0.5 * rates[0]] * 2  # of the first training, in every round
    assert found["accuracy"] == read_state(tmp_path / "less").test_accuracy
    assert less.card.command.endswith("--weights 0.8 --retrain --epochs 3 --rounds 2 --out less")


def test_units_go_in_rounds_too(tiny_folder: Path, tmp_path: Path, capsys: Captured) -> None:
    words = ("--units", "0.5", "--retrain", "--epochs", "2", "--rounds", "2")
    pruned(capsys, tiny_folder, tmp_path / "half", *words)
    sizes = [
        load_folder(folder).config.model.hidden_size
        for folder in (tmp_path / "half" / "round-1", tmp_path / "half")
    ]
    assert sizes == [9, 8]  # of 16: 7/8 of the half goes first


def test_people_read_what_was_gained(tiny_folder: Path, tmp_path: Path, capsys: Captured) -> None:
    _, printed, _ = run(
        capsys, "prune", "--model", tiny_folder, "--units", "0.5", "--out", tmp_path / "half"
    )
    for part in ("of 600 test images (95 % interval", "parameters, before", "bytes, before"):
        assert part in printed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--units", "1.5"), "1.5 is no share to remove: a number between 0 and 1"),
        (("--units", "0.99"), "of 16 is 16: at least one must go, and one must be"),
        (("--units", "nan"), "nan is no share to remove"),
        (("--weights", "0"), "0.0 is no share to remove"),
        (("--weights", "half"), "invalid float value: 'half'"),
        ((), "one of the arguments --units --weights is required"),
        (("--units", "0.5", "--weights", "0.5"), "not allowed with argument --units"),
        (("--weights", "0.5", "--measure", "taylor"), "--measure only works with --units"),
        (("--units", "0.5", "--measure", "chance"), "'chance': choose one of taylor, spread"),
        (("--units", "0.5", "--epochs", "2"), "only work with --retrain"),
        (("--units", "0.5", "--retrain", "--epochs", "0"), "--epochs = 0: a whole number"),
        (("--units", "0.5", "--retrain", "--rounds", "0"), "--rounds = 0: a whole number from 1"),
        (("--units", "0.5", "--retrain", "--rounds", "-1"), "--rounds = -1: a whole number from 1"),
        (
            ("--units", "0.5", "--retrain", "--rounds", "9"),
            "--rounds = 9: a whole number from 1 to",
        ),
    ],
)
def test_bad_words_are_one_sentence(
    words: tuple[str, ...], reason: str, tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "out"
    assert reason in refused(capsys, "prune", "--model", tiny_folder, *words, "--out", out)
    assert not out.exists()


def test_a_network_without_hidden_units_is_refused(tmp_path: Path, capsys: Captured) -> None:
    words = ("prune", "--model", "digits-cnn", "--units", "0.5", "--out", tmp_path / "out")
    assert "no hidden units to remove; prune its weights" in refused(capsys, *words)


def test_nothing_is_overwritten(tiny_folder: Path, capsys: Captured) -> None:
    before = {path: path.read_bytes() for path in tiny_folder.iterdir()}
    words = ("prune", "--model", tiny_folder, "--units", "0.5", "--out", tiny_folder)
    assert "name another folder" in refused(capsys, *words)
    assert {path: path.read_bytes() for path in tiny_folder.iterdir()} == before


def test_data_that_have_changed_are_refused(
    tiny_folder: Path, few_digits: DataSet, tmp_path: Path, capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = replace(few_digits, classes=tuple("abcdefghij"))
    monkeypatch.setattr(data, "data_of", lambda config: other)
    words = ("prune", "--model", tiny_folder, "--units", "0.5", "--out", tmp_path / "out")
    assert "have changed since it was trained" in refused(capsys, *words)


def test_pen_models_lose_units_as_others_do(
    few_digits: DataSet, tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    save_model(tmp_path / "pen", replace(load_folder(tiny_folder), frame="path"))
    pruned(capsys, tmp_path / "pen", tmp_path / "half", "--units", "0.5")
    assert torch.isfinite(next(load_folder(tmp_path / "half").network.parameters())).all()


def test_rounds_go_on_after_those_that_are_done(
    tiny_folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--model", tiny_folder, "--weights", "0.8", "--retrain", "--epochs", "3")
    words = (*words, "--rounds", "3", "--out", tmp_path / "less")
    begin, begun = foreground.begin, []

    def stopped(folder: Path, *more: Any) -> Any:
        begun.append(folder.name)
        if folder.name == "round-2":
            raise KeyboardInterrupt("Stopped.")
        return begin(folder, *more)

    monkeypatch.setattr(foreground, "begin", stopped)
    status, _, said = run(capsys, "prune", *words)
    assert status == 130
    assert "Stopped. When that round is done, the same prune command goes on" in said
    monkeypatch.setattr(foreground, "begin", lambda *all_: begun.append(all_[0]) or begin(*all_))
    whole = run_json(capsys, "prune", *words)
    assert begun == ["round-1", "round-2", tmp_path / "less" / "round-2", tmp_path / "less"]
    again = run_json(capsys, "prune", *words[:-1], tmp_path / "at-once" / "less")
    assert whole == again


def test_rounds_of_another_pruning_are_not_gone_on_with(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    words = ("prune", "--model", tiny_folder, "--retrain", "--epochs", "2", "--rounds", "2")
    out = ("--out", tmp_path / "less")
    assert run(capsys, *words, "--weights", "0.8", *out)[0] == 0
    for path in (tmp_path / "less").iterdir():
        if path.is_file():
            path.unlink()
    said = refused(capsys, *words, "--weights", "0.7", *out)
    assert "round-1 is of another pruning; name another folder" in said


def test_models_of_scenes_are_refused(tmp_path: Path, capsys: Captured) -> None:
    words = ("prune", "--model", "scenes-lstm", "--units", "0.5", "--out", tmp_path / "out")
    assert "'scenes-lstm' reads scenes; only models that read one" in refused(capsys, *words)
