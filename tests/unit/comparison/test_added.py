"""A method joins a comparison that was measured before, elsewhere: `benchmarks compare --add`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import compare as benchmark
from rnndemo.comparison.answerers import load_answerers
from rnndemo.comparison.results import Comparison, load, save
from rnndemo.comparison.run import compare, prepare
from rnndemo.data.sets import DataSet

NAME = "lru"


def few(data: DataSet, path: Path) -> str:
    """Return a data set of some digits."""
    images, labels = data.train.images[:360].numpy(), data.train.labels[:360].numpy()
    np.savez(path, images=images, labels=labels)
    return f"npz:{path}"


def known(folder: Path, spec: str) -> Comparison:
    """A comparison whose seconds are those of a machine a hundred times as slow."""
    about = replace(prepare(spec, 1, 2, "a command"), levels={"shift": (0, 2)})
    found = compare(folder, about, (benchmark.TIMED, "svm"))
    rows = tuple(
        replace(row, train_seconds=100 * row.train_seconds, latency=100 * row.latency)
        for row in found.rows
    )
    about = replace(found.about, machine="an older machine", date="2020-02-02")
    found = replace(found, about=about, rows=rows)
    save(folder, found)
    return found


def test_it_is_measured_alone_and_timed_as_if_it_had_been_there(
    digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TURNS", "STEPS"):
        monkeypatch.setattr(benchmark, name, 2)
    folder, made = tmp_path / "out", tmp_path / "made"
    before = known(folder, few(digits, tmp_path / "few.npz"))
    benchmark.add(folder, NAME, made)
    after = load(folder)
    assert [row.name for row in after.rows] == [benchmark.TIMED, NAME, "svm"]  # as in the table
    assert after.about == before.about
    assert [row for row in after.rows if row.name != NAME] == list(before.rows)
    alone, row = load(made).row(NAME), after.row(NAME)
    assert alone is not None
    assert row is not None
    slower = row.train_seconds / alone.train_seconds, row.latency / alone.latency
    assert min(slower) > 10
    times = {"train_seconds": 0.0, "latency": 0.0}
    assert replace(row, **times) == replace(alone, **times)
    assert len(row.accuracies) == 2
    images = digits.train.images[:50].numpy()
    one, other = (load_answerers(each)[NAME].probabilities(images) for each in (folder, made))
    np.testing.assert_array_equal(one, other)
