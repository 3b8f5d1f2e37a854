"""A component keeps what a person made in it for as long as it is on the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import serve
from tests.e2e.people import open_page, wait_for


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """Address of a page with a component."""
    with serve("tests/e2e/mounted_app.py") as address:
        yield address


def test_newer_data_overtake_a_call_without_ending_the_component(page: Page, place: str) -> None:
    open_page(page, place)
    expect(page.get_by_text("count 0")).to_be_visible()
    page.evaluate("window.held = new Promise((done) => (window.go = done)); null")
    for count in (1, 2):
        page.get_by_role("button", name="next").click()
        expect(page.get_by_text(f"count {count}")).to_be_visible()
    page.evaluate("window.go(); window.held = null")  # Streamlit now cleans up after the first
    page.get_by_role("button", name="next").click()
    expect(page.get_by_text("count 3")).to_be_visible()
    assert page.evaluate("[window.made, window.gone ?? 0]") == [1, 0]


def test_a_component_ends_when_it_is_gone(page: Page, place: str) -> None:
    open_page(page, place)
    expect(page.get_by_text("count 0")).to_be_visible()
    page.get_by_text("there").click()
    expect(page.get_by_text("count 0")).to_have_count(0)
    wait_for(page, "components that ended", lambda: page.evaluate("window.gone"), 1)
