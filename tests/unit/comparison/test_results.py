from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rnndemo.comparison import results
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import ANSWERS, COMPARISON, load, only_right, save
from rnndemo.errors import InputError
from tests.comparisons import comparison, measured


def test_what_is_saved_comes_back(tmp_path) -> None:
    whole = comparison()
    save(tmp_path / "new", whole)
    again = load(tmp_path / "new")
    assert (again.about, again.rows) == (whole.about, whole.rows)
    np.testing.assert_array_equal(again.labels, whole.labels)
    assert list(again.answers) == list(whole.answers)
    for name, answers in whole.answers.items():
        np.testing.assert_array_equal(again.answers[name], answers)
    assert again.row("cnn") == whole.row("cnn")
    assert again.row("another") is None
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [ANSWERS, COMPARISON]


def test_only_right_returns_what_no_other_peer_answers_right() -> None:
    labels = np.array([0, 1, 2, 3])
    answers = {"a": np.array([0, 1, 0, 0]), "b": np.array([0, 0, 2, 0])}
    found = only_right(answers, labels)
    assert {name: places.tolist() for name, places in found.items()} == {"a": [1], "b": [2]}


def test_only_right_of_nobody_is_empty() -> None:
    assert only_right({}, np.array([1, 2])) == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("about", "test_size"), 10**9),
        (("about", "test_size"), True),
        (("about", "classes"), "0123456789"),
        (("about", "levels"), {}),
        (("rows", 0, "accuracy"), 1.5),
        (("rows", 0, "accuracy"), float("nan")),
        (("rows", 0, "accuracies"), []),
        (("rows", 0, "validation_accuracy"), 1.5),
        (("rows", 0, "name"), "../other"),
        (("rows", 0, "name"), "another"),
        (("rows", 0, "kind"), "magic"),
        (("rows", 0, "robustness"), {"shift": [0.5]}),
        (("rows", 0), None),
        (("rows",), {}),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, path, value) -> None:
    save(tmp_path, comparison(("rnn", "svm")))
    content = json.loads((tmp_path / COMPARISON).read_text())
    at = content
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    (tmp_path / COMPARISON).write_text(json.dumps(content))
    with pytest.raises(InputError, match="missing or damaged"):
        load(tmp_path)


def test_an_earlier_version_without_validation_is_read_and_titles_are_todays(tmp_path) -> None:
    save(tmp_path, comparison(("rnn", "svm")))
    content = json.loads((tmp_path / COMPARISON).read_text())
    for row in content["rows"]:
        for name in results.LATER:
            del row[name]
        row["title"] = "As it was called once"
    (tmp_path / COMPARISON).write_text(json.dumps(content))
    rows = load(tmp_path).rows
    assert [row.title for row in rows] == [PEERS[row.name].title for row in rows]
    assert {row.validation_accuracy for row in rows} == {0.0}


def test_a_newer_version_is_refused(tmp_path) -> None:
    save(tmp_path, comparison(("rnn",)))
    content = json.loads((tmp_path / COMPARISON).read_text()) | {"schema": results.SCHEMA + 1}
    (tmp_path / COMPARISON).write_text(json.dumps(content))
    with pytest.raises(InputError, match="newer version"):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"{}"])
def test_damaged_answers_are_refused(tmp_path, content) -> None:
    save(tmp_path, comparison(("rnn",)))
    (tmp_path / ANSWERS).write_bytes(content)
    with pytest.raises(InputError, match="answers.npz is missing or damaged"):
        load(tmp_path)


def test_answers_that_are_no_class_are_refused(tmp_path) -> None:
    one = comparison(("rnn",))
    save(tmp_path, replace(one, answers={"rnn": np.full_like(one.labels, 10)}))
    with pytest.raises(InputError, match="missing or damaged"):
        load(tmp_path)


def test_answers_are_never_unpickled(tmp_path) -> None:
    save(tmp_path, comparison(("rnn",)))
    np.savez(tmp_path / ANSWERS, labels=np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="missing or damaged"):
        load(tmp_path)


def test_a_missing_comparison_is_reported(tmp_path) -> None:
    with pytest.raises(InputError, match="missing or damaged"):
        load(tmp_path)


def test_measured_of_the_example_is_a_row() -> None:
    assert measured("svm", 0.08).accuracies == (0.92,)
