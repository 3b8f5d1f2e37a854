"""The command line contract of DESIGN.md, command by command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnndemo.cli import main
from rnndemo.codec import to_json
from rnndemo.data.sets import DataSet
from rnndemo.models.store import CARD, CONFIG, WEIGHTS, load_folder, shipped_names
from rnndemo.registry import PRESETS
from rnndemo.traces import Trace
from tests.pictures import SEVEN, encoded, seven
from tests.unit.conftest import TINY

ROOT = Path(__file__).parents[2]
COMMANDS = ("models", "predict", "evaluate", "trace", "train")
DIGITS = list("0123456789")

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    return status, said.out, said.err


def run_json(capsys: Captured, *words: object) -> dict[str, Any]:
    status, out, _ = run(capsys, *words, "--json")
    assert status == 0
    return json.loads(out.splitlines()[-1])


def refused(capsys: Captured, *words: object) -> str:
    """Run what must be refused; return the one line that says why."""
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    return err


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
        "import sys; from rnndemo.cli import main\n"
        "try: main(['train', '--help'])\n"
        "except SystemExit: print('torch' in sys.modules, 'numpy' in sys.modules)"
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
    assert [card["name"] for card in listed] == shipped_names()
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
    assert np.sum(result["confusion"]) == 2
    assert result["accuracy"] <= 2 / 3
    assert result["rejected"] >= 1 / 3  # the blank one


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
    assert "nothing drawn" in refused(capsys, "trace", *words)
    assert not (tmp_path / "t.npz").exists()


def test_trace_into_no_folder_is_refused(
    tiny_folder: Path, picture: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "gone" / "t.npz"
    assert "gone" in refused(capsys, "trace", "--model", tiny_folder, picture, "--out", out)


# --- train ------------------------------------------------------------------------------------

SMALL = ("data.train_size=300", "model.hidden_size=8", "training.epochs=2")


def test_train_saves_a_model_with_its_card(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "small"
    status, said, progress = run(
        capsys, "train", "--preset", "fast", "--set", *SMALL, "--set", "seed=3", "--out", out,
        "--json",
    )  # fmt: skip
    assert status == 0
    result = json.loads(said.splitlines()[-1])
    model = load_folder(out)
    assert {"run", "test_accuracy", "train_seconds", "images_per_second", "parameters"} <= set(
        result
    )
    assert result["run"] == str(out)
    assert result["parameters"] == model.network.count_parameters()
    assert result["test_accuracy"] == model.card.test_accuracy
    assert (model.config.model.hidden_size, model.config.seed) == (8, 3)
    assert model.card.test_size == 10_000
    assert [line[:17] for line in progress.splitlines()] == [
        " 50%  epoch 1/2  ",
        "100%  epoch 2/2  ",
    ]
    assert "seed=3" in model.card.command


def test_train_by_a_file_can_be_repeated_bit_by_bit(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "c.json").write_text(json.dumps(to_json(TINY)))
    for name in ("a", "b"):
        words = ("--config", tmp_path / "c.json", "--data", "digits", "--out", tmp_path / name)
        status, out, _ = run(capsys, "train", *words)
        assert status == 0
        assert "of 10,000 test images" in out
    first, second = ((tmp_path / name / WEIGHTS).read_bytes() for name in ("a", "b"))
    assert first == second
    assert json.loads((tmp_path / "a" / CONFIG).read_text()) == to_json(TINY)


def test_train_overwrites_no_model(tiny_folder: Path, capsys: Captured) -> None:
    before = (tiny_folder / WEIGHTS).read_bytes()
    said = refused(capsys, "train", "--preset", "fast", "--out", tiny_folder)
    assert "already holds a model" in said
    assert (tiny_folder / WEIGHTS).read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--preset", "slow"], "no preset 'slow'; there are fast"),
        (["--preset", "fast", "--set", "model.hidden_size=0"], "hidden_size = 0.*1 to 512"),
        (["--preset", "fast", "--set", "model.hidden_size=many"], "'many'.*1 to 512"),
        (["--preset", "fast", "--set", "model.hiden_size=8"], "no such setting"),
        (["--preset", "fast", "--set", "model.cell=transformer"], "rnn, lstm, gru"),
        (["--preset", "fast", "--set", "training.lr=nan"], "lr = nan"),
        (["--preset", "fast", "--set", "seed"], "FIELD=VALUE"),
        (["--preset", "fast", "--data", "cats"], "no data set named 'cats'; there are digits"),
        (["--preset", "fast", "--threads", "0"], "--threads 0"),
        (["--config", "gone.json"], "gone.json cannot be read"),
        (["--config", "README.md"], "no JSON|cannot be read"),
    ],
)
def test_train_refuses_bad_settings(
    words: list[str], sentence: str, tmp_path: Path, capsys: Captured
) -> None:
    said = refused(capsys, "train", *words, "--out", tmp_path / "new")
    assert re.search(sentence, said)
    assert not (tmp_path / "new").exists()


def test_settings_may_come_in_any_order(tmp_path: Path, capsys: Captured) -> None:
    words = ("model.head_activations=tanh", "model.head_sizes=8", *SMALL)
    out = tmp_path / "new"
    assert run(capsys, "train", "--preset", "fast", "--set", *words, "--out", out)[0] == 0
    assert load_folder(out).config.model.head_activations == ("tanh",)


def test_drawn_digits_fit_no_other_data(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = DataSet("digits", tuple("abc"), *[None] * 3)  # type: ignore[arg-type]
    monkeypatch.setattr("rnndemo.commands.load", lambda name: other)
    said = refused(capsys, "train", "--preset", "digits-lstm", "--out", tmp_path / "new")
    assert "data.synthetic" in said


def test_training_that_diverges_says_so(tmp_path: Path, capsys: Captured) -> None:
    words = (*SMALL, "training.lr=10", "training.weight_decay=1", "training.optimizer=sgd")
    more = ("training.max_norm=0", "training.schedule=constant", "training.batch_size=2")
    out = tmp_path / "new"
    status, _, err = run(capsys, "train", "--preset", "fast", "--set", *words, *more, "--out", out)
    assert status == 2
    assert "diverged" in err.splitlines()[-1]
    assert not (out / WEIGHTS).exists()


def test_out_that_is_a_file_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("mine")
    said = refused(capsys, "train", "--preset", "fast", "--out", tmp_path / "file")
    assert "file" in said
    assert (tmp_path / "file").read_text() == "mine"


def test_ctrl_c_ends_a_training_in_a_sentence(tmp_path: Path) -> None:
    words = ["-m", "rnndemo", "train", "--preset", "fast", "--out", str(tmp_path / "new")]
    words += ["--set", "data.train_size=300", "model.hidden_size=8", "training.epochs=1000"]
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert "epoch 1/1000" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.splitlines()[-1] == "rnndemo: Stopped. Nothing was saved."
    assert not (tmp_path / "new" / WEIGHTS).exists()


def test_presets_of_the_shipped_models_are_offered() -> None:
    assert {"fast", "digits-lstm", "digits-gru", "digits-rnn"} <= set(PRESETS)
