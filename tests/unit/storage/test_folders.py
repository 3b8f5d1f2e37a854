"""The folders of visitors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rnndemo.storage.folders import FOLDER_NAME, empty_trash, move_to_trash, owner_of


def test_token_is_not_in_the_folders_name() -> None:
    assert "secret" not in owner_of("secret")
    assert FOLDER_NAME.fullmatch(owner_of("secret"))
    assert owner_of("secret") != owner_of("secret ")


def test_a_sweep_as_something_is_deleted_leaves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, trash = tmp_path / "runs" / ("0" * 20), tmp_path / "trash"
    folder.mkdir(parents=True)
    os.utime(folder, (0, 0))  # nobody has written in it for long
    rename = Path.rename

    def rename_and_sweep(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        empty_trash(trash)
        return moved

    monkeypatch.setattr(Path, "rename", rename_and_sweep)
    move_to_trash(folder, trash)
    assert (trash / folder.name).is_dir()
