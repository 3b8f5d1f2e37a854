"""A real server and a real browser, for end-to-end tests and benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.ensure_chromium import FLAGS, find_chromium
from tests.patience import PATIENCE
from tests.placed_server import MOVED
from tests.started import ROOT, answering, ending, free_port

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
expect.set_options(timeout=1000 * PATIENCE)


@contextmanager
def chromium(camera: Path | None = None) -> Iterator[Browser]:
    """Yield a headless Chromium; its fake camera shows the motion JPEG `camera`."""
    flags = FLAGS + FAKE_CAMERA
    if camera is not None:
        flags.append(f"--use-file-for-fake-video-capture={camera}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serve(script: str, **environment: str) -> Iterator[str]:
    """Run ``streamlit run script`` on a free port and yield its address once it answers."""
    with serving(script, **environment) as (address, _):
        yield address


@contextmanager
def serving(
    script: str, log: Path | None = None, module: str = "", **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Do as `serve`, and yield the server's process too, for tests that kill it.

    What the server reports goes to the file `log`, if it is given; `module` may stand for
    Streamlit's own.
    """
    port = free_port()
    module = module or ("tests.placed_server" if MOVED in environment else "streamlit")
    with log.open("wb") if log else nullcontext() as reports:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "run", script, "--server.port", str(port)],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=reports,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
    address = f"http://localhost:{port}"
    with ending(process):
        yield answering(process, lambda: address), process


DESKTOP = {"viewport": {"width": 1280, "height": 1000}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
    # pages that lay charts out for phones know one by this
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36",
}  # fmt: skip


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """Yield a page; an error in the console of any page of its context fails the test."""
    problems = _problems_of(context)
    yield context.new_page()
    context.close()
    assert not problems, f"the browser's console reports: {problems}"


class Windows:
    """Windows of a browser, each for one new visitor after another.

    A window of its own costs each of them five seconds of a core: nothing of the app is in its
    cache yet. What the last visitor left there is forgotten: pages, cookies, storage, permissions.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: dict[str, list[tuple[BrowserContext, list[str]]]] = defaultdict(list)

    @contextmanager
    def visit(self, **settings: Any) -> Iterator[Page]:
        """Yield a page of a window with these settings; an error in its console fails the test."""
        free = self.free[json.dumps(settings, sort_keys=True)]
        context, problems = free.pop() if free else self._new(settings)
        try:
            yield context.pages[0] if context.pages else context.new_page()
        except BaseException:  # whatever state a failed test left it in
            context.close()
            raise
        found = list(problems)
        try:
            _forget(context, settings)
        except PlaywrightError:  # it hangs, or has crashed
            context.close()
        else:
            problems.clear()
            free.append((context, problems))
        assert not found, f"the browser's console reports: {found}"

    def _new(self, settings: dict[str, Any]) -> tuple[BrowserContext, list[str]]:
        context = self.browser.new_context(**settings)
        return context, _problems_of(context)


def _problems_of(context: BrowserContext) -> list[str]:
    """Return a list to which every error of the context's pages will be added."""
    problems: list[str] = []
    context.set_default_timeout(1000 * PATIENCE)

    def check(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.text} ({message.location['url']})")

    context.on("console", check)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    return problems


def _forget(context: BrowserContext, settings: dict[str, Any]) -> None:
    for other in context.pages[1:]:
        other.close()
    for page in context.pages:
        place = urlsplit(page.url)
        if place.scheme == "http":
            page.evaluate("sessionStorage.clear()")
        page.goto("about:blank")
        session = context.new_cdp_session(page)
        session.send("Page.resetNavigationHistory")
        if place.scheme == "http":
            origin = f"http://{place.netloc}"
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()
        if "viewport" in settings:
            page.set_viewport_size(settings["viewport"])
        page.emulate_media(color_scheme=settings.get("color_scheme", "light"))
    context.clear_cookies()
    context.clear_permissions()
