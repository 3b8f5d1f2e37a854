"""python -m benchmarks stroke [scenes]: time from the end of a stroke to the new answer.

It is held against a page that only echoes the stroke. The pages run in separate servers and take
turns, stroke by stroke, in one browser. The time runs from mouse-up until the text that depends on
the stroke changes: on Draw the answer, from the "?" of an empty canvas, on Scenes the sentence
beside the number, and on the echo page the number of points.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from tests.browser import chromium, serve

STROKES = 30
PAGES = {
    "draw": ("app.py", ".st-key-draw_canvas canvas.upper-canvas", ".st-key-prediction_label"),
    "scenes": ("app.py", ".st-key-scene_canvas canvas.upper-canvas", ".st-key-scene_reason"),
    "echo": ("benchmarks/echo_app.py", "canvas.upper-canvas", ".st-key-echo"),
}
PATHS = {"scenes": "/scenes"}  # of a page that is not the first
TARGETS = {"draw": 1.2, "scenes": 1.6}
WATCH = """selector => {
  const before = document.querySelector(selector).innerText;
  window.changed = new Promise((done, fail) => {
    setTimeout(() => fail(new Error("no change in 10 s")), 10000);
    let start = null;
    const lifted = () => { start = performance.now(); };
    document.addEventListener("mouseup", lifted, {once: true, capture: true});
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
    """Draw a 1 at a place of its own; return the milliseconds until the text changes."""
    box = page.locator(canvas).last.bounding_box()
    assert box is not None
    page.evaluate(WATCH, words)
    x = box["x"] + 60 + 6 * number
    page.mouse.move(x, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(x - 10, box["y"] + 260, steps=10)
    page.mouse.up()
    return float(page.evaluate("window.changed"))


def fresh(page: Page, canvas: str) -> None:
    """Reload the page, so that the canvas is empty before every stroke."""
    page.reload()
    page.locator(canvas).wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def measure(shown: str = "draw", strokes: int = STROKES) -> dict[str, list[float]]:
    """Return the times of the page `shown` and of the echo in milliseconds, measured in turn."""
    times: dict[str, list[float]] = {name: [] for name in (shown, "echo")}
    with chromium() as browser, serve("app.py") as app, serve(PAGES["echo"][0]) as echo:
        pages = {}
        for name, address in ((shown, app), ("echo", echo)):
            pages[name] = browser.new_page()
            pages[name].goto(address + PATHS.get(name, ""))
            pages[name].locator(PAGES[name][2]).wait_for()
        for number in range(-1, strokes):  # the first warms both up
            for name, page in pages.items():
                page.bring_to_front()
                fresh(page, PAGES[name][1])
                taken = stroke(page, *PAGES[name][1:], number)
                if number >= 0:
                    times[name].append(taken)
    return times


def main(arguments: list[str]) -> None:
    """Print both medians and their ratio."""
    shown = arguments[0] if arguments else "draw"
    times = measure(shown)
    answer, echo = (statistics.median(times[name]) for name in (shown, "echo"))
    print(f"stroke to answer   {answer:6.0f} ms  (median of {STROKES}, page {shown})")
    print(f"stroke to echo     {echo:6.0f} ms")
    print(f"ratio              {answer / echo:6.2f}     (target: at most {TARGETS[shown]})")
