"""The commands attack and certify."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnndemo.data.sets import DataSet
from tests.terminal import Captured, refused, run, run_json

ATTACK = ("attack", "--model", "digits-rnn", "--attack", "pgd", "--epsilon", 0.1, "--steps", 5)
CERTIFY = ("certify", "--model", "digits-rnn", "--sigma", 0.1, "--samples", 100)


@pytest.fixture
def arrays(digits: DataSet, tmp_path: Path) -> Path:
    test = digits.test
    np.savez(tmp_path / "a.npz", images=test.images[:20].numpy(), labels=test.labels[:20].numpy())
    return tmp_path / "a.npz"


@pytest.fixture
def picture(digits: DataSet, tmp_path: Path) -> Path:
    Image.fromarray(digits.test.images[0].numpy()).save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


def test_attack_answers_in_the_contracts_form(arrays: Path, capsys: Captured) -> None:
    said = run_json(capsys, *ATTACK, arrays)
    assert list(said)[:1] == ["n"]
    evaluated = run_json(capsys, "evaluate", "--model", "digits-rnn", arrays)
    assert said["accuracy"] == evaluated["accuracy"] > 0.9
    assert said["attacked"] < 0.5
    assert said["attacked_low"] <= said["attacked"] <= said["attacked_high"]
    assert said["low"] <= said["accuracy"] <= said["high"]
    settings = {key: said[key] for key in ("n", "attack", "norm", "epsilon", "steps", "restarts")}
    assert settings == {
        "n": 20, "attack": "pgd", "norm": "linf", "epsilon": 0.1, "steps": 5, "restarts": 1,
    }  # fmt: skip
    assert run_json(capsys, *ATTACK, arrays) == said


def test_attack_prints_intervals(arrays: Path, capsys: Captured) -> None:
    status, out, err = run(capsys, *ATTACK, "--defence", "binarise", arrays)
    assert (status, err) == (0, "")
    assert out.startswith("drawings  20\naccuracy  9")
    assert "\nattacked  " in out


def test_attack_on_a_row_says_which(picture: Path, capsys: Captured) -> None:
    words = ("attack", "--model", "digits-rnn", "--attack", "row", "--epsilon", 1, "--steps", 10)
    said = run_json(capsys, *words, picture)
    assert (said["n"], said["accuracy"], said["attacked"]) == (1, None, 0.0)
    assert sum(said["rows"]) == 1
    _, out, _ = run(capsys, *words, picture)
    assert f"most often row {said['rows'].index(1) + 1} (1)" in out
    assert "kept      0.00%" in out


def test_certify_answers_in_the_contracts_form(arrays: Path, capsys: Captured) -> None:
    said = run_json(capsys, *CERTIFY, arrays)
    assert (said["n"], said["sigma"], said["samples"]) == (20, 0.1, 100)
    assert said["confidence"] == pytest.approx(0.999)
    shares = [one["accuracy"] for one in said["certified"]]
    assert shares == sorted(shares, reverse=True)
    assert said["certified"][0]["radius"] == 0
    assert shares[0] + said["abstained"] <= 1
    assert shares[0] > 0.8


def test_certify_prints_a_table(picture: Path, capsys: Captured) -> None:
    status, out, err = run(capsys, *CERTIFY, picture)
    assert (status, err) == (0, "")
    assert "L2 radius  certain\n0.000      100.00%" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ATTACK, "--epsilon", 3), "--epsilon = 3.0"),
        ((*ATTACK, "--epsilon", "nan"), "--epsilon = nan"),
        ((*ATTACK, "--epsilon", "much"), "much"),
        ((*ATTACK, "--steps", 0), "--steps = 0"),
        ((*ATTACK, "--restarts", 0), "--restarts = 0"),
        ((*ATTACK, "--norm", "l1"), "linf, l2"),
        ((*ATTACK, "--attack", "magic"), "fgsm, pgd, row, noise"),
        ((*ATTACK, "--defence", "prayer"), "none, binarise"),
        ((*ATTACK, "--model", "gestures-strokes"), "reads the pen path"),
        ((*ATTACK, "--model", "scenes-lstm"), "reads scenes"),
        ((*CERTIFY, "--samples", 3), "--samples = 3: a whole number from 100"),
        ((*CERTIFY, "--sigma", 0), "--sigma = 0.0"),
        ((*CERTIFY, "--model", "gestures-strokes"), "reads the pen path"),
    ],
)
def test_nonsense_is_refused_in_a_line(
    words: tuple[object, ...], said: str, picture: Path, capsys: Captured
) -> None:
    assert said in refused(capsys, *words, picture)


def test_a_blank_picture_has_no_answer_to_attack(tmp_path: Path, capsys: Captured) -> None:
    Image.new("L", (28, 28)).save(tmp_path / "blank.png")
    assert "Nothing is drawn" in refused(capsys, *ATTACK, tmp_path / "blank.png")
