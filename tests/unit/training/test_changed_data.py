"""A run goes on with the pictures that it began with; with others it stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.data.load import data_of, load
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.data.scenes.data import SceneData, kind_of
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import data_digest, own_digest
from rnndemo.presets import PRESETS
from rnndemo.storage.names import CHECKPOINT, WEIGHTS
from rnndemo.training import foreground
from rnndemo.training.checkpoint import load_checkpoint
from rnndemo.training.engine import Engine
from rnndemo.training.runs import Run, Runs
from rnndemo.training.trainer import Trainer
from tests.own import drawing, drawn_set
from tests.small import changed

CHANGED = "have changed since it began.*start a new one"
pytestmark = pytest.mark.usefixtures("sleepers")


@pytest.fixture
def signs(mine: OwnSets) -> OwnSetFolder:
    return drawn_set(mine, 10)


def config_of(signs: OwnSetFolder) -> RunConfig:
    return changed(data__name=signs.spec, data__train_size=0, training__epochs=2)


@pytest.fixture
def finished(me: Runs, signs: OwnSetFolder) -> Run:
    """A run that has learnt the signs."""
    run = me.start(config_of(signs))
    run.kill()
    assert Engine(run.folder, data_of(run.config)).run().status == "done"
    return run


def one_more(mine: OwnSets, signs: OwnSetFolder) -> None:
    mine.add(signs.id, "tick", [drawing("tick", 99)])


def another_class(mine: OwnSets, signs: OwnSetFolder) -> None:
    mine.change(signs.id, lambda content: content.with_class("corner"))
    mine.add(signs.id, "corner", [drawing("corner", seed) for seed in range(6)])


@pytest.mark.parametrize("change", [one_more, another_class])
def test_a_finished_run_stays_done_when_its_pictures_have_changed(
    change: Callable[[OwnSets, OwnSetFolder], None],
    mine: OwnSets, signs: OwnSetFolder, finished: Run, me: Runs,
) -> None:  # fmt: skip
    change(mine, signs)
    before = {path.name: path.read_bytes() for path in finished.folder.iterdir()}
    for run in (finished, me.copy(finished.folder, "a copy")):
        for kind, values in (("epochs", {"epochs": 1}), ("go", {}), ("lr", {"lr": 0.1})):
            with pytest.raises(InputError, match=CHANGED):
                run.ask(kind, **values)
        assert (run.state.status, run.running) == ("done", False)
    assert {path.name: path.read_bytes() for path in finished.folder.iterdir()} == before
    assert WEIGHTS in before


def test_a_run_goes_on_with_the_same_pictures(
    mine: OwnSets, signs: OwnSetFolder, finished: Run
) -> None:
    one_more(mine, signs)
    (name,) = set(mine.find(signs.id).content.examples) - set(signs.content.examples)
    mine.change(signs.id, lambda content: content.without_example("tick", name, time.time()))
    finished.ask("epochs", epochs=1)  # what was added is gone again
    assert finished.state.status == "queued"


def test_a_run_whose_data_are_gone_stays_done(
    mine: OwnSets, signs: OwnSetFolder, finished: Run
) -> None:
    mine.delete(signs.id)
    with pytest.raises(InputError):
        finished.ask("epochs", epochs=1)
    assert finished.state.status == "done"


def test_a_checkpoint_that_names_no_pictures_goes_on_as_before(
    mine: OwnSets, signs: OwnSetFolder, finished: Run
) -> None:
    path = finished.folder / CHECKPOINT
    with safe_open(path, framework="pt") as file:
        header = dict(file.metadata())
    assert header.pop("data") == data_digest(load(signs.spec))
    save_file(load_file(path), path, header)  # as an earlier version wrote it
    one_more(mine, signs)
    trainer = Trainer(finished.config, data_of(finished.config))
    assert load_checkpoint(finished.folder, trainer)
    finished.ask("epochs", epochs=1)
    assert finished.state.status == "queued"


def test_a_worker_whose_pictures_changed_while_it_waited_says_so(
    mine: OwnSets, signs: OwnSetFolder, finished: Run
) -> None:
    one_more(mine, signs)
    with pytest.raises(InputError, match=CHANGED):
        Engine(finished.folder, data_of(finished.config))


def test_the_command_line_goes_on_with_the_same_pictures_alone(
    mine: OwnSets, signs: OwnSetFolder, finished: Run
) -> None:
    assert foreground.go_on(finished.folder, data_of, more_epochs=1).state.status == "done"
    one_more(mine, signs)
    with pytest.raises(InputError, match=CHANGED):
        foreground.go_on(finished.folder, data_of, more_epochs=1)
    assert finished.state.status == "done"


def test_registered_pictures_need_no_digest_and_scenes_have_that_of_theirs(
    signs: OwnSetFolder, digits: DataSet
) -> None:
    own = load(signs.spec)
    config = codec.set_value(PRESETS["scenes"], "scenes.glyphs", signs.spec)
    scenes = SceneData(kind_of(config.scenes), own)
    assert own_digest(digits) == own_digest(replace(scenes, glyphs=digits)) == ""
    assert own_digest(own) == own_digest(scenes) == data_digest(own)
