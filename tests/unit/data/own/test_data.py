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


def test_drawings_become_pictures_or_the_way_of_the_pen(mine: OwnSets) -> None:
    kept = drawn_set(mine, 12)
    for frame, resulting in (("auto", "ink"), ("ink", "ink"), ("path", "path")):
        data = load(kept.spec, frame)
        assert (data.name, data.classes) == ("set:my signs", ("tick", "roof"))
        assert (data.frame, data.image_size) == (resulting, FRAMES[resulting].size)
        each = 9 * (1 + COPIES if resulting == "path" else 1)  # pictures are varied in training
        parts = (data.train, data.validation, data.test)
        counts = [torch.bincount(part.labels).tolist() for part in parts]
        assert counts == [[each, each], [1, 1], [2, 2]]


def test_photographs_become_photographs(mine: OwnSets) -> None:
    kept = photographed_set(mine, MIN_EXAMPLES)
    data = load(kept.spec)
    assert (data.frame, data.image_size) == ("photo", FRAMES["photo"].size)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [6, 2, 2]


@pytest.mark.parametrize(("make", "frame"), [(drawn_set, "photo"), (photographed_set, "path")])
def test_frame_that_does_not_fit_is_refused(mine: OwnSets, make: object, frame: str) -> None:
    kept = make(mine, 6)  # type: ignore[operator]
    with pytest.raises(InputError, match=rf"data\.frame = {frame}: the examples of my"):
        load(kept.spec, frame)


def test_too_few_examples_say_which_class_needs_how_many(mine: OwnSets) -> None:
    kept = drawn_set(mine, MIN_EXAMPLES - 1)
    with pytest.raises(InputError, match="Still missing: tick 1, roof 1"):
        load(kept.spec)


@pytest.mark.parametrize("spec", ["set:", "set:..", "set:" + "a" * 20, "set:../../x", "set"])
def test_spec_of_no_set_is_refused(spec: str) -> None:
    assert not offered(spec)
    with pytest.raises(InputError, match="There is no"):
        load(spec)


def test_pages_offer_registered_sets_and_own_ones_and_nothing_else(
    mine: OwnSets, tmp_path: Path
) -> None:
    kept = drawn_set(mine, 6)
    assert offered("digits")
    assert offered(kept.spec)
    for spec in (f"folder:{tmp_path}", "npz:x.npz", kept.id, f"set:{kept.id}/", "", "set"):
        assert not offered(spec)


def test_set_stays_in_memory_until_it_changes(mine: OwnSets) -> None:
    kept = drawn_set(mine, 6)
    first = load(kept.spec)
    assert load(kept.spec) is first
    mine.change(kept.id, lambda content: content.with_class_renamed("roof", "hat"))
    renamed = load(kept.spec)
    assert renamed.classes == ("tick", "hat")
    mine.add(kept.id, "tick", [drawing("tick", 99)])
    assert len(load(kept.spec).train) > len(first.train)


def test_set_called_as_a_shipped_one_is_not_taken_for_it(mine: OwnSets) -> None:
    kept = drawn_set(mine, 6)
    mine.change(kept.id, lambda content: content.renamed("digits"))
    assert data_digest(load(kept.spec)) != data_digest(load("digits"))


def test_example_that_cannot_be_read_is_left_out_and_counted(mine: OwnSets) -> None:
    kept = drawn_set(mine, 6)
    for name in kept.content.find("tick").examples[:2]:
        (kept.folder / f"{name}.json").write_bytes(b"[[")
    data = load(kept.spec)
    assert data.left_out == 2
    assert len(data.train) + len(data.validation) + len(data.test) == 10


def test_example_that_is_gone_leaves_the_class_too_small_to_split(mine: OwnSets) -> None:
    kept = drawn_set(mine, MIN_EXAMPLES)
    for name in kept.content.find("tick").examples[:3]:
        (kept.folder / f"{name}.json").unlink()
    with pytest.raises(InputError, match="the class 'tick' has 2 pictures"):
        load(kept.spec)


def config_of(kept: OwnSetFolder, **data: object) -> RunConfig:
    return RunConfig(data=DataConfig(name=kept.spec, **data))  # type: ignore[arg-type]


def test_configuration_travels_by_link_file_and_command(mine: OwnSets) -> None:
    kept = drawn_set(mine, 6)
    config = config_of(kept, augmentation="people", outliers=0.1)
    check_fit(config, data_of(config))
    assert codec.from_query(codec.to_query(config)) == (config, [])
    assert codec.from_json(codec.to_json(config)) == config
    assert f"data.name={kept.spec}" in command_for(config, "mine")


def test_any_visitor_may_train_on_a_set_whose_name_is_known(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = drawn_set(mine, 6)
    monkeypatch.setattr("rnndemo.jobs.job.Job._start_worker", lambda *_: None)
    run = Runs(owner_of("you")).start(config_of(kept))
    assert run.config.data.name == kept.spec
    mine.delete(kept.id)
    for name in (kept.spec, "folder:/etc", "npz:/etc/x.npz"):
        with pytest.raises(InputError, match="There is no data set named"):
            Runs(owner_of("you")).start(RunConfig(data=DataConfig(name=name)))
