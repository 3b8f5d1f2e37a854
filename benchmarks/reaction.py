"""python -m benchmarks reaction: time from the end of a stroke to the reaction, against an echo.

As `benchmarks.stroke`, but on the page Gestures: a caret is drawn, and the time runs from mouse-up
until the text that reports the reaction changes.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from benchmarks.stroke import PAGES, STROKES, WATCH, fresh
from benchmarks.timing import own_home
from tests.browser import chromium, serve

GESTURES = (".st-key-gesture_canvas canvas.upper-canvas", ".st-key-gesture_action")


def caret(page: Page, canvas: str, words: str, number: int) -> float:
    """Draw a caret at a place of its own; return the milliseconds until the text changes."""
    box = page.locator(canvas).last.bounding_box()
    assert box is not None
    page.evaluate(WATCH, words)
    x, y = box["x"] + 40 + 4 * number, box["y"]
    page.mouse.move(x, y + 240)
    page.mouse.down()
    page.mouse.move(x + 50, y + 60, steps=6)
    page.mouse.move(x + 100, y + 240, steps=6)
    page.mouse.up()
    return float(page.evaluate("window.changed"))


def main(arguments: list[str]) -> None:
    """Print both medians and their ratio."""
    times: dict[str, list[float]] = {"reaction": [], "echo": []}
    script, *echo_places = PAGES["echo"]
    with (
        own_home(), chromium() as browser, serve(script) as echo, serve("app.py") as app,
    ):  # fmt: skip
        places = {"reaction": GESTURES, "echo": tuple(echo_places)}
        pages = {name: browser.new_page() for name in places}
        pages["reaction"].goto(f"{app}/gestures")
        pages["echo"].goto(echo)
        for number in range(-1, STROKES):  # the first warms both up
            for name, page in pages.items():
                page.bring_to_front()
                fresh(page, places[name][0])
                taken = caret(page, *places[name], number)
                if number >= 0:
                    times[name].append(taken)
    reaction, bare = (statistics.median(times[name]) for name in ("reaction", "echo"))
    print(f"stroke to reaction {reaction:6.0f} ms  (median of {STROKES})")
    print(f"stroke to echo     {bare:6.0f} ms")
    print(f"ratio              {reaction / bare:6.2f}     (target: at most 1.4)")
