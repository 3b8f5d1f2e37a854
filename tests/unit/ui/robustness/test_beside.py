"""Work beside a page: every session sees the same, it can be stopped and begun anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.errors import InputError
from rnndemo.ui.robustness.beside import WorkBeside
from tests.patience import PATIENCE
from tests.runs import until

GATE = threading.Event()
WORKS: list[WorkBeside[int]] = []


def page() -> None:
    import streamlit as st

    from rnndemo.ui.robustness.beside import draw_beside
    from tests.unit.ui.robustness import test_beside as shared

    def draw(found: int) -> None:
        st.markdown(f"found {found}")

    draw_beside(shared.work(), "at work", "place", shared.WORKS.clear, draw)


def work() -> WorkBeside[int]:
    if not WORKS:
        WORKS.append(WorkBeside(slow))
    return WORKS[0]


def slow(told: Callable[[int, int], None]) -> int:
    told(1, 4)
    GATE.wait(PATIENCE)
    told(4, 4)
    return 7


@pytest.fixture(autouse=True)
def _anew() -> None:
    GATE.clear()
    WORKS.clear()


def opened() -> AppTest:
    return AppTest.from_function(page, default_timeout=PATIENCE).run()


def test_two_sessions_wait_for_the_same_work() -> None:
    first = opened()
    until(lambda: WORKS[0].share == 0.25, "a quarter")
    second = opened()  # as after a reload
    assert len(WORKS) == 1
    assert second.get("progress")[0].proto.value == 25
    GATE.set()
    until(WORKS[0].future.done, "its end")
    for app in (first, second):
        app.run()
        assert not app.exception
        assert app.markdown[0].value == "found 7"
        assert not app.get("progress")


def test_it_is_stopped_and_begun_again() -> None:
    app = opened()
    until(lambda: WORKS[0].share == 0.25, "a quarter")
    stopped = WORKS[0]
    app.button(key="place_stop").click().run()
    GATE.set()
    until(stopped.future.done, "its end")
    assert stopped.future.exception() is not None
    assert "stopped" in app.run().markdown[0].value
    app.button(key="place_again").click().run()
    assert WORKS[0] is not stopped
    until(WORKS[0].future.done, "its end")
    assert app.run().markdown[0].value == "found 7"


def test_what_went_wrong_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_told: Any) -> int:
        raise InputError("no pictures")

    WORKS.append(WorkBeside(wrong))
    until(WORKS[0].future.done, "its end")
    GATE.set()
    app = opened()
    assert app.warning[0].value == "no pictures"
    assert not WORKS
    app.run()
    until(WORKS[0].future.done, "its end")
    assert app.run().markdown[0].value == "found 7"
