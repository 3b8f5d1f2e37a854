"""Take the pictures of the README again: `python -m tests.screens`."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from rnndemo.data.sources.digits import load_digits
from rnndemo.presets import PRESETS
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.training.runs import Runs
from rnndemo.ui.server.front import COOKIE
from tests.browser import ROOT, chromium, serve
from tests.e2e.people import LABEL, draw, gesture, open_page, settle, steady
from tests.finished import finished_run

FOLDER = ROOT / "assets" / "screens"
VISITOR = "screens" + "0" * 25
WIDTH = 1100


def draw_a_digit(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("3")
    expect(page.locator(".st-key-rows_chart canvas").first).to_be_visible()


def look_inside(page: Page, address: str) -> None:
    draw_a_digit(page, address)
    page.get_by_role("link", name="Look inside while it reads").click()
    page.get_by_test_id("clock-scrub").fill("14")
    expect(page.get_by_test_id("player")).to_have_attribute("data-row", "14")


def show_a_run(page: Page, address: str) -> None:
    run = finished_run(Runs(owner_of(VISITOR)), load_digits(), "fast", PRESETS["fast"])
    open_page(page, f"{address}/train?lang=en&run={run.name}")
    expect(page.locator(".st-key-train_report_mistakes canvas").first).to_be_visible()
    page.locator(".st-key-train_status").evaluate(
        "place => { place.style.scrollMarginTop = '5rem'; place.scrollIntoView(); }"
    )


def draw_an_arrow(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    gesture(page, "arrow")
    expect(page.locator(".st-key-gesture_label")).to_have_text("arrow")
    expect(page.locator(".st-key-gesture_rows canvas").first).to_be_visible()


# name of the picture -> what is done before it is taken, and how much of the page is in it
SCREENS: dict[str, tuple[Callable[[Page, str], None], int]] = {
    "draw": (draw_a_digit, 900),
    "inside": (look_inside, 1100),
    "train": (show_a_run, 1200),
    "gestures": (draw_an_arrow, 1300),
}


def take(folder: Path = FOLDER) -> None:
    """Write one PNG for each of `SCREENS` into `folder`."""
    with tempfile.TemporaryDirectory() as home:
        os.environ[HOME] = home
        with serve("app.py") as address, chromium() as browser:
            for name, (prepare, height) in SCREENS.items():
                context = browser.new_context(viewport={"width": WIDTH, "height": height})
                context.add_cookies([{"name": COOKIE, "value": VISITOR, "url": address}])
                page = context.new_page()
                prepare(page, address)
                settle(page)
                page.mouse.move(0, 0)  # nothing is pointed at
                steady(page.locator(".stMainBlockContainer"))
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                picture.save(folder / f"{name}.png", optimize=True)
                context.close()


if __name__ == "__main__":
    take()
