"""A page keeps whole while its state changes and a part of it redraws itself, on a busy machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import serve

STATE = ".st-key-below"
# After each third redraw; without `rnndemo.ui.server.unsent` the page breaks after some
CHANGES = 70


@pytest.fixture
def busy() -> Iterator[None]:
    """Other processes that keep two cores busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.mark.usefixtures("busy")
def test_page_whose_state_changes_while_it_redraws_itself_stays_whole(page: Page) -> None:
    with serve("tests/e2e/changing_app.py") as address:
        page.goto(address)
        expect(page.locator(STATE)).to_be_visible()
        page.wait_for_function(
            "([state, changes]) =>"
            " +document.querySelector(state)?.innerText.replace('state ', '') > changes",
            arg=[STATE, CHANGES],
        )
        page.close()  # before its server goes
