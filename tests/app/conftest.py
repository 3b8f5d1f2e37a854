"""The visitor whose session a test runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.storage.folders import HOME, owner_of
from rnndemo.ui.shell import visitor

TOKEN = "t" * 32


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of this session's visitor's folders, in a data folder of the test's own."""
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setattr(visitor, "_token", lambda: TOKEN)
    return owner_of(TOKEN)
