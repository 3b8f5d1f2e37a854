"""What people do on the pages: open them, draw with the mouse and with a finger."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from playwright.sync_api import Page, expect

from rnndemo.data.glyphs import DIGITS, strokes_of

LABEL = ".st-key-prediction_label"
BOARD = ".st-key-draw_canvas canvas.upper-canvas"


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until the app has run."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the app has nothing more to do."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def on_board(page: Page, digit: str, side: float = 0.6) -> list[np.ndarray]:
    """Return the strokes of `digit` in the page's pixels, in the middle of the board."""
    board = page.locator(BOARD)
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    origin = np.array([box["x"], box["y"]]) + box["width"] * (1 - side) / 2
    return [origin + stroke * side * box["width"] for stroke in strokes_of(DIGITS[digit][0])]


def draw(page: Page, digit: str) -> None:
    """Draw `digit` with the mouse."""
    for stroke in on_board(page, digit):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point, steps=6)
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
            for share in np.linspace(0.2, 1, 5):
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
