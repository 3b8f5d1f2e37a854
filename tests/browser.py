"""A real server and a real browser, for end-to-end tests and benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.ensure_chromium import FLAGS, find_chromium
from tests.placed_server import MOVED
from tests.started import ROOT, answering, ending, free_port

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PATIENCE = 90_000  # milliseconds that a busy machine may take for what a person does at once


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
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """Yield a page; an error in the console of any page of its context fails the test."""
    problems: list[str] = []
    context.set_default_timeout(PATIENCE)

    def check(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.text} ({message.location['url']})")

    context.on("console", check)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert not problems, f"the browser's console reports: {problems}"
