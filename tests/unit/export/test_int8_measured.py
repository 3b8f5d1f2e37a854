"""8-bit weights as a job: what is measured is kept, and damage is no figure."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rnndemo.hardening.pruning.jobs import MODEL, NUMBERS, PruningJobs, PruningRequest
from rnndemo.hardening.pruning.measured import POINTS
from rnndemo.hardening.pruning.numbers import NumbersMeasured, NumbersSide, numbers_of
from rnndemo.models.store import Model, save_model
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.numbers import numbers_said, numbers_table
from rnndemo.storage.files import write_json
from tests.runs import until

FOUND = NumbersMeasured(
    NumbersSide(2000, 990, 0.002), NumbersSide(500, 980, 0.001), 1000, 985, 0.75, ("GRU",)
)


def test_a_process_measures_it(data_folder: Path, tiny_of_arrays: Model) -> None:
    request = PruningRequest("f" * 64, NUMBERS)
    job = PruningJobs("a" * 20).start(request, lambda folder: save_model(folder, tiny_of_arrays))
    until(lambda: not job.outcome.active, "its end")
    assert job.outcome.status == "done", job.outcome.message
    found = numbers_of(job.folder)
    assert found is not None
    assert 0 < found.small.bytes < found.whole.bytes
    assert found.same >= 0.9 * found.count
    low, high = found.interval(found.small)
    assert low <= found.small.right / found.count <= high
    assert not (job.folder / MODEL).exists()


@pytest.mark.parametrize(
    "change", [{"count": 0}, {"count": 980}, {"share": 1.5}, {"whole": {"bytes": 1}}, {"same": -1}]
)
def test_damaged_figures_are_none(change: dict[str, object], tmp_path: Path) -> None:
    write_json(tmp_path / POINTS, asdict(FOUND))
    assert numbers_of(tmp_path) == FOUND
    write_json(tmp_path / POINTS, asdict(FOUND) | change)
    assert numbers_of(tmp_path) is None
    assert numbers_of(tmp_path / "gone") is None


def test_it_is_said_in_a_table_and_in_sentences() -> None:
    table = numbers_table(FOUND, Look())
    for cell in ("99.0 %", "98.0 %", "2.0", "0.5", "25 %", "2.00", "1.00", "50 %"):
        assert f"<td>{cell}</td>" in table
    said = numbers_said(FOUND, Look())
    assert "Of 1,000 test pictures, 985 get the same answer" in said
    assert (
        "75 % of the weights in matrices have 8 bits; onnxruntime has no 8-bit form of GRU" in said
    )
    assert "75 %" not in numbers_said(replace(FOUND, left=()), Look())
