"""Valid requests are fulfilled, and others are ignored."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnndemo.codec import set_value
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import STEERED_LIMITS
from rnndemo.models.store import load_folder
from rnndemo.storage.log import EventLog, EventReader
from rnndemo.storage.names import CONTROLS, EVENTS, REPORT
from rnndemo.training import engine
from rnndemo.training.checkpoint import save_checkpoint
from rnndemo.training.engine import Engine, digest
from rnndemo.training.folder import load_config, make_run
from rnndemo.training.state import RunState, read_state, write_state
from rnndemo.training.trainer import StepEvent, build_model
from tests.plain_training import train
from tests.runs import differing, events, take_lock, tensors, write_raw, write_request
from tests.small import changed

# four steps an epoch, ten epochs
CONFIG = changed(
    model__hidden_size=8, model__dropout=0.1, data__train_size=200, training__batch_size=64,
    training__epochs=10, training__schedule="constant",
)  # fmt: skip
PER_EPOCH, STEPS = 4, 40

Request = tuple[str, dict[str, Any]]
LISTENS = engine.LISTEN_SECONDS
Play = Callable[..., tuple[RunState, Engine]]


@pytest.fixture(autouse=True)
def _all_ears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run read its requests before every step."""
    monkeypatch.setattr(engine, "LISTEN_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_run(tmp_path, CONFIG)
    take_lock(tmp_path)  # as by a worker, until the process ends
    return tmp_path


@pytest.fixture
def play(folder: Path, few_digits: DataSet) -> Play:
    """Train; write each request after its step."""

    def play(first: list[Request] = (), then: dict[int, list[Request]] | None = None):
        place = (folder / CONTROLS).stat().st_size if (folder / CONTROLS).exists() else 0

        def on_step(event: StepEvent) -> None:
            for kind, content in (then or {}).get(event.step, []):
                write_request(folder, kind, **content)

        run = Engine(folder, few_digits, EventReader(folder / CONTROLS, place), on_step=on_step)
        begin = [{"kind": kind, **content} for kind, content in first]
        return run.run(begin, patience=0.2), run

    return play


def counted(folder: Path) -> int:
    """Return how many updates the events report, without those made void by a rewind."""
    return max((event["step"] for event in events(folder, "steps")), default=0)


# --- from beginning to end ------------------------------------------------------------------


def test_run_ends_tested_with_its_model_saved(
    play: Play, folder: Path, few_digits: DataSet
) -> None:
    ended, _ = play()
    assert (ended.status, ended.doing, ended.step, ended.steps) == ("done", "", STEPS, STEPS)
    assert read_state(folder) == ended
    model = load_folder(folder)
    assert model.card.test_accuracy == ended.test_accuracy
    assert ended.test_low < ended.test_accuracy < ended.test_high
    assert ended.test_size == len(few_digits.test)
    assert (folder / REPORT).is_file()
    assert events(folder, "test")[0]["test_accuracy"] == ended.test_accuracy
    assert load_config(folder) == CONFIG


def test_run_learns_what_the_plain_loop_learns(
    play: Play, folder: Path, few_digits: DataSet
) -> None:
    play()
    plain = train(CONFIG, few_digits).model
    assert digest(plain) == digest(load_folder(folder).network)


def test_events_tell_of_every_step_once_and_in_order(play: Play, folder: Path) -> None:
    play()
    steps = [event["step"] for event in events(folder, "steps")]
    assert steps == sorted(set(steps))
    assert steps[-1] == STEPS
    kinds = [event["kind"] for event in events(folder)]
    assert kinds[:2] == ["rewind", "start"]
    assert kinds[-1] == "test"
    assert EventReader(folder / EVENTS).damaged == 0


def test_curves_have_points_enough_however_fast_the_run_is(
    few_digits: DataSet, tmp_path: Path
) -> None:
    make_run(tmp_path, set_value(CONFIG, "training.epochs", 30))
    Engine(tmp_path, few_digits).run()
    for kind, name in (("steps", "accuracy"), ("watch", "validation_accuracy")):
        found = [event["step"] for event in events(tmp_path, kind) if name in event]
        assert len(found) >= 40
        assert found[0] <= 1
        assert max(after - before for before, after in itertools.pairwise(found)) <= 12
    assert events(tmp_path, "watch")[0]["pictures"] == 64  # so short a run affords no more


def test_time_limit_is_said_to_have_ended_a_run(few_digits: DataSet, tmp_path: Path) -> None:
    limited = set_value(set_value(CONFIG, "training.epochs", 1000), "training.seconds", 0.2)
    make_run(tmp_path, limited)
    ended = Engine(tmp_path, few_digits).run()
    assert ended.timed_out
    assert 0 < ended.step < ended.steps == 4000
    more = Engine(tmp_path, few_digits).run([{"kind": "epochs", "epochs": 1}])
    assert not more.timed_out


def test_same_seed_begins_with_the_same_weights(few_digits: DataSet, tmp_path: Path) -> None:
    found = []
    for name, config in (("a", CONFIG), ("b", CONFIG), ("c", set_value(CONFIG, "seed", 1))):
        make_run(tmp_path / name, config)
        Engine(tmp_path / name, few_digits)
        found.append(events(tmp_path / name, "start")[0]["weights"])
    assert found[0] == found[1] != found[2]
    assert found[0] == digest(build_model(CONFIG, few_digits))


def test_run_that_trains_never_seems_paused(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    write = write_state
    monkeypatch.setattr(
        engine,
        "write_state",
        lambda folder, state: (seen.append(state.status), write(folder, state)),
    )
    play([("go", {"epochs": 10})])
    assert (set(seen[:-1]), seen[-1]) == ({"running"}, "done")


# --- requests ---------------------------------------------------------------------------------


def test_hold_pauses_before_the_first_step(play: Play, folder: Path) -> None:
    ended, run = play([("hold", {})])
    assert (ended.status, ended.step, ended.steps) == ("paused", 0, STEPS)
    assert events(folder, "steps") == []
    assert len(events(folder, "film")) == 1  # of the untrained network
    assert digest(run.trainer.model) == events(folder, "start")[0]["weights"]


def test_pause_keeps_the_step(play: Play, folder: Path) -> None:
    ended, run = play(then={7: [("pause", {})]})
    assert (ended.status, ended.step, run.trainer.step) == ("paused", 7, 7)
    assert counted(folder) == 7
    assert read_state(folder).step == 7


def test_paused_and_resumed_is_as_if_it_had_never_stood(
    play: Play, folder: Path, few_digits: DataSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    play(then={7: [("pause", {})]})
    play([("go", {})], {20: [("pause", {}), ("go", {})]})
    straight = tmp_path_factory.mktemp("straight")
    make_run(straight, CONFIG)
    Engine(straight, few_digits).run()
    assert differing(tensors(folder), tensors(straight)) == []


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([("go", {"steps": 1})], 1),
        ([("go", {"steps": 3})], 3),
        ([("go", {"steps": 1})] * 3, 3),  # clicked three times while the worker was starting
        ([("go", {"epochs": 1})], PER_EPOCH),
        ([("go", {"steps": 1}), ("go", {"epochs": 2})], 2 * PER_EPOCH),
        ([("go", {"steps": 2}), ("pause", {}), ("go", {"steps": 1})], 1),
        ([("hold", {}), ("go", {"steps": 1}), ("lr", {"lr": 0.1})], 1),
    ],
)
def test_go_makes_exactly_the_requested_updates(
    first: list[Request], expected: int, play: Play, folder: Path
) -> None:
    ended, run = play(first)
    assert (ended.status, ended.step, run.trainer.step) == ("paused", expected, expected)
    assert counted(folder) == expected


def test_one_epoch_goes_to_the_end_of_the_epoch(play: Play) -> None:
    assert play([("go", {"steps": 6})])[0].step == 6
    assert play([("go", {"epochs": 1})])[0].step == 8
    assert play([("go", {"epochs": 1})])[0].step == 12


def test_stepping_to_the_end_ends(play: Play) -> None:
    play([("go", {"steps": STEPS - 1})])
    ended, _ = play([("go", {"steps": 1})])
    assert (ended.status, ended.step) == ("done", STEPS)


def test_rate_changes_from_that_step_on_and_survives(play: Play, folder: Path) -> None:
    play([("go", {"steps": 5}), ("lr", {"lr": 0.02})])
    assert {event["lr"] for event in events(folder, "steps")} == {0.02}
    play([("lr", {"lr": 0.003}), ("go", {"steps": 1})])
    assert events(folder, "steps")[-1]["lr"] == 0.003
    play([("go", {"steps": 1})])  # another engine, as after a kill
    assert events(folder, "steps")[-1]["lr"] == 0.003
    assert [(event["step"], event["lr"]) for event in events(folder, "lr")] == [
        (0, 0.02),
        (5, 0.003),
    ]


def test_rate_that_was_reported_is_saved(
    play: Play, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    save, write = save_checkpoint, EventLog.write
    monkeypatch.setattr(
        engine, "save_checkpoint", lambda *given: (order.append("save"), save(*given))
    )
    monkeypatch.setattr(
        EventLog, "write",
        lambda log, kind, **content: (order.append(kind), write(log, kind, **content)),
    )  # fmt: skip
    play([("lr", {"lr": 0.02})])
    assert order[order.index("lr") - 1] == "save"


def test_more_epochs_go_on_after_the_end(play: Play, folder: Path) -> None:
    play()
    ended, run = play([("epochs", {"epochs": 2})])
    assert (ended.status, ended.step, ended.steps) == ("done", STEPS + 8, STEPS + 8)
    assert len(events(folder, "test")) == 2
    assert load_folder(folder).card.limits == STEERED_LIMITS
    assert run.trainer.step == 12 * len(run.trainer.batches)


def test_stop_tests_what_there_is_and_keeps_it(play: Play, folder: Path) -> None:
    ended, run = play(then={9: [("stop", {})]})
    assert (ended.status, ended.step) == ("stopped", 9)
    assert 0 <= ended.test_accuracy <= 1
    assert digest(load_folder(folder).network) == digest(run.trainer.model)
    assert load_folder(folder).card.limits == STEERED_LIMITS
    ended, _ = play([("go", {})])
    assert (ended.status, ended.step) == ("done", STEPS)


def test_run_that_trains_listens_now_and_then(
    folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the requests costs a hundredth of a short step."""
    now, looks = [0.0], []
    monkeypatch.setattr(engine, "LISTEN_SECONDS", LISTENS)
    controls = EventReader(folder / CONTROLS)
    monkeypatch.setattr(controls, "new", lambda: looks.append(now[0]) or iter(()))
    run = Engine(folder, few_digits, controls)
    run.listened = 0.0
    monkeypatch.setattr(engine.time, "perf_counter", lambda: now[0])
    run.on_step = lambda event: now.__setitem__(0, now[0] + 0.004)
    assert run.run().status == "done"
    assert len(looks) == STEPS * 0.004 // LISTENS - 1 == 7
    assert min(b - a for a, b in itertools.pairwise(looks)) >= LISTENS


def test_stop_ends_a_paused_run(play: Play) -> None:
    assert play([("go", {"steps": 2})])[0].status == "paused"
    assert play([("stop", {})])[0].status == "stopped"


def test_what_is_requested_after_stop_waits_for_the_next(play: Play, folder: Path) -> None:
    _, run = play(then={3: [("stop", {}), ("epochs", {"epochs": 1})]})
    assert run.controls.waiting()
    assert [event["kind"] for event in run.controls.new()] == ["epochs"]


BAD: list[Request] = [
    ("lr", {"lr": -1}), ("lr", {"lr": "x"}), ("lr", {}), ("lr", {"lr": None}), ("lr", {"lr": True}),
    ("lr", {"lr": 1e99}), ("lr", {"lr": [0.1]}), ("epochs", {"epochs": "x"}),
    ("epochs", {"epochs": 0}), ("epochs", {}), ("epochs", {"epochs": 10**30}),
    ("go", {"steps": -3}), ("go", {"steps": "x"}), ("go", {"steps": 1.5}), ("go", {"epochs": None}),
    ("go", {"epochs": -1}), ("go", {"steps": 10**30}), ("dance", {}), ("__init__", {}), ("", {}),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_bad_request_changes_nothing(bad: Request, play: Play, folder: Path) -> None:
    ended, run = play([("go", {"steps": 2}), bad])
    assert (ended.status, ended.step, ended.steps) == ("paused", 2, STEPS)
    assert (run.trainer.lr, events(folder, "lr"), events(folder, "epochs")) == (0.01, [], [])


def test_garbage_among_the_requests_is_passed_over(folder: Path, few_digits: DataSet) -> None:
    garbage = b'\x00\xff\n[1]\n{"kind": 3}\n{"kind": "lr", "lr": NaN}\n{"kind": "lr", "lr": 1e400}'
    half = b'\n{"kind": "sto'

    def on_step(event: StepEvent) -> None:
        if event.step == 3:
            write_raw(folder, garbage + half)

    run = Engine(folder, few_digits, EventReader(folder / CONTROLS), on_step=on_step)
    ended = run.run()
    assert (ended.status, ended.step, run.trainer.lr) == ("done", STEPS, 0.01)
    assert not run.controls.waiting()


def test_paused_run_ends_its_process_after_a_while(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    monkeypatch.setattr("rnndemo.training.engine.time.sleep", looks.append)
    assert play([("go", {"steps": 30})])[0].status == "paused"
    assert len(looks) > 1  # its patience begins when it is paused, not with the request
