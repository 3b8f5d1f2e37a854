"""One server and one browser for all end-to-end tests; every page must keep a clean console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium, serve


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the running app."""
    with serve("app.py") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium with a fake camera."""
    with chromium() as browser:
        yield browser


def _watched(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, f"the browser's console reports: {problems}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page; an error in its console fails the test."""
    yield from _watched(browser.new_context(viewport={"width": 1280, "height": 1000}))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone-sized page with a touch screen; an error in its console fails the test."""
    yield from _watched(
        browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    )
