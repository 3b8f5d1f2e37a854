"""The contract of the command line, command by command; train has a file of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rnndemo.cli.main import main
from rnndemo.data.sets import DataSet
from rnndemo.models.scene_store import shipped_scene_names
from rnndemo.models.store import shipped_names
from rnndemo.reading.traces import Trace
from rnndemo.storage.names import CARD, WEIGHTS
from tests.pictures import SEVEN, encoded, seven
from tests.terminal import Captured, refused, run, run_json

ROOT = Path(__file__).parents[3]
COMMANDS = ("models", "predict", "evaluate", "trace", "export", "train", "attack", "certify")
DIGITS = list("0123456789")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "seven.png").write_bytes(encoded(seven()))
    return tmp_path / "seven.png"


@pytest.fixture
def strokes(tmp_path: Path) -> Path:
    path = tmp_path / "three.jsonl"
    line = {"strokes": [SEVEN.tolist()]}
    lines = [line | {"label": "7"}, {"label": "1", "strokes": []}, line | {"label": "star"}]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


@pytest.fixture
def arrays(few_digits: DataSet, tmp_path: Path) -> Path:
    test = few_digits.test
    np.savez(tmp_path / "a.npz", images=test.images.numpy(), labels=test.labels.numpy())
    return tmp_path / "a.npz"


# --- help and errors --------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_explains(words: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "usage: python -m rnndemo" in text
    assert all(name in text for name in (COMMANDS if len(words) == 1 else ["--json"]))


def test_help_does_not_wait_for_torch() -> None:
    code = (
        "import sys; from rnndemo.cli.main import main\ntry: main(['train', '--help'])\nexcept "
        "SystemExit: print('torch' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize(
    "words",
    [
        [], ["sing"], ["predict"], ["predict", "--model", "digits-lstm"], ["models", "--loud"],
        ["train", "--preset", "fast"], ["train", "--out", "x"], ["trace", "--model", "x", "y.png"],
        ["train", "--preset", "fast", "--config", "x.json", "--out", "x"],
        ["train", "--preset", "fast", "--out", "x", "--threads", "many"],
        ["train", "--resume"], ["train", "--resume", "--preset", "fast", "--out", "x"],
        ["train", "--resume", "--out", "x", "--more-epochs", "some"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_words_that_make_no_command_are_refused_in_a_line(
    words: list[str], capsys: Captured
) -> None:
    assert "--help" in refused(capsys, *words)


def test_unknown_model_is_refused(picture: Path, capsys: Captured) -> None:
    assert "There is no model 'x'" in refused(capsys, "predict", "--model", "x", picture)


def test_damaged_model_is_refused(tiny_folder: Path, picture: Path, capsys: Captured) -> None:
    (tiny_folder / WEIGHTS).write_bytes(b"damaged")
    assert "cannot be read" in refused(capsys, "predict", "--model", tiny_folder, picture)


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_bad_input_is_refused(
    command: str, tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "nan.jsonl").write_text('{"label": "7", "strokes": [[[NaN, 0], [1, 1]]]}')
    (tmp_path / "bad.npz").write_bytes(b"PK")
    for name in ("text.png", "nan.jsonl", "bad.npz", "gone.png", "what.txt"):
        said = refused(capsys, command, "--model", tiny_folder, tmp_path / name)
        assert name.partition(".")[2] in said or "PNG" in said


# --- models -----------------------------------------------------------------------------------


def test_models_lists_what_ships(capsys: Captured) -> None:
    listed = run_json(capsys, "models")["models"]
    assert [card["name"] for card in listed] == [*shipped_names(), *shipped_scene_names()]
    assert {"parameters", "test_accuracy", "test_size", "command", "limits"} <= set(listed[0])
    _, out, _ = run(capsys, "models")
    assert all(name in out for name in shipped_names())


# --- predict ----------------------------------------------------------------------------------


def test_predict_answers_in_the_contracts_form(
    tiny_folder: Path, picture: Path, strokes: Path, capsys: Captured
) -> None:
    result = run_json(capsys, "predict", "--model", tiny_folder, picture, strokes)
    assert set(result) == {"predictions"}
    assert len(result["predictions"]) == 4
    for one in result["predictions"]:
        assert list(one) == ["label", "probability", "rejected", "probabilities"]
        assert list(one["probabilities"]) == DIGITS
    first, _, blank, last = result["predictions"]
    assert first["probability"] == first["probabilities"][first["label"]]
    assert sum(first["probabilities"].values()) == pytest.approx(1)
    assert last == result["predictions"][1]
    assert (blank["label"], blank["probability"], blank["rejected"]) == ("?", 0, True)


def test_predict_prints_a_line_a_drawing(
    tiny_folder: Path, picture: Path, strokes: Path, capsys: Captured
) -> None:
    status, out, err = run(capsys, "predict", "--model", tiny_folder, picture, strokes)
    assert (status, err) == (0, "")
    assert [line.split("  ")[0].strip() for line in out.splitlines()] == [
        "seven.png", "three.jsonl #1", "three.jsonl #2", "three.jsonl #3",
    ]  # fmt: skip
    assert "nothing is drawn" in out.splitlines()[2]


@pytest.mark.parametrize("name", ["text.png", "gone.png", "nan.jsonl", "what.txt"])
def test_bad_file_hides_no_other_answer(
    name: str, tiny_folder: Path, picture: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "nan.jsonl").write_text('{"strokes": [[[NaN, 0], [1, 1]]]}')
    (tmp_path / "what.txt").write_text("what")
    words = ("predict", "--model", tiny_folder, picture, tmp_path / name, picture)
    status, out, err = run(capsys, *words)
    assert status == 2
    assert [line.split("  ")[0] for line in out.splitlines()] == ["seven.png", "seven.png"]
    assert name in err
    assert err.count("\n") == 1
    status, out, _ = run(capsys, *words, "--json")
    result = json.loads(out.splitlines()[-1])
    assert status == 2
    assert len(result["predictions"]) == 2
    (error,) = result["errors"]
    assert error["input"] == str(tmp_path / name)
    assert name in error["problem"]


def test_bad_files_alone_are_refused_each_by_its_name(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    gone = [tmp_path / "one.png", tmp_path / "two.npz"]
    said = refused(capsys, "predict", "--model", tiny_folder, *gone)
    assert all(path.name in said for path in gone)


def test_output_need_not_be_utf_8(tiny_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sieben-ü.png").write_bytes(encoded(seven()))
    for name in ("sieben-ü.png", "gone-ü.png"):
        command = [sys.executable, "-m", "rnndemo", "predict", "--model", str(tiny_folder)]
        done = subprocess.run(
            [*command, str(tmp_path / name)],
            cwd=ROOT,
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr
        assert "-\\xfc.png" in done.stdout + done.stderr


def test_blank_picture_is_answered_and_not_refused(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "blank.png").write_bytes(encoded(seven(ink=255)))
    result = run_json(capsys, "predict", "--model", tiny_folder, tmp_path / "blank.png")
    assert result["predictions"][0]["label"] == "?"


# --- evaluate ---------------------------------------------------------------------------------


def test_evaluate_answers_in_the_contracts_form(
    tiny_folder: Path, arrays: Path, capsys: Captured
) -> None:
    result = run_json(capsys, "evaluate", "--model", tiny_folder, arrays)
    assert set(result) == {"n", "accuracy", "rejected", "labels", "confusion"}
    card = json.loads((tiny_folder / CARD).read_text())
    assert result["accuracy"] == pytest.approx(card["test_accuracy"])
    assert 1 - result["rejected"] == pytest.approx(card["measured"]["accepted"])
    assert (result["n"], result["labels"]) == (600, DIGITS)
    confusion = np.array(result["confusion"])
    assert confusion.shape == (10, 10)
    assert np.trace(confusion) / 600 == pytest.approx(result["accuracy"])


def test_evaluate_counts_unknown_labels_as_wrong(
    tiny_folder: Path, strokes: Path, capsys: Captured
) -> None:
    result = run_json(capsys, "evaluate", "--model", tiny_folder, strokes)
    assert result["n"] == 3
    assert np.sum(result["confusion"]) == 1  # the blank one and the star are of no class
    assert result["accuracy"] <= 1 / 3
    assert result["rejected"] >= 1 / 3  # the blank one


def test_evaluate_counts_a_blank_as_wrong_whatever_its_label(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    blanks = [{"label": label, "strokes": []} for label in DIGITS]
    (tmp_path / "blank.jsonl").write_text("\n".join(map(json.dumps, blanks)))
    result = run_json(capsys, "evaluate", "--model", tiny_folder, tmp_path / "blank.jsonl")
    assert (result["accuracy"], result["rejected"], np.sum(result["confusion"])) == (0, 1, 0)


def test_evaluate_without_labels_gives_what_is_rejected(
    tiny_folder: Path, picture: Path, capsys: Captured
) -> None:
    result = run_json(capsys, "evaluate", "--model", tiny_folder, picture)
    assert result["accuracy"] is None
    assert result["rejected"] in (0.0, 1.0)
    _, out, _ = run(capsys, "evaluate", "--model", tiny_folder, picture)
    assert "rejected" in out
    assert "accuracy" not in out


def test_evaluate_prints_a_table(tiny_folder: Path, arrays: Path, capsys: Captured) -> None:
    _, out, _ = run(capsys, "evaluate", "--model", tiny_folder, arrays)
    assert re.search(r"^accuracy  +\d+\.\d\d%  \(95 % interval", out, re.MULTILINE)
    assert "row is the true class" in out


# --- trace ------------------------------------------------------------------------------------


def test_trace_saves_the_first_drawing(
    tiny_folder: Path, strokes: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "trace.npz"
    result = run_json(capsys, "trace", "--model", tiny_folder, strokes, "--out", out)
    saved = Trace.load(out)
    assert result["out"] == str(out)
    assert {name: list(saved[name].shape) for name in saved} == result["arrays"]
    assert result["arrays"]["layer0.forward.hidden"] == [1, 28, 16]
    answer = run_json(capsys, "predict", "--model", tiny_folder, strokes)["predictions"][0]
    final = saved["readout.probabilities"][0, -1]
    assert final == pytest.approx(np.array(list(answer["probabilities"].values())), abs=1e-5)


def test_trace_of_a_blank_picture_is_refused(
    tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "blank.png").write_bytes(encoded(seven(ink=255)))
    words = ("--model", tiny_folder, tmp_path / "blank.png", "--out", tmp_path / "t.npz")
    assert "Nothing is drawn" in refused(capsys, "trace", *words)
    assert not (tmp_path / "t.npz").exists()


def test_trace_into_no_folder_is_refused(
    tiny_folder: Path, picture: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "gone" / "t.npz"
    assert "gone" in refused(capsys, "trace", "--model", tiny_folder, picture, "--out", out)
