"""The train command: what it makes, what it refuses."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnndemo.cli import commands
from rnndemo.codec import SCHEMA, to_json
from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import load_folder
from rnndemo.presets import PRESETS
from rnndemo.storage.locks import locked
from rnndemo.storage.names import CARD, CHECKPOINT, CONFIG, EVENTS, REPORT, STATE, WEIGHTS, WORKER
from rnndemo.training import engine
from rnndemo.training import folder as run_folder
from rnndemo.training.checkpoint import save_checkpoint
from rnndemo.training.state import FULL, change_state, read_state
from tests.pictures import encoded, seven
from tests.runs import events
from tests.small import TINY
from tests.terminal import Captured, refused, run

SMALL = ("data.train_size=300", "model.hidden_size=8", "training.epochs=2")
WILD = (
    *SMALL, "model.cell=rnn", "model.nonlinearity=relu", "training.optimizer=sgd",
    "training.lr=10", "training.max_norm=0", "training.schedule=constant",
    "training.batch_size=10",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _few(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shrink the data set "digits"; leave others as they are."""

    def loaded(config: RunConfig) -> DataSet:
        return few_digits if config.data.name == "digits" else data_of(config)

    monkeypatch.setattr(commands, "data_of", loaded)


def trained(capsys: Captured, out: Path, *words: object) -> str:
    """Train a small model; return what was printed."""
    status, _, err = run(capsys, "train", "--preset", "fast", "--set", *SMALL, "--out", out, *words)
    assert status == 0, err
    return err


def test_train_leaves_a_run_that_is_a_model(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "small"
    status, said, progress = run(
        capsys, "train", "--preset", "fast", "--set", *SMALL, "--set", "seed=3", "--out", out,
        "--json",
    )  # fmt: skip
    assert status == 0
    result = json.loads(said.splitlines()[-1])
    model, state = load_folder(out), read_state(out)
    assert list(result) == [
        "run", "test_accuracy", "train_seconds", "images_per_second", "parameters"
    ]  # fmt: skip
    assert result["run"] == str(out)
    assert result["parameters"] == model.network.count_parameters()
    assert result["test_accuracy"] == model.card.test_accuracy == state.test_accuracy
    assert result["train_seconds"] == state.seconds
    assert result["images_per_second"] == pytest.approx(600 / state.seconds)
    assert (model.config.model.hidden_size, model.config.seed) == (8, 3)
    assert [line[:26] for line in progress.splitlines()] == [
        " 50%  0:00 left  epoch 1/2",
        "100%  0:00 left  epoch 2/2",
    ]
    assert "seed=3" in model.card.command
    assert state.status == "done"
    assert TestReport.load(out / REPORT) is not None
    files = {CONFIG, WEIGHTS, CARD, STATE, EVENTS, CHECKPOINT, REPORT, WORKER}
    assert {path.name for path in out.iterdir()} == files
    assert run(capsys, "evaluate", "--model", out, "gone.png")[2].count("gone.png") == 1


def test_train_by_a_file_can_be_repeated_bit_by_bit(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "c.json").write_text(json.dumps(to_json(TINY)))
    for name in ("a", "b"):
        words = ("--config", tmp_path / "c.json", "--data", "digits", "--out", tmp_path / name)
        status, out, _ = run(capsys, "train", *words)
        assert status == 0
        assert "of 600 test images" in out
    first, second = ((tmp_path / name / WEIGHTS).read_bytes() for name in ("a", "b"))
    assert first == second
    assert json.loads((tmp_path / "a" / CONFIG).read_text()) == to_json(TINY)


def test_train_overwrites_no_model(tiny_folder: Path, capsys: Captured) -> None:
    before = (tiny_folder / WEIGHTS).read_bytes()
    said = refused(capsys, "train", "--preset", "fast", "--out", tiny_folder)
    assert "already contains a model" in said
    assert (tiny_folder / WEIGHTS).read_bytes() == before


def test_train_overwrites_no_run_and_says_how_to_go_on(tmp_path: Path, capsys: Captured) -> None:
    trained(capsys, tmp_path)
    said = refused(capsys, "train", "--preset", "fast", "--out", tmp_path)
    way = f"python -m rnndemo train --resume --out {tmp_path}"
    assert f"already contains a run. To continue it: {way}" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--preset", "slow"], "no preset 'slow'; choose one of fast"),
        (["--preset", "fast", "--set", "model.hidden_size=0"], "hidden_size = 0.*1 to 512"),
        (["--preset", "fast", "--set", "model.hidden_size=many"], "'many'.*1 to 512"),
        (["--preset", "fast", "--set", "model.hiden_size=8"], "no such setting"),
        (["--preset", "fast", "--set", "schema=1"], "schema: there is no such setting"),
        (["--preset", "fast", "--set", "model.cell=transformer"], "rnn, lstm, gru"),
        (["--preset", "fast", "--set", "training.lr=nan"], "lr = nan"),
        (["--preset", "fast", "--set", "seed"], "FIELD=VALUE"),
        (["--preset", "fast", "--data", "cats"], "no data set named 'cats'; choose one of digits"),
        (["--preset", "fast", "--data", "folder:"], "after folder: write the path"),
        (["--preset", "fast", "--data", "folder:/gone"], "folder /gone cannot be read"),
        (["--preset", "fast", "--data", "npz:/gone.npz"], "file /gone.npz cannot be read"),
        (["--preset", "fast", "--threads", "0"], "--threads 0"),
        (["--preset", "fast", "--more-epochs", "2"], "training.epochs=N"),
        (["--preset", "fast", "--lr", "0.1"], "training.lr=RATE"),
        (["--config", "gone.json"], "gone.json cannot be read"),
        (["--config", "README.md"], "not valid JSON|cannot be read"),
        (["--resume"], "There is no run to continue in .*new.*--preset"),
        (["--resume", "--set", "seed=1"], "leave out --set, --data and --from"),
        (["--resume", "--data", "digits"], "leave out --set, --data and --from"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_train_refuses_what_it_cannot_do(
    words: list[str], sentence: str, tmp_path: Path, capsys: Captured
) -> None:
    said = refused(capsys, "train", *words, "--out", tmp_path / "new")
    assert re.search(sentence, said)
    assert not (tmp_path / "new").exists()


def test_settings_may_come_in_any_order(tmp_path: Path, capsys: Captured) -> None:
    trained(capsys, tmp_path, "--set", "model.head_activations=tanh", "model.head_sizes=8")
    assert load_folder(tmp_path).config.model.head_activations == ("tanh",)


# --- data -------------------------------------------------------------------------------------


def damaged(folder: Path) -> str:
    (folder / "bad.npz").write_bytes(b"PK\x03\x04 no more")
    return f"npz:{folder / 'bad.npz'}"


def unlabelled(folder: Path) -> str:
    np.savez(folder / "bare.npz", images=np.zeros((9, 28, 28), np.uint8))
    return f"npz:{folder / 'bare.npz'}"


def scarce(folder: Path) -> str:
    for name, pictures in (("cat", 5), ("dog", 2)):
        (folder / "pets" / name).mkdir(parents=True)
        for number in range(pictures):
            (folder / "pets" / name / f"{number}.png").write_bytes(encoded(seven()))
    return f"folder:{folder / 'pets'}"


def broken(folder: Path) -> str:
    spec = scarce(folder)
    (folder / "pets" / "cat" / "0.png").write_text("no picture")
    return spec


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (damaged, "bad.npz"),
        (unlabelled, "no array named labels"),
        (scarce, "class 'dog' has too few pictures.*at least three"),
        (broken, "cat/0.png.*move it out"),
    ],
)
def test_data_that_cannot_be_used_are_refused(
    made: Callable[[Path], str], sentence: str, tmp_path: Path, capsys: Captured
) -> None:
    words = ("--preset", "fast", "--data", made(tmp_path), "--out", tmp_path / "new")
    assert re.search(sentence, refused(capsys, "train", *words))
    assert not (tmp_path / "new").exists()


def test_own_pictures_are_learnt_and_the_card_keeps_their_place_to_itself(
    few_digits: DataSet, tmp_path: Path, capsys: Captured
) -> None:
    place, test = tmp_path / "my two words.npz", few_digits.test
    np.savez(place, images=test.images.numpy(), labels=test.labels.numpy())
    trained(capsys, tmp_path / "new", "--data", f"npz:{place}")
    model = load_folder(tmp_path / "new")
    assert model.card.data == "npz:my two words.npz"
    assert f"'data.name=npz:{place}'" in model.card.command


def test_drawn_digits_fit_no_other_data(
    few_digits: DataSet, tmp_path: Path, capsys: Captured
) -> None:
    test = few_digits.test
    odd = test.labels % 2 == 1
    place = tmp_path / "odd.npz"
    np.savez(place, images=test.images[odd].numpy(), labels=test.labels[odd].numpy())
    words = ("--preset", "digits-lstm", "--data", f"npz:{place}", "--out", tmp_path / "new")
    assert "data.synthetic" in refused(capsys, "train", *words)
    assert not (tmp_path / "new").exists()


def test_network_that_cannot_be_built_is_refused_before_there_is_a_folder(
    tmp_path: Path, capsys: Captured
) -> None:
    settings = ("model.network=cnn", "data.scan=patches")
    words = ("--preset", "fast", "--set", *settings, "--out", tmp_path / "new")
    assert "data.scan = patches" in refused(capsys, "train", *words)
    assert not (tmp_path / "new").exists()


def test_newer_configuration_is_refused(tmp_path: Path, capsys: Captured) -> None:
    newer = to_json(TINY) | {"schema": SCHEMA + 1}
    (tmp_path / "c.json").write_text(json.dumps(newer))
    said = refused(capsys, "train", "--config", tmp_path / "c.json", "--out", tmp_path / "new")
    assert f"schema {SCHEMA + 1}" in said
    assert "Update" in said


# --- failures on the way ----------------------------------------------------------------------


def test_training_that_diverges_says_what_to_try_and_can_go_on(
    tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "new"
    status, _, err = run(capsys, "train", "--preset", "fast", "--set", *WILD, "--out", out)
    said = err.splitlines()[-1]
    assert status == 2
    assert re.search(r"diverged at step \d+.*Lower training\.lr", said)
    assert said.endswith(f": python -m rnndemo train --resume --lr RATE --out {out}")
    assert not (out / WEIGHTS).exists()
    assert read_state(out).status == "failed"
    status, _, err = run(capsys, "train", "--resume", "--lr", "0.001", "--out", out)
    assert status == 0, err
    assert read_state(out).status == "done"
    assert events(out, "lr")[-1]["lr"] == 0.001
    assert "steered" in load_folder(out).card.limits


@pytest.mark.parametrize("words", [["--more-epochs", "1"], []])
def test_run_without_its_checkpoint_is_not_trained_anew(
    words: list[str], tmp_path: Path, capsys: Captured
) -> None:
    trained(capsys, tmp_path)
    if not words:
        change_state(tmp_path, status="paused")
    (tmp_path / CHECKPOINT).unlink()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != WORKER}
    said = refused(capsys, "train", "--resume", *words, "--out", tmp_path)
    assert "checkpoint of this run is missing" in said
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_time_limit_is_said_to_have_ended_a_training(tmp_path: Path, capsys: Captured) -> None:
    words = ("--preset", "fast", "--set", *SMALL, "--set", "training.epochs=1000")
    limit = ("--set", "training.seconds=0.3", "--out", tmp_path / "short")
    _, said, _ = run(capsys, "train", *words, *limit)
    assert re.search(r"time limit of 0\.3 s ended the training after step \d+ of 5,000\.", said)


@pytest.mark.parametrize("lr", ["0", "-1", "11", "nan"])
def test_rate_out_of_range_changes_nothing(lr: str, tmp_path: Path, capsys: Captured) -> None:
    trained(capsys, tmp_path)
    before = (tmp_path / STATE).read_bytes()
    words = ("--resume", "--more-epochs", "1", f"--lr={lr}", "--out", tmp_path)
    assert "lr = " in refused(capsys, "train", *words)
    assert (tmp_path / STATE).read_bytes() == before


def full(*given: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_is_reported_and_the_run_resumes_when_there_is_room(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = count()

    def save(*given: Any) -> None:
        (full if next(number) else save_checkpoint)(*given)  # only the first finds room

    words = ("train", "--preset", "fast", "--set", *SMALL, "--out", tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "save_checkpoint", save)
        status, _, err = run(capsys, *words)
    assert status == 2
    assert err.splitlines()[-1].startswith("rnndemo: The disk is full. Make room, then")
    assert err.splitlines()[-1].endswith(f"python -m rnndemo train --resume --out {tmp_path}")
    assert (read_state(tmp_path).status, read_state(tmp_path).message) == ("paused", FULL)
    assert run(capsys, "train", "--resume", "--out", tmp_path)[0] == 0
    assert read_state(tmp_path).status == "done"


def test_disk_that_is_full_from_the_start_leaves_a_folder_that_can_be_used(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(run_folder, "write_state", full)
        words = ("train", "--preset", "fast", "--set", *SMALL, "--out", tmp_path)
        assert "The disk is full. Make room, then try again." in refused(capsys, *words)
    trained(capsys, tmp_path)


def test_events_that_find_no_room_are_reported(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / EVENTS).symlink_to("/dev/full")
    words = ("train", "--preset", "fast", "--set", *SMALL, "--out", tmp_path)
    assert "The disk is full" in refused(capsys, *words)


def test_out_that_is_a_file_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("mine")
    said = refused(capsys, "train", "--preset", "fast", "--out", tmp_path / "file")
    assert "file" in said
    assert (tmp_path / "file").read_text() == "mine"


def test_name_that_no_card_can_hold_is_refused(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / os.fsdecode(b"\xff")
    assert "printable" in refused(capsys, "train", "--preset", "fast", "--out", out)


def test_lock_keeps_a_second_process_out(tmp_path: Path, capsys: Captured) -> None:
    with locked(tmp_path / WORKER):
        for words in (("--preset", "fast"), ("--resume",)):
            if words[0] == "--resume":
                (tmp_path / STATE).write_text('{"status": "running"}')
            said = refused(capsys, "train", *words, "--out", tmp_path)
            assert "Another process is using the run" in said
            assert "wait until it ends" in said
    assert not (tmp_path / CONFIG).exists()


def test_presets_of_the_shipped_models_are_offered() -> None:
    assert {"fast", "digits-lstm", "digits-gru", "digits-rnn"} <= set(PRESETS)
