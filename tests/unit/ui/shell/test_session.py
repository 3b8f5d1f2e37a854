"""What a session says in the visitor's language."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from rnndemo.ui.shell import session
from rnndemo.ui.shell.session import Drawing
from tests.pictures import grey, seven


@pytest.mark.parametrize(("code", "said"), [("en", "95.1 %"), ("zh", "95.1%")])
def test_per_cent_is_written_as_the_language_writes_it(
    monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(session.st, "session_state", {session.LANGUAGE: code})
    assert session.percent(0.9512, 1) == said


@pytest.mark.parametrize("side", [28, 64])
def test_size_alone_does_not_make_a_picture_what_a_network_sees(side: int) -> None:
    name = "ink" if side == 28 else "photo"
    picture = grey(seven(side, side, pen=side // 10))
    (as_is,) = Drawing(picture, "from a data set", framed=True).seen(name).steps
    assert as_is.name == "as_is"
    assert np.array_equal(as_is.image, picture)
    uploaded = Drawing(picture, "a picture").seen(name)
    assert len(uploaded.steps) > 1
    assert uploaded.steps[0].name == "given"


def test_language_is_asked_for_once_a_run_and_a_change_is_seen_at_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, state = SimpleNamespace(), {session.LANGUAGE: "en"}
    monkeypatch.setattr(session, "get_script_run_ctx", lambda **_: run)
    monkeypatch.setattr(session.url, "start", lambda *_: None)
    monkeypatch.setattr(session.st, "session_state", state)
    monkeypatch.setattr(session, "_one_thread_each", lambda: None)
    session.start()
    assert session.language() == "en"
    state[session.LANGUAGE] = "zh"
    session.start()
    assert session.language() == "zh"
