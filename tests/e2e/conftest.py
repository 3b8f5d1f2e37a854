"""One server and one browser for all end-to-end tests; every page must keep a clean console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from rnndemo.data.sets import DataSet
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.shell.visitor import COOKIE
from tests.browser import chromium, serve

# A busy machine takes its time; what does not come at all fails a little later.
expect.set_options(timeout=45_000)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the running app."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """Address of the running app."""
    with serve("app.py", **{HOME: str(home)}) as address:
        yield address


@pytest.fixture
def no_worker_left(home: Path) -> Iterator[None]:
    """End the workers that a test has left training: the next one needs the machine."""
    yield
    for folder in home.glob("runs/*/*"):
        Run(folder, own=True).kill()


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


# opened by a link to a page, Streamlit first looks for its server under the page's path: two 404s
LOOKING_AROUND = re.compile(r"//[^/]+/\w+/_stcore/(health|host-config)$")

DESKTOP = {"viewport": {"width": 1280, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@contextmanager
def _watched(context: BrowserContext) -> Iterator[Page]:
    """Yield a page; an error in the console of any page of its context fails the test."""
    problems: list[str] = []

    def check(message: ConsoleMessage) -> None:
        if message.type == "error" and not LOOKING_AROUND.search(message.location["url"]):
            problems.append(f"{message.text} ({message.location['url']})")

    context.on("console", check)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert not problems, f"the browser's console reports: {problems}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop page; an error in its console fails the test."""
    with _watched(browser.new_context(**DESKTOP)) as page:
        yield page


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A desktop page of another visitor; an error in its console fails the test."""
    with _watched(browser.new_context(**DESKTOP)) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone-sized page with a touch screen; an error in its console fails the test."""
    with _watched(browser.new_context(**PHONE)) as page:
        yield page


@pytest.fixture
def known_as(home: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Runs]:
    """Return a function that makes a page's visitor one whose runs the test can make itself."""

    def introduce(page: Page, token: str) -> Runs:
        monkeypatch.setenv(HOME, str(home))
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        return Runs(owner_of(token))

    return introduce
