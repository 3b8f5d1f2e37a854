"""Uploads take no more memory than they may, whoever sends them."""

from __future__ import annotations

import tomllib

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from rnndemo.ui.components import burst
from rnndemo.ui.drawing import uploads
from tests.browser import ROOT

SIZE = 1_000_000


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    monkeypatch.setattr(uploads, "MAX_SESSION", 3 * SIZE)
    monkeypatch.setattr(uploads, "MAX_ALL", 5 * SIZE)
    uploads.bound_uploads()
    uploads.bound_uploads()
    return MemoryUploadedFileManager("upload")


def send(manager: MemoryUploadedFileManager, session: str, name: str, size: int = SIZE) -> None:
    manager.add_file(session, UploadedFileRec(name, name, "image/png", bytes(size)))


def test_a_session_keeps_its_newest_files(manager: MemoryUploadedFileManager) -> None:
    for name in "abcde":
        send(manager, "one", name)
    assert list(manager.file_storage["one"]) == ["c", "d", "e"]


def test_all_sessions_together_are_bounded(manager: MemoryUploadedFileManager) -> None:
    for session in ("one", "two"):
        for name in "ab":
            send(manager, session, name)
    send(manager, "two", "c")
    with pytest.raises(HTTPException):
        send(manager, "three", "a")
    manager.remove_session_files("one")
    send(manager, "three", "a")
    assert list(manager.file_storage["three"]) == ["a"]


def test_what_a_browser_sends_at_once_is_bounded() -> None:
    most = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]
    photographs = burst.MAX_PHOTOGRAPHS * 30_000 * 4 / 3  # bytes of one with 256 pixels, in base64
    assert photographs < 1e6 * most["maxWidgetStateSize"] < 5e6
