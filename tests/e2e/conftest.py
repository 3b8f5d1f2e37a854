"""One server for all end-to-end tests; every page must keep a clean console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rnndemo.storage.folders import HOME, owner_of
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.server.front import COOKIE
from tests.browser import DESKTOP, PHONE, Windows, serve, watched
from tests.placed_server import MOVED


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the running app."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that names elements which have moved on a page."""
    return tmp_path_factory.mktemp("moved") / "moved.txt"


@pytest.fixture(scope="session")
def address(home: Path, moved: Path) -> Iterator[str]:
    """Address of the running app."""
    with serve("app.py", **{HOME: str(home), MOVED: str(moved)}) as address:
        yield address


@pytest.fixture(autouse=True)
def _everything_stays_in_its_place(moved: Path) -> Iterator[None]:
    """Fail a test in which an element of a page has moved."""
    yield
    if moved.exists():
        text = moved.read_text()
        moved.unlink()
        pytest.fail(text, pytrace=False)


@pytest.fixture
def no_worker_left(home: Path) -> Iterator[None]:
    """End the workers that a test has left training: the next one needs the machine."""
    yield
    for folder in home.glob("runs/*/*"):
        Run(folder, own=True).kill()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """The windows of the browser."""
    return Windows(browser)


@pytest.fixture
def page(windows: Windows) -> Iterator[Page]:
    """A desktop page; an error in its console fails the test."""
    with windows.visit(**DESKTOP) as page:
        yield page


@pytest.fixture
def stranger(windows: Windows) -> Iterator[Page]:
    """A desktop page of another visitor; an error in its console fails the test."""
    with windows.visit(**DESKTOP) as page:
        yield page


@pytest.fixture
def phone(windows: Windows) -> Iterator[Page]:
    """A phone-sized page with a touch screen; an error in its console fails the test."""
    with windows.visit(**PHONE) as page:
        yield page


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Page]:
    """A desktop page of a window of its own, for tests that change what a window is."""
    with watched(browser.new_context(**DESKTOP)) as page:
        yield page


@pytest.fixture
def known_as(home: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Runs]:
    """Return a function that makes a page's visitor one whose runs the test can make itself."""

    def introduce(page: Page, token: str) -> Runs:
        monkeypatch.setenv(HOME, str(home))
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        return Runs(owner_of(token))

    return introduce
