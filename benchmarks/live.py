"""python -m benchmarks live: time from a move of the pen to the answer that it draws.

A digit is drawn on the page Draw, again and again, in steps of two pixels. The time runs from the
pointer's event in the browser until bars, picture, readouts and hidden states are drawn; what the
screen adds, one frame at most, is not in it. Then the same with the processor throttled six times,
as a slow phone would be.
"""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Page, expect

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from tests.browser import chromium, serve

DRAWINGS, STEPS = 6, 25
TARGETS = {1: (20, 50), 6: (None, 100)}  # throttling -> milliseconds: median, 95th percentile
READING = "[data-testid=reading]"
BOARD = ".st-key-draw_canvas canvas.upper-canvas"

WATCH = """() => {
    window.taken = [];
    let begun = null;
    addEventListener("mousemove", (event) => { begun ??= event.timeStamp; }, {capture: true});
    addEventListener("rowbyrow-drawn", ({detail}) => {
        if (begun !== null && detail === "drawing") taken.push(performance.now() - begun);
        begun = null;
    });
}"""


def measure(page: Page, throttled: int) -> list[float]:
    """Return milliseconds from the first unanswered move to the drawn answer, for every answer."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttled})
    page.evaluate("taken.length = 0")
    for number in range(DRAWINGS):
        box = page.locator(BOARD).bounding_box()
        assert box is not None
        for stroke in strokes_of(DIGITS["3"][number % len(DIGITS["3"])]):
            points = stroke * 0.6 * box["width"] + [
                box["x"] + 0.2 * box["width"],
                box["y"] + 0.2 * box["height"],
            ]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=STEPS)
            page.mouse.up()
        expect(page.locator(READING)).to_have_attribute("data-state", "server")
        page.locator(".st-key-draw_clear button").click()
        expect(page.locator(READING)).to_have_attribute("data-state", "blank")
    return list(page.evaluate("taken"))


def main(arguments: list[str]) -> None:
    """Print median and 95th percentile, throttled and not."""
    with chromium() as browser, serve("app.py") as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?lang=en")
        expect(page.locator(READING)).to_have_attribute("data-state", "ghost")
        page.evaluate(WATCH)
        for throttled, (median, most) in TARGETS.items():
            taken = measure(page, throttled)
            found = np.percentile(taken, [50, 95])
            print(
                f"pen to answer, processor 1/{throttled}   median {found[0]:5.1f} ms   "
                f"95 % {found[1]:5.1f} ms   of {len(taken)}   "
                f"(targets: {median or '–'} and {most} ms)"
            )
