"""Accuracy against the share that is pruned: measured once, point by point, nobody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import accuracy
from rnndemo.hardening.pruning import measured
from rnndemo.hardening.pruning.importance import MEASURES
from rnndemo.hardening.pruning.jobs import (
    MAX_MEASUREMENTS,
    MODEL,
    PRUNED_BY,
    PruningJob,
    PruningJobs,
    PruningRequest,
)
from rnndemo.hardening.pruning.measured import POINTS, STEPS, measure_shares, points_of
from rnndemo.hardening.pruning.prune import without_units, without_weights
from rnndemo.jobs.queue import Turn, run_queue, slots
from rnndemo.jobs.requested import ASKED
from rnndemo.models.store import Card, Model, save_model, size_of
from rnndemo.storage.files import read_json, write_json
from rnndemo.training.trainer import build_model
from tests.runs import until
from tests.sleepers import ended
from tests.small import changed

ME, OTHER = "a" * 20, "b" * 20
UNITS = PruningRequest("f" * 64, "units", "taylor")


@pytest.fixture
def asleep(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process."""
    monkeypatch.setattr(PruningJob, "go", lambda job: None)


@pytest.fixture
def few(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    part = replace(few_digits, test=few_digits.test.take(torch.arange(100)))
    monkeypatch.setattr(measured, "data_for", lambda model: part)
    return part


def started(model: Model, request: PruningRequest = UNITS) -> PruningJob:
    return PruningJobs(ME).start(request, lambda folder: save_model(folder, model))


def test_each_share_is_measured_as_the_model_that_lost_it(
    asleep: None, few: DataSet, tiny: Model
) -> None:
    job = started(tiny)
    measure_shares(job.folder)
    points = points_of(job.folder)
    assert [one.share for one in points] == [round(16 * share) / 16 for share in STEPS]
    half = without_units(tiny, few.validation, 0.5, "taylor").model
    for one, model in ((points[0], tiny), (points[5], half)):
        assert one.accuracy == accuracy(model.network, few.test, "rows")
        assert one.parameters == model.network.count_parameters()
        assert (one.bytes, one.seconds > 0) == (size_of(model), True)
        low, high = one.interval
        assert low <= one.accuracy <= high
    assert not (job.folder / MODEL).exists()  # of no more use, and the largest part


@pytest.mark.parametrize("size", [1, 4, 5])
@pytest.mark.parametrize("cell", ["lstm", "mingru"])
def test_networks_of_few_units_lose_whole_units_and_keep_one(
    asleep: None, few: DataSet, size: int, cell: str
) -> None:
    config = changed(model__hidden_size=size, model__cell=cell, model__num_layers=2)
    network = build_model(config, few).eval().requires_grad_(False)
    job = started(Model("few", config, network, few.classes, few.image_size, Card("few")))
    measure_shares(job.folder)
    points = points_of(job.folder)
    gone = [min(round(size * share), size - 1) for share in STEPS]
    assert [one.share for one in points] == [count / size for count in gone]
    left = [one.parameters for one in points]
    assert left == sorted(left, reverse=True)
    assert len(set(left)) == len(set(gone))


def test_it_goes_on_where_it_was_stopped(asleep: None, few: DataSet, tiny: Model) -> None:
    job = started(tiny, PruningRequest("f" * 64, "weights"))
    known = [{"share": share, "right": 1, "count": 100, "parameters": 2} for share in STEPS[:-1]]
    write_json(job.folder / POINTS, known)
    measure_shares(job.folder)
    points = points_of(job.folder)
    assert {one.right for one in points[:-1]} == {1}
    less = without_weights(tiny, STEPS[-1]).model
    assert points[-1].accuracy == accuracy(less.network, few.test, "rows")


@pytest.mark.parametrize(
    "content", ["", [1], [{"share": 0}], [{"share": 0, "right": 2, "count": 1, "parameters": 1}]]
)
def test_damaged_points_are_none(content: object, tmp_path: Path) -> None:
    write_json(tmp_path / POINTS, content)
    assert points_of(tmp_path) == []


@pytest.mark.parametrize("change", [{"kind": "layers"}, {"measure": ""}, {"measure": "../x"}])
def test_what_cannot_be_measured_is_refused_before_anything_is_written(
    change: dict[str, str], data_folder: Path, tiny: Model
) -> None:
    with pytest.raises(InputError, match="choose one of"):
        started(tiny, replace(UNITS, **change))
    assert not (data_folder / "prunings").exists()
    assert set(PRUNED_BY["units"]) == set(MEASURES)


def test_the_oldest_are_deleted_and_a_damaged_request_is_reported(
    asleep: None, tiny: Model
) -> None:
    made = [started(tiny).name for _ in range(MAX_MEASUREMENTS + 2)]
    jobs = PruningJobs(ME).all()
    assert [job.name for job in jobs] == made[::-1][:MAX_MEASUREMENTS]
    write_json(jobs[0].folder / ASKED, read_json(jobs[0].folder / ASKED) | {"kind": 1})
    with pytest.raises(InputError, match=r"asked\.json cannot be read"):
        _ = jobs[0].request
    assert jobs[1].outcome.status == "stopped"


def test_it_waits_its_turn_alone_and_stops(data_folder: Path, tiny: Model) -> None:
    before = [Turn(run_queue(), f"{n:020x}") for n in range(slots())]
    assert [turn.place() for turn in before] == [0] * slots()
    with ended():
        job = started(tiny)
        try:
            until(lambda: job.outcome.place == 1, "a place in the queue")
            with pytest.raises(InputError, match="Only one measurement can run at a time"):
                started(tiny)
            with pytest.raises(InputError, match="someone else"):
                PruningJobs(OTHER).find(job.name).stop()
        finally:
            job.stop()
            for turn in before:
                turn.give_back()
    assert job.outcome.status == "stopped"
