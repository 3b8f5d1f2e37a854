"""python -m benchmarks stroke: from the end of a stroke to the new answer, against a bare echo.

Both pages run in servers of their own and take turns, stroke by stroke, in one browser. A time
runs from mouse-up to the first change of the words that follow from the stroke.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from tests.browser import chromium, serve

STROKES = 30
PAGES = {
    "draw": ("app.py", ".st-key-draw_canvas canvas", ".st-key-prediction_reason"),
    "echo": ("benchmarks/echo_app.py", "canvas", ".st-key-echo"),
}
WATCH = """([selector, x, y]) => {
  const target = document.querySelector(selector), before = target.innerText;
  window.changed = new Promise(done => {
    let start = null;
    document.addEventListener("mouseup", () => { start = performance.now(); }, {once: true, capture: true});
    const observer = new MutationObserver(() => {
      if (start !== null && document.querySelector(selector).innerText !== before) {
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - start));
      }
    });
    observer.observe(document.body, {subtree: true, childList: true, characterData: true});
  });
}"""


def stroke(page: Page, canvas: str, words: str, number: int) -> float:
    """Draw one stroke, unlike the last, and return the milliseconds until the words change."""
    box = page.locator(canvas).last.bounding_box()
    assert box is not None
    page.evaluate(WATCH, [words, 0, 0])
    x, y = 30 + 37 * number % 240, 40 + 53 * number % 200
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] + 280 - x / 2, box["y"] + 290 - y, steps=8)
    page.mouse.up()
    return float(page.evaluate("window.changed"))


def measure(strokes: int = STROKES) -> dict[str, list[float]]:
    """Return the times of both pages in milliseconds, taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    with chromium() as browser, serve("app.py") as draw, serve(PAGES["echo"][0]) as echo:
        pages = {}
        for name, address in (("draw", draw), ("echo", echo)):
            pages[name] = browser.new_page()
            pages[name].goto(address)
            pages[name].locator(PAGES[name][2]).wait_for()
        for number in range(-2, strokes):  # the first two warm the page up
            for name, page in pages.items():
                page.bring_to_front()
                taken = stroke(page, *PAGES[name][1:], number)
                if number >= 0:
                    times[name].append(taken)
    return times


def main() -> None:
    """Print both medians and their ratio."""
    times = measure()
    draw, echo = (statistics.median(times[name]) for name in ("draw", "echo"))
    print(f"stroke to answer   {draw:6.0f} ms  (median of {STROKES})")
    print(f"stroke to echo     {echo:6.0f} ms")
    print(f"ratio              {draw / echo:6.2f}     (target: at most 1.4)")
