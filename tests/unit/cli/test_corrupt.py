"""The command corrupt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnndemo.cli import corrupt
from rnndemo.cli.main import main
from rnndemo.data.sets import DataSet
from tests.terminal import Captured, refused, run, run_json

MODEL = ("corrupt", "--model", "digits-rnn")


@pytest.fixture
def arrays(few_digits: DataSet, tmp_path: Path) -> Path:
    test = few_digits.test
    np.savez(tmp_path / "a.npz", images=test.images[:20].numpy(), labels=test.labels[:20].numpy())
    return tmp_path / "a.npz"


def test_help_explains(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["corrupt", "--help"])
    assert "--severity" in capsys.readouterr().out


@pytest.mark.parametrize("first", [True, False])
def test_figures_by_kind_and_severity(first: bool, arrays: Path, capsys: Captured) -> None:
    options = ("--kind", "fog", "missing_rows", "--severity", 1, 4)
    words = (*MODEL, arrays, *options) if first else (*MODEL, *options, arrays)
    found = run_json(capsys, *words)
    pairs = [(one["kind"], one["severity"]) for one in found["corruptions"]]
    assert pairs == [("fog", 1), ("fog", 4), ("missing_rows", 1), ("missing_rows", 4)]
    assert found["n"] == 20
    for one in found["corruptions"]:
        assert 0 <= one["low"] <= one["accuracy"] <= one["high"] <= 1
    assert found["worst"]["kind"] == "fog"
    assert "mnist_c" not in found


def test_all_of_mnist_c_have_a_mean(arrays: Path, capsys: Captured) -> None:
    status, out, err = run(capsys, *MODEL, arrays)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("clean")
    assert lines[-1].startswith("mean over MNIST-C")
    assert len(lines) == 1 + 22 * 5 + 1


def test_without_labels_it_counts_what_stays(
    arrays: Path, tmp_path: Path, capsys: Captured
) -> None:
    with np.load(arrays) as given:
        np.savez(tmp_path / "u.npz", images=given["images"])
    found = run_json(
        capsys, *MODEL, tmp_path / "u.npz", "--kind", "thicker_strokes", "--severity", 1
    )
    (one,) = found["corruptions"]
    assert (found["clean"], one["accuracy"], one["low"], one["high"]) == (None, None, None, None)
    assert one["same"] > 0.5


def test_without_an_input_it_takes_the_test_pictures(
    few_digits: DataSet, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(corrupt, "data_for", lambda model: few_digits)
    found = run_json(capsys, *MODEL, "--kind", "fog", "--severity", 1)
    assert found["n"] == len(few_digits.test)
    assert found["clean"] > 0.9
    assert [one["kind"] for one in found["corruptions"]] == ["fog"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "mist"), "--kind = 'mist': choose one of shot_noise"),
        (("--kind", "fog", "mist"), "--kind = 'mist': choose one of shot_noise"),
        (("--kind", "mist", "INPUT"), "--kind = 'mist': choose one of shot_noise"),
        (("--severity", 6, "INPUT"), "--severity 6: a whole number from 1 to 5"),
        (("--severity", "x", 2, "INPUT"), "--severity x: a whole number from 1 to 5"),
        (("--kind", "fog", "gone.npz"), "gone.npz"),
        (("--kind", "gone/here"), "here: files of this kind cannot be read"),
        (("--kind", 400 * "x"), "choose one of shot_noise"),
    ],
)
def test_bad_input_is_one_sentence(
    words: tuple[object, ...], said: str, arrays: Path, capsys: Captured
) -> None:
    given = [arrays if word == "INPUT" else word for word in words]
    assert said in refused(capsys, *MODEL, *given)


@pytest.mark.parametrize(
    ("model", "said"), [("gestures-strokes", "pen path"), ("scenes-lstm", "reads scenes")]
)
def test_other_models_are_refused(model: str, said: str, arrays: Path, capsys: Captured) -> None:
    assert said in refused(capsys, "corrupt", "--model", model, "--kind", "fog", arrays)
