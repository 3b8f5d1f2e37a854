"""The export command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnndemo.cli.main import main
from rnndemo.export.formats import FORMATS

Captured = pytest.CaptureFixture[str]


def refused(capsys: Captured, *words: object) -> str:
    """Run a command that must be refused; return the one line that says why."""
    status = main(["export", *map(str, words)])
    said = capsys.readouterr()
    assert (status, said.out, said.err.count("\n")) == (2, "", 1)
    return said.err


@pytest.mark.parametrize("name", FORMATS)
def test_export_answers_in_the_contracts_form(
    name: str, tiny_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "some.bin"
    words = ["export", "--model", str(tiny_folder), "--format", name, "--out", str(out)]
    assert main([*words, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"out": str(out), "format": name, "bytes": out.stat().st_size}
    assert main(words) == 0
    again = capsys.readouterr()
    assert again.out == f"{out}: {out.stat().st_size:,} bytes\n"
    assert (said.err, again.err) == ("", "")
    beside = {"safetensors": {"some.bin.py"}}.get(name, set())
    assert {path.name for path in tmp_path.iterdir()} == {"some.bin", "tiny"} | beside


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"--model": "x"}, "There is no model 'x'"),
        ({"--format": "pickle"}, "no format 'pickle'; choose one of onnx, safetensors"),
        ({"--out": "gone/some.bin"}, "gone/some.bin cannot be written (No such file"),
        ({"--out": "file/some.bin"}, "file/some.bin cannot be written (Not a directory"),
    ],
    ids=lambda value: " ".join(*value.items()) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("name", FORMATS)
def test_export_refuses_in_a_line(
    name: str,
    changes: dict[str, str],
    sentence: str,
    tiny_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tiny_folder.parent)
    Path("file").write_text("mine")
    words = {"--model": "tiny", "--format": name, "--out": "some.bin"} | changes
    assert sentence in refused(capsys, *(part for pair in words.items() for part in pair))
    assert {path.name for path in Path().iterdir()} == {"tiny", "file"}


def test_export_says_why_a_network_has_no_page(tmp_path: Path, capsys: Captured) -> None:
    words = ("--model", "digits-cnn", "--format", "html", "--out", tmp_path / "page.html")
    said = refused(capsys, *words)
    assert "it sees the whole picture at once" in said
    assert "onnx, safetensors" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left_out", ["--model", "--format", "--out"])
def test_export_asks_for_what_is_left_out(left_out: str, capsys: Captured) -> None:
    words = {"--model": "tiny", "--format": "onnx", "--out": "some.onnx"}
    del words[left_out]
    said = refused(capsys, *(part for pair in words.items() for part in pair))
    assert left_out in said
    assert "export --help" in said


def test_help_of_export_explains(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["export", "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "white ink on black" in " ".join(text.split())
    assert all(name in text for name in FORMATS)
