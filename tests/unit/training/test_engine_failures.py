"""If a training fails, the last checkpoint stays, and the message says what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
import torch

from rnndemo.codec import to_json
from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.storage.files import write_json
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CHECKPOINT, CONTROLS, WEIGHTS
from rnndemo.training.engine import Engine
from rnndemo.training.folder import load_config, make_run
from rnndemo.training.state import read_state, write_state
from rnndemo.training.tasks import pictures
from rnndemo.training.trainer import Diverged, StepEvent
from tests.runs import differing, events, take_lock, tensors, write_request
from tests.small import changed

CONFIG = changed(model__hidden_size=8, data__train_size=200, training__batch_size=64)
STEPS = 4
WILD = changed(
    model__cell="rnn", model__nonlinearity="relu", training__optimizer="sgd", training__lr=10.0,
    training__max_norm=0.0, training__schedule="constant", training__epochs=50,
)  # fmt: skip


def made(folder: Path, config: RunConfig = CONFIG) -> Path:
    make_run(folder, config)
    take_lock(folder)
    return folder


class Killed(BaseException):
    """Stands for SIGKILL: nothing of it is caught."""


def test_worker_killed_while_it_tests_makes_no_step_too_many(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path)

    def dies(*given: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pictures, "save_model", dies)
        with pytest.raises(Killed):
            Engine(folder, few_digits).run()
    before = tensors(folder)
    ended = Engine(folder, few_digits).run([{"kind": "go"}])
    assert (ended.status, ended.step) == ("done", STEPS)
    assert differing(before, tensors(folder)) == []


def test_diverged_run_keeps_a_finite_checkpoint_and_goes_on_at_a_lower_rate(
    tmp_path: Path, few_digits: DataSet
) -> None:
    folder = made(tmp_path, WILD)
    with pytest.raises(Diverged) as caught:
        Engine(folder, few_digits).run()
    assert all(value.isfinite().all() for value in tensors(folder).values())
    assert caught.value.values["step"] == events(folder, "steps")[-1]["step"] + 1
    first = [{"kind": "lr", "lr": 1e-3}, {"kind": "go", "steps": 5}]
    ended = Engine(folder, few_digits, EventReader(folder / CONTROLS)).run(first)
    assert ended.status == "paused"
    assert events(folder, "steps")[-1]["lr"] == 1e-3


def test_update_that_spoils_the_weights_is_not_saved(tmp_path: Path, few_digits: DataSet) -> None:
    folder = made(tmp_path)

    def spoil(event: StepEvent) -> None:
        if event.step == 3:
            next(run.trainer.model.parameters()).data.fill_(torch.inf)
            write_request(folder, "pause")

    run = Engine(folder, few_digits, EventReader(folder / CONTROLS), on_step=spoil)
    with pytest.raises(Diverged):
        run.run()
    assert all(value.isfinite().all() for value in tensors(folder).values())


def test_full_disk_ends_the_run_and_damages_nothing(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made(tmp_path)
    Engine(folder, few_digits).run([{"kind": "go", "steps": 2}])
    saved = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = Engine(folder, few_digits)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            run.run([{"kind": "go"}])
    assert (folder / CHECKPOINT).read_bytes() == saved[CHECKPOINT]
    assert sorted(path.name for path in folder.iterdir()) == sorted(saved)
    assert Engine(folder, few_digits).run([{"kind": "go"}]).status == "done"


def test_deleted_folder_is_not_made_again(tmp_path: Path, few_digits: DataSet) -> None:
    folder = made(tmp_path / "run")

    def delete(event: StepEvent) -> None:
        folder.rename(tmp_path / "trash")

    with pytest.raises(FileNotFoundError):
        Engine(folder, few_digits, EventReader(folder / CONTROLS), on_step=delete).run()
    assert [path.name for path in tmp_path.iterdir()] == ["trash"]


def test_run_that_is_interrupted_at_the_keyboard_is_saved(
    tmp_path: Path, few_digits: DataSet
) -> None:
    folder = made(tmp_path)

    def interrupt(event: StepEvent) -> None:
        if event.step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Engine(folder, few_digits, on_step=interrupt).run()
    again = Engine(folder, few_digits)
    assert again.trainer.step == 2
    assert events(folder, "steps")[-1]["step"] == 2


def test_network_whose_checkpoint_is_missing_stays(tmp_path: Path, few_digits: DataSet) -> None:
    folder = made(tmp_path)
    Engine(folder, few_digits).run()
    (folder / CHECKPOINT).unlink()
    before = (folder / WEIGHTS).read_bytes()
    with pytest.raises(InputError, match="checkpoint of this run is missing"):
        Engine(folder, few_digits)
    assert (folder / WEIGHTS).read_bytes() == before


def test_damaged_checkpoint_is_said_to_be(tmp_path: Path, few_digits: DataSet) -> None:
    folder = made(tmp_path)
    (folder / CHECKPOINT).write_bytes(b"no checkpoint")
    with pytest.raises(InputError, match=r"checkpoint of this run is damaged.*Start it again"):
        Engine(folder, few_digits)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({**to_json(CONFIG), "schema": 99}, r"schema 99.*Update the app"),
        ({**to_json(CONFIG), "mood": 3}, "mood: there is no such setting"),
        ([], "not a configuration: a JSON object"),
    ],
)
def test_config_that_this_version_cannot_read_is_said_to_be(
    content: object, message: str, tmp_path: Path, few_digits: DataSet
) -> None:
    folder = made(tmp_path)
    write_json(folder / "config.json", content)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match=message):
        Engine(folder, few_digits)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_missing_files_are_said_to_be(tmp_path: Path, few_digits: DataSet) -> None:
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        load_config(tmp_path)
    folder = made(tmp_path)
    (folder / "state.json").unlink()
    with pytest.raises(InputError, match="state of this run cannot be read"):
        Engine(folder, few_digits)


def test_message_of_a_failure_is_gone_when_it_goes_on(tmp_path: Path, few_digits: DataSet) -> None:
    folder = made(tmp_path)
    failed = read_state(folder).__class__("failed", message="{x} broke", values={"x": 1})
    write_state(folder, failed)
    ended = Engine(folder, few_digits).run([{"kind": "go"}])
    assert (ended.status, ended.message, ended.values) == ("done", "", {})
