"""Which runs the page Train draws beside one another."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.config import RunConfig
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Run, Runs
from tests.patience import PATIENCE

SCRIPT = """
import streamlit as st
from rnndemo.ui.shell import session
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.train import experiment, live, runs
picked = [visitor().find(name) for name in st.query_params.get_all("picked")]
if "open" in st.query_params:
    experiment.open_run(st.query_params["open"])
session.start()
current = live.current_run()
st.button("Compare", key="compare", disabled=not runs.comparable(picked, current),
          on_click=lambda: runs.compare(picked, current))
st.markdown(experiment.run_name())
st.markdown(" ".join(run.name for run in runs.compared(live.current_run()).values()))
"""


@pytest.fixture
def three(owner: str) -> list[str]:
    """The names of three runs of this session's visitor."""
    mine = Runs(owner)
    for name in "bcd":
        make_run(mine.folder / (20 * name), RunConfig())
    assert isinstance(mine.find(20 * "b"), Run)
    return [20 * name for name in "bcd"]


def opened(picked: list[str], current: str = "") -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=PATIENCE)
    app.query_params["picked"] = picked
    if current:
        app.query_params["open"] = current
    app.run()
    assert not app.exception
    return app


def compared(app: AppTest) -> list[str]:
    """Press the button; return the run on the page, then those beside it."""
    app.query_params.clear()
    app.button(key="compare").click().run()
    assert not app.exception
    return [text.value for text in app.markdown]


def test_with_no_run_on_the_page_the_first_picked_comes_there(three: list[str]) -> None:
    assert compared(opened(three)) == [three[0], f"{three[1]} {three[2]}"]


def test_the_run_on_the_page_stays_and_the_picked_ones_join_it(three: list[str]) -> None:
    assert compared(opened(three[:1], three[2])) == [three[2], three[0]]


@pytest.mark.parametrize(
    ("picked", "current", "disabled"),
    [([], 0, True), ([0], None, True), ([0], 0, True), ([1], 0, False), ([0, 1], None, False)],
)
def test_what_would_show_nothing_beside_another_cannot_be_asked_for(
    three: list[str], picked: list[int], current: int | None, disabled: bool
) -> None:
    app = opened([three[k] for k in picked], "" if current is None else three[current])
    assert app.button(key="compare").disabled == disabled
