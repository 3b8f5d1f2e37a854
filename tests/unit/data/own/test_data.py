"""Own classes are data to train on: the same for everyone who knows the set's random name."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rnndemo import codec
from rnndemo.config import DataConfig, RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.load import data_of, load, offered
from rnndemo.data.own.data import COPIES
from rnndemo.data.own.sets import MIN_EXAMPLES
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.data.sets import check_fit
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import command_for, data_digest
from rnndemo.storage.folders import owner_of
from rnndemo.training.runs import Runs
from tests.own import drawing, drawn_set, photographed_set

pytestmark = pytest.mark.usefixtures("data_folder")


def test_drawings_become_pictures_or_pen_paths(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 12)
    for frame, resulting in (("auto", "ink"), ("ink", "ink"), ("path", "path")):
        data = load(own_set.spec, frame)
        assert (data.name, data.classes) == ("set:my signs", ("tick", "roof"))
        assert (data.frame, data.image_size) == (resulting, FRAMES[resulting].size)
        each = 9 * (1 + COPIES if resulting == "path" else 1)  # pictures are varied in training
        parts = (data.train, data.validation, data.test)
        counts = [torch.bincount(part.labels).tolist() for part in parts]
        assert counts == [[each, each], [1, 1], [2, 2]]


def test_photographs_become_photographs(mine: OwnSets) -> None:
    own_set = photographed_set(mine, MIN_EXAMPLES)
    data = load(own_set.spec)
    assert (data.frame, data.image_size) == ("photo", FRAMES["photo"].size)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [6, 2, 2]


@pytest.mark.parametrize(("make", "frame"), [(drawn_set, "photo"), (photographed_set, "path")])
def test_frame_that_does_not_fit_is_refused(mine: OwnSets, make: object, frame: str) -> None:
    own_set = make(mine, 6)  # type: ignore[operator]
    with pytest.raises(InputError, match=rf"data\.frame = {frame}: the examples of my"):
        load(own_set.spec, frame)


def test_too_few_examples_say_which_class_needs_how_many(mine: OwnSets) -> None:
    own_set = drawn_set(mine, MIN_EXAMPLES - 1)
    with pytest.raises(InputError, match="Still missing: tick 1, roof 1"):
        load(own_set.spec)


@pytest.mark.parametrize("spec", ["set:", "set:..", "set:" + "a" * 20, "set:../../x", "set"])
def test_spec_of_no_set_is_refused(spec: str) -> None:
    assert not offered(spec)
    with pytest.raises(InputError, match="There is no|is not here"):
        load(spec)


def test_pages_offer_registered_sets_and_own_ones_and_nothing_else(
    mine: OwnSets, tmp_path: Path
) -> None:
    own_set = drawn_set(mine, 6)
    assert offered("digits")
    assert offered(own_set.spec)
    for spec in (f"folder:{tmp_path}", "npz:x.npz", own_set.id, f"set:{own_set.id}/", "", "set"):
        assert not offered(spec)


def test_set_stays_in_memory_until_it_changes(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 6)
    first = load(own_set.spec)
    assert load(own_set.spec) is first
    mine.change(own_set.id, lambda content: content.with_class_renamed("roof", "hat"))
    renamed = load(own_set.spec)
    assert renamed.classes == ("tick", "hat")
    mine.add(own_set.id, "tick", [drawing("tick", 99)])
    assert len(load(own_set.spec).train) > len(first.train)


def test_set_called_as_a_shipped_one_is_not_taken_for_it(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 6)
    mine.change(own_set.id, lambda content: content.renamed("digits"))
    assert data_digest(load(own_set.spec)) != data_digest(load("digits"))


def test_example_that_cannot_be_read_is_left_out(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 6)
    for name in own_set.content.find("tick").examples[:2]:
        (own_set.folder / f"{name}.json").write_bytes(b"[[")
    data = load(own_set.spec)
    assert len(data.train) + len(data.validation) + len(data.test) == 10


def test_example_that_is_gone_leaves_the_class_too_small_to_split(mine: OwnSets) -> None:
    own_set = drawn_set(mine, MIN_EXAMPLES)
    for name in own_set.content.find("tick").examples[:3]:
        (own_set.folder / f"{name}.json").unlink()
    with pytest.raises(InputError, match="the class 'tick' has too few pictures"):
        load(own_set.spec)


def config_of(own_set: OwnSetFolder, **data: object) -> RunConfig:
    return RunConfig(data=DataConfig(name=own_set.spec, **data))  # type: ignore[arg-type]


def test_configuration_travels_by_link_file_and_command(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 6)
    config = config_of(own_set, augmentation="people", outliers=0.1)
    check_fit(config, data_of(config))
    assert codec.from_query(codec.to_query(config)) == (config, [])
    assert codec.from_json(codec.to_json(config)) == config
    assert f"data.name={own_set.spec}" in command_for(config, "mine")


def test_any_visitor_may_train_on_a_set_whose_name_is_known(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set = drawn_set(mine, 6)
    monkeypatch.setattr("rnndemo.jobs.job.Job._start_worker", lambda *_: None)
    run = Runs(owner_of("you")).start(config_of(own_set))
    assert run.config.data.name == own_set.spec
    mine.delete(own_set.id)
    for name in (own_set.spec, "folder:/etc", "npz:/etc/x.npz"):
        with pytest.raises(InputError, match="There is no data set named"):
            Runs(owner_of("you")).start(RunConfig(data=DataConfig(name=name)))
