"""Places on the command line: what is read by a name, and where something is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.cli.commands import load_named
from rnndemo.data.files.drawings import read_drawings
from rnndemo.errors import InputError
from tests.pictures import encoded, seven
from tests.terminal import Captured, refused


@pytest.mark.parametrize("name", ["digits-lstm", "scenes-lstm"])
@pytest.mark.parametrize("folder", [False, True])
def test_nothing_in_the_folder_hides_a_model_that_ships(
    name: str, folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if folder:
        Path(name).mkdir()
    else:
        Path(name).write_text("notes")
    assert load_named(name).name == name


EXPORT = ("export", "--model", "digits-rnn", "--format")
WRITERS = [
    (*EXPORT, "onnx"), (*EXPORT, "safetensors"), (*EXPORT, "html"),
    ("trace", "--model", "digits-rnn", "some.png"),
]  # fmt: skip


@pytest.mark.parametrize("out", [".", "", "/"])
@pytest.mark.parametrize("words", WRITERS, ids=lambda words: words[-1])
def test_out_without_a_name_is_refused(words: tuple[str, ...], out: str, capsys: Captured) -> None:
    assert f"--out: {out!r} is no name of a file" in refused(capsys, *words, "--out", out)


@pytest.mark.parametrize("out", ["", "/"])
def test_folder_without_a_name_is_refused(out: str, capsys: Captured) -> None:
    said = refused(capsys, "train", "--resume", "--out", out)
    assert f"--out: {out!r} is no name of a folder" in said


def test_trace_that_cannot_be_written_names_its_file(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(seven()))
    out = tmp_path / "gone" / "some.npz"
    said = refused(capsys, "trace", "--model", "digits-rnn", tmp_path / "seven.png", "--out", out)
    assert f"{out} cannot be written (No such file or directory)" in said
    assert ".new" not in said


def test_file_that_may_not_be_opened_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.jsonl").write_text("{}")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"The file a\.jsonl cannot be read"):
        read_drawings(tmp_path / "a.jsonl")
