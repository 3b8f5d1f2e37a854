"""The folders of visitors."""

from __future__ import annotations

from rnndemo.storage.folders import FOLDER_NAME, owner_of


def test_token_is_not_in_the_folders_name() -> None:
    assert "secret" not in owner_of("secret")
    assert FOLDER_NAME.fullmatch(owner_of("secret"))
    assert owner_of("secret") != owner_of("secret ")
