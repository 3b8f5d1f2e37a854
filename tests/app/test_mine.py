"""What a visitor has on this server is said, and deleted on request."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.data.own.shelf import OwnSets
from tests.own import drawn_set
from tests.patience import PATIENCE

SCRIPT = """
import streamlit as st
from rnndemo.ui.shell.sets import shelf
from rnndemo.ui.shell import chrome, session
session.start()
chrome.header()
st.markdown(f"sets behind: {len(shelf().all())}")
"""


@pytest.fixture
def mine(owner: str) -> OwnSets:
    return OwnSets(owner)


def opened(lang: str = "en") -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=PATIENCE)
    app.query_params["lang"] = lang
    app.run()
    app.button(key="mine_open").click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_what_there_is_is_said_and_deleted(mine: OwnSets) -> None:
    drawn_set(mine)
    app = opened()
    assert "sets of own classes: 1" in said(app)
    assert "of at most 2000 MB" in said(app)
    assert "90 days" in said(app)
    assert "sets behind: 1" in said(app)
    app.button(key="mine_delete").click().run()
    assert not app.exception
    assert "sets behind: 0" in said(app)  # the page behind is drawn anew
    assert mine.all() == []
    assert not mine.folder.exists()


def test_who_has_nothing_can_delete_nothing(mine: OwnSets) -> None:
    app = opened("zh")
    assert "这里还没有存放你的任何内容" in said(app)
    assert app.button(key="mine_delete").disabled
