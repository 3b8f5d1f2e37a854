from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.errors import InputError
from rnndemo.ui.robustness.waiting import Abandoned, with_bar


def test_the_result_comes_and_no_bar_is_left() -> None:
    def page() -> None:
        import streamlit as st

        from rnndemo.ui.robustness.waiting import with_bar

        def work(progress):
            for done in range(3):
                progress(done, 3)
            return 7

        st.markdown(str(with_bar(work, "at work")))

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.markdown[0].value == "7"
    assert not app.get("progress")


def test_an_error_reaches_the_page() -> None:
    def work(progress):
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        with_bar(work, "at work")


def test_work_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    left, ended = threading.Event(), threading.Event()

    def work(progress):
        left.wait(20)
        try:
            progress(1, 2)
        except Abandoned:
            ended.set()

    def leave(*_given):
        raise KeyboardInterrupt  # as Streamlit ends a run of a page

    monkeypatch.setattr("rnndemo.ui.robustness.waiting.wait", leave)
    with pytest.raises(KeyboardInterrupt):
        with_bar(work, "at work")
    left.set()
    assert ended.wait(20)
