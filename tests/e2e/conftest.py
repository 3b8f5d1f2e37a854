"""One server and one browser for all end-to-end tests; every page must keep a clean console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from rnndemo.data.sets import DataSet
from tests.browser import chromium, serve


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the running app."""
    with serve("app.py") as address:
        yield address


ZERO = 3  # among the test digits; the same in a mirror


@pytest.fixture(scope="session")
def browser(digits: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium whose camera sees a 0, dark on light paper."""
    ink = Image.fromarray(digits.test.images[ZERO].numpy()).resize((300, 300))
    paper = Image.new("L", (640, 480), 235)
    paper.paste(40, (170, 90), ink)
    path = tmp_path_factory.mktemp("camera") / "zero.mjpeg"
    paper.convert("RGB").save(path, "JPEG", quality=92)
    with chromium(path) as browser:
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
