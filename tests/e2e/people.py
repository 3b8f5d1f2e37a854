"""What people do on the pages: open them, draw with mouse and finger, train."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from rnndemo.data.drawn.gestures import template_of
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from tests.patience import PATIENCE

LABEL = ".st-key-prediction_label"
BOARD = ".st-key-draw_canvas canvas.upper-canvas"
GESTURES = ".st-key-gesture_canvas canvas.upper-canvas"
STILL_FRAMES = 20
TRIES, OPENS = 4, 8_000  # tries to open a list; milliseconds for each


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until the app has run."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the app has nothing more to do."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def chart(page: Page, key: str) -> Locator:
    """Return a figure of Plotly; it is drawn once it comes near."""
    page.locator(f".st-key-{key} .figure").first.scroll_into_view_if_needed()
    drawn = page.locator(f".st-key-{key} .js-plotly-plot").first
    expect(drawn).to_be_visible()
    return drawn


def steady(found: Locator) -> tuple[float, float, float]:
    """Return left, top and width of what stands still: a page that just came may still move."""
    left, top, width = found.evaluate(
        """async (node, frames) => {
            const place = () => {
                const box = node.getBoundingClientRect();
                return [box.left, box.top, box.width];
            };
            let last = place();
            for (let still = 0; still < frames; still += 1) {
                await new Promise(requestAnimationFrame);
                const now = place();
                if (String(now) !== String(last)) still = 0;
                last = now;
            }
            return last;
        }""",
        STILL_FRAMES,
    )
    return left, top, width


def choose(page: Page, name: str, option: str) -> None:
    """Choose from a list; try again if the page is redrawn meanwhile, which closes the list."""
    settle(page)
    entry = page.get_by_role("option", name=option)
    for _ in range(TRIES):
        page.get_by_role("combobox", name=name).click()
        with suppress(PlaywrightTimeoutError):
            entry.click(timeout=OPENS)
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"{name} offers no {option}")


def on_board(page: Page, digit: str, side: float = 0.6) -> list[np.ndarray]:
    """Return the strokes of `digit` in the page's pixels, in the middle of the board."""
    return in_the_middle(page.locator(BOARD), strokes_of(DIGITS[digit][0]), side)


def in_the_middle(board: Locator, strokes: list[np.ndarray], side: float) -> list[np.ndarray]:
    """Return strokes in a unit square as places on the page, `side` of the board wide."""
    board.scroll_into_view_if_needed()
    left, top, width = steady(board)
    origin = np.array([left, top]) + width * (1 - side) / 2
    return [origin + stroke * side * width for stroke in strokes]


def draw(page: Page, digit: str) -> None:
    """Draw `digit` with the mouse."""
    for stroke in on_board(page, digit):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point, steps=3)
        page.mouse.up()


def gesture(page: Page, label: str, form: int = 0, side: float = 0.6) -> None:
    """Draw a gesture as its template has it, in the middle of the board."""
    for points in in_the_middle(page.locator(GESTURES), template_of(label, form), side):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()


def draw_with_finger(page: Page, digit: str) -> None:
    """Draw `digit` by touch."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, point: np.ndarray | None = None) -> None:
        points = [] if point is None else [{"x": float(point[0]), "y": float(point[1])}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for stroke in on_board(page, digit):
        touch("touchStart", stroke[0])
        for start, end in pairwise(stroke):
            for share in (1 / 3, 2 / 3, 1.0):
                touch("touchMove", start + share * (end - start))
        touch("touchEnd")


def clear(page: Page) -> None:
    """Empty the board."""
    button = page.locator(".st-key-draw_clear button")
    button.click()
    expect(page.locator(LABEL)).to_have_text("?")
    expect(button).to_be_disabled()
    settle(page)
    page.locator(BOARD).wait_for()


# --------------------------------------------------------------------------------- training

STATUS = ".st-key-train_status"
LOSS = ".st-key-train_loss_chart [data-testid=curves]"


SMALL = "data.train_size=2000&model.hidden_size=16&training.schedule=constant"
LONG = f"{SMALL}&training.epochs=1000"  # longer than any test
SHORT = f"{SMALL}&training.epochs=1"


def open_train(page: Page, address: str, experiment: str = LONG, lang: str = "en") -> None:
    """Open the page Train by a link to an experiment."""
    page.goto(f"{address}/train?lang={lang}&{experiment}")
    expect(page.locator(STATUS)).not_to_be_empty()
    settle(page)


def press(page: Page, key: str) -> None:
    """Press a button of the page."""
    page.locator(f".st-key-{key} button:visible").click()  # one with help is there twice


def await_status(page: Page, status: str) -> int:
    """Wait until the run is in `status`, as the page says it; return its step."""
    shown = page.locator(STATUS)
    expect(shown).to_contain_text(re.compile(rf"^{status} · .*?\d"))
    return int(re.findall(r"[\d,]+", shown.inner_text())[0].replace(",", ""))


def start_training(page: Page, running: str = "running") -> None:
    """Press Start and wait until the first steps are made; `running` in the page's language."""
    press(page, "train_start")
    await_status(page, running)


def stop_training(page: Page, stopped: str = "stopped") -> str:
    """Stop and test; return the accuracy as it is shown; `stopped` in the page's language."""
    press(page, "train_stop")
    await_status(page, stopped)
    return page.locator(".st-key-train_accuracy").inner_text()


def drag(page: Page, drawing: Locator, start: float, end: float) -> None:
    """Drag horizontally, from and to shares of the drawing's width."""
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=3)
    page.mouse.up()


def pick_runs(page: Page, *rows: int) -> None:
    """Change whether these runs of the list are chosen; the newest is 0."""
    table = page.locator(".st-key-train_runs canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    for number in rows:
        page.mouse.click(box["x"] + 18, box["y"] + 35 * (number + 1) + 17)
    settle(page)


def leave(page: Page) -> None:
    """Close the app in the browser: a page whose server has gone looks for it, and complains."""
    page.goto("about:blank")


def wait_until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until an expression or function of JavaScript is true in the page.

    Playwright's own way evaluates a text inside the page, which `rnndemo.ui.server.door` forbids.
    """
    wait_for(page, expression, lambda: bool(page.evaluate(expression, arg)), True)


def wait_for(page: Page, what: str, read: Callable[[], Any], wanted: object) -> None:
    """Wait until what `read` returns of a page is as `wanted`; what it is stands in the error."""
    deadline = time.monotonic() + PATIENCE
    while (seen := read()) != wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(f"never {wanted}, but {seen}: {what}")
        page.wait_for_timeout(20)
