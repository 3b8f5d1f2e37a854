"""What a session says in the visitor's language."""

from __future__ import annotations

import pytest

from rnndemo.ui.shell import session


@pytest.mark.parametrize(("code", "said"), [("en", "95.1 %"), ("zh", "95.1%")])
def test_per_cent_is_written_as_the_language_writes_it(
    monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(session.st, "session_state", {session.LANGUAGE: code})
    assert session.percent(0.9512, 1) == said
