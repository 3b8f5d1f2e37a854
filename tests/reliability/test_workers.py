"""Workers outlive their parent, leave nothing behind, and are never two per run."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.jobs.process import children, worker_of
from rnndemo.jobs.queue import Turn, slots
from rnndemo.models.store import load_folder
from rnndemo.storage.folders import home
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import WORKER
from rnndemo.training.engine import digest
from rnndemo.training.runs import Runs
from tests.runs import events, until, until_state, until_step

SHORT = RunConfig(
    data=DataConfig(train_size=1000),
    model=ModelConfig(hidden_size=8),
    training=TrainingConfig(epochs=4, batch_size=50, schedule="constant", lr=0.01),
)
PER_EPOCH = 20
LONG = replace(SHORT, training=replace(SHORT.training, epochs=1000))


def in_a_process(act: Callable[[], object]) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=act)
    process.start()
    return process


def test_killing_the_server_leaves_the_worker_training(visitor: Runs) -> None:
    def serve() -> None:
        os.setsid()
        visitor.start(SHORT)
        os.killpg(0, signal.SIGKILL)

    server = in_a_process(serve)
    server.join()
    assert server.exitcode == -signal.SIGKILL
    (run,) = visitor.all()
    assert run.state.active
    assert until_state(run, "done").step == 4 * PER_EPOCH
    assert load_folder(run.folder).card.test_accuracy == run.state.test_accuracy


def test_one_run_through_all_requests_and_a_kill(visitor: Runs) -> None:
    run = visitor.start(LONG, paused=True)
    assert until_state(run, "paused").step == 0
    run.ask("go", steps=1)
    until(lambda: run.state.step == 1, "one step")
    run.ask("go", epochs=1)
    until(lambda: run.state.step == PER_EPOCH, "the end of the epoch")
    assert until_state(run, "paused").step == PER_EPOCH  # and it stays there
    run.ask("lr", lr=0.002)
    until(lambda: events(run.folder, "lr"), "the new rate")
    os.kill(worker_of(run.folder), signal.SIGKILL)
    until(lambda: not is_locked(run.folder / WORKER), "its end")
    run.ask("go", steps=1)
    assert until_step(run, PER_EPOCH + 1)["lr"] == 0.002
    until_state(run, "paused")
    run.ask("go")
    until_step(run, 2 * PER_EPOCH)
    run.ask("pause")
    paused = until_state(run, "paused")
    assert paused.step == events(run.folder, "steps")[-1]["step"]
    run.ask("stop")
    ended = until_state(run, "stopped")
    assert ended.step == paused.step
    assert load_folder(run.folder).card.test_accuracy == ended.test_accuracy
    assert len(events(run.folder, "start")) == 2


def test_many_who_ask_at_once_get_one_worker_and_every_request(visitor: Runs) -> None:
    run = visitor.start(LONG, paused=True)
    run.kill()
    started = len(events(run.folder, "start"))
    asking = [in_a_process(lambda: run.ask("go", steps=1)) for _ in range(5)]
    for process in asking:
        process.join()
    until(lambda: run.state.step == 5 and not run.state.active, "five steps")
    assert len(events(run.folder, "start")) == started + 1
    assert run.state.message == ""


def test_deleted_folder_ends_the_worker_and_nothing_comes_back(visitor: Runs) -> None:
    run = visitor.start(LONG)
    until_step(run, 10)
    process = children[-1]
    shutil.rmtree(run.folder)
    assert until(lambda: (process.poll() is not None) and [process.returncode], "its end") == [0]
    assert not run.folder.exists()
    assert list((home() / "queue").glob("[0-9]*")) == []


def test_run_deleted_while_it_trains_comes_back_and_goes_on(visitor: Runs) -> None:
    run = visitor.start(SHORT)
    until_step(run, 1)
    visitor.delete(run.name)
    assert visitor.all() == []
    back = visitor.undelete(run.name)
    assert back.state.status == "paused"
    begun = events(back.folder, "start")[0]["weights"]
    back.ask("go")
    assert until_state(back, "done").step == 4 * PER_EPOCH
    assert begun != digest(load_folder(back.folder).network)


def test_run_waits_while_others_train(visitor: Runs, tmp_path: Path) -> None:
    others = [Turn(tmp_path / "queue", f"other{number}") for number in range(slots())]
    assert all(other.place() == 0 for other in others)
    first = visitor.start(SHORT)
    until(lambda: first.place == 1, "one that waits")  # else the second may draw its ticket sooner
    second = visitor.start(SHORT)
    until(lambda: (first.place, second.place) == (1, 2), "two that wait")
    assert (first.state.status, second.state.status) == ("queued", "queued")
    first.kill()
    until(lambda: second.place == 1, "the next to move up")
    assert first.state.status == "paused"
    others[0].give_back()
    until_state(second, "running")
    assert second.place == 0
    second.kill()


WISHES = b'{"kind":"lr","lr":-1}\n\xff\xfe{\n[3]\n{"kind":"stop'


def test_garbage_that_someone_writes_by_hand_does_no_harm(visitor: Runs) -> None:
    run = visitor.start(SHORT)
    with (run.folder / "controls.jsonl").open("ab") as file:
        file.write(WISHES)
    ended = until_state(run, "done", "failed", "paused", "stopped")
    assert (ended.status, ended.step) == ("done", 4 * PER_EPOCH)
    assert (run.folder / "worker.log").read_bytes() == b""
