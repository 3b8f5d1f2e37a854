"""Scans fit pictures of some sizes: a run, a study or a command with another is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rnndemo.codec import from_query, set_values, to_query
from rnndemo.config import SCANS, DataConfig, RunConfig
from rnndemo.data.load import image_size_of, load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.scans import fits, scan_table
from rnndemo.data.sets import check_fit
from rnndemo.errors import InputError
from rnndemo.models.store import load_folder
from rnndemo.storage.folders import HOME
from rnndemo.sweeps.space import Choices, Fixed, SearchSpace
from rnndemo.sweeps.study import check_scans, prepare
from rnndemo.training.demand.estimate import demand_of
from rnndemo.training.runs import Runs
from tests.finished import finished_run
from tests.own import drawn_set, photographed_set
from tests.small import changed

DRAWING, PHOTOGRAPH, PEN_PATH = (28, 28), (64, 64), (64, 5)
VISITOR = "a" * 20
OTHERS = {"patches-7": "patches-8", "patches-16": "patches-14"}  # that do not fit where one does


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnSets:
    monkeypatch.setenv(HOME, str(tmp_path))
    return OwnSets(VISITOR)


@pytest.mark.parametrize(
    ("size", "sides"), [(DRAWING, {2, 4, 7, 14}), (PHOTOGRAPH, {2, 4, 8, 16, 32}), (PEN_PATH, ())]
)
def test_there_are_patches_of_every_size_that_divides_pictures(size, sides) -> None:
    found = [name for name in SCANS if name.startswith("patches") and fits(name, *size)]
    tables = [scan_table(name, *size) for name in found]
    assert {round(table.shape[1] ** 0.5) for table in tables} == set(sides)
    assert all(table.numel() == size[0] * size[1] for table in tables)
    assert all(fits(name, *size) for name in SCANS if not name.startswith("patches"))


@pytest.mark.parametrize("side", [7, 14])
def test_a_timestep_is_a_square_of_the_picture(side: int) -> None:
    rows, columns = (
        scan_table(f"patches-{side}", 28, 28) // 28,
        scan_table(f"patches-{side}", 28, 28) % 28,
    )
    across = 28 // side
    for t, (row, column) in enumerate(zip(rows, columns, strict=True)):
        top, left = side * (t // across), side * (t % across)
        assert row.reshape(side, side)[:, 0].tolist() == list(range(top, top + side))
        assert column.reshape(side, side)[0].tolist() == list(range(left, left + side))


def test_refusal_names_the_patches_that_fit(digits) -> None:
    with pytest.raises(InputError) as refused:
        check_fit(RunConfig(data=DataConfig(scan="patches-16")), digits)
    assert str(refused.value) == (
        "data.scan = patches-16: pictures of 28 x 28 pixels cannot be cut into such patches; these "
        "fit: patches-2 (2 x 2), patches (4 x 4), patches-7 (7 x 7), patches-14 (14 x 14)."
    )
    with pytest.raises(InputError, match="64 x 5 pixels cannot .* choose another scan, such as"):
        scan_table("patches-2", *PEN_PATH)


@pytest.mark.parametrize("scan", SCANS)
def test_links_carry_every_scan(scan: str) -> None:
    config = RunConfig(data=DataConfig(scan=scan))
    assert from_query(to_query(config)) == (config, [])


def test_size_of_pictures_is_known_before_they_are_loaded(shelf: OwnSets) -> None:
    drawn, photos = drawn_set(shelf).spec, photographed_set(shelf).spec
    for name, frame in (("digits", "auto"), (drawn, "auto"), (drawn, "path"), (photos, "auto")):
        config = RunConfig(data=DataConfig(name=name, frame=frame))
        assert image_size_of(config) == load(name, frame).image_size
    paths = RunConfig(data=DataConfig(name="gestures-strokes"))
    folder = RunConfig(data=DataConfig(name="folder:some", frame="photo"))
    assert (image_size_of(paths), image_size_of(folder)) == (PEN_PATH, PHOTOGRAPH)


# --- studies ----------------------------------------------------------------------------------


def test_study_with_a_scan_that_fits_none_of_its_data_is_refused(
    shelf: OwnSets, tmp_path: Path
) -> None:
    photos = photographed_set(shelf).spec
    scans = ("data.scan", Choices(("rows", "patches-7", "patches-16")))
    with pytest.raises(InputError, match="patches-16: pictures of 28 x 28 .* patches-7"):
        prepare(tmp_path / "new", SearchSpace(dimensions=(scans,)))
    with pytest.raises(InputError, match="patches-7: pictures of 64 x 64 .* patches-8"):
        check_scans(SearchSpace(dimensions=(scans, ("data.name", Fixed(photos)))))
    both = SearchSpace(dimensions=(scans, ("data.name", Choices(("digits", photos)))))
    check_scans(both)  # of its trials, those that do not fit fail
    check_scans(SearchSpace(dimensions=(("data.scan", Choices(("patches-2", "patches-14"))),)))
    unlike = SearchSpace(base=RunConfig(data=DataConfig(scan="patches-8")))
    with pytest.raises(InputError, match="patches-8"):
        check_scans(unlike)
    check_scans(replace(unlike, dimensions=(("data.scan", Fixed("columns")),)))


# --- trainings --------------------------------------------------------------------------------


@pytest.mark.parametrize(("scan", "time"), [("patches-7", 16), ("patches-16", 16)])
def test_patches_are_learnt(shelf: OwnSets, scan: str, time: int) -> None:
    own = (drawn_set if scan == "patches-7" else photographed_set)(shelf)
    data = load(own.spec)
    config = changed(data__name=own.spec, data__scan=scan, data__train_size=0, training__epochs=2)
    assert demand_of(config).memory > 0  # a click on Start asks for it before data are loaded
    run = finished_run(Runs(VISITOR), data, "patches", config)
    model = load_folder(run.folder)
    assert scan_table(model.config.data.scan, *model.image_size).shape[0] == time
    assert model.network.features == data.test.images[0].numel() // time
    assert torch.isfinite(next(iter(model.network.parameters()))).all()
    with pytest.raises(InputError, match="cannot be cut into such patches; these fit"):
        check_fit(set_values(config, {"data.scan": OTHERS[scan]}), data)
