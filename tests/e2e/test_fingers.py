"""Fingers on a board: several at once, those that the system takes away, and menus that open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import BOARD, open_page, wait_until

# A finger does something on the board, at shares of its size, as a browser tells of it. Of a real
# finger, Chromium would choose the number; iPhones and iPads never give one twice.
FINGER = """(board, [kind, finger, x, y, others, elsewhere]) => {
    const box = board.getBoundingClientRect();
    const place = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
    const pointer = { start: "down", move: "move", end: "up", cancel: "cancel" }[kind];
    const all = { bubbles: true, composed: true, cancelable: true };
    board.dispatchEvent(new PointerEvent(
        `pointer${pointer}`, { ...all, ...place, pointerId: finger, pointerType: "touch" }));
    const on = (target) => (identifier) => new Touch({ identifier, target, ...place });
    const targetTouches = [...others, ...(kind === "start" || kind === "move" ? [finger] : [])]
        .map(on(board));
    const touches = [...targetTouches, ...elsewhere.map(on(document.body))];
    board.dispatchEvent(new TouchEvent(
        `touch${kind}`, { ...all, touches, targetTouches, changedTouches: [on(board)(finger)] }));
}"""

# the strokes on the board, from the highest to the lowest place of each, as shares of its height
SPANS = """() => {
    const { strokes } = rowByRow.ink.draw_canvas;
    const levels = ({ points }) => points.filter((_, i) => i % 2).map((y) => y / 308);
    return strokes.map(levels).map((ys) => [Math.min(...ys), Math.max(...ys)]);
}"""


@pytest.fixture
def drawing(phone: Page, address: str) -> Page:
    """The page Draw on a phone."""
    open_page(phone, f"{address}/?lang=en")
    phone.locator(BOARD).wait_for()
    return phone


def finger(
    page: Page, kind: str, number: int, x: float, y: float, *others: int,
    elsewhere: tuple[int, ...] = (),
) -> None:  # fmt: skip
    """Let a finger `kind` at shares of the board's size, while `others` stay there or elsewhere."""
    page.locator(BOARD).evaluate(FINGER, [kind, number, x, y, others, elsewhere])


def stroke(page: Page, number: int, level: float, end: str = "end") -> None:
    """Draw a level line with a finger."""
    finger(page, "start", number, 0.2, level)
    for x in (0.3, 0.5, 0.7):
        finger(page, "move", number, x, level)
    finger(page, end, number, 0.7, level)


def expect_strokes(page: Page, *levels: float) -> None:
    """Expect one level stroke at each level, and nobody drawing."""
    ink = "rowByRow.ink.draw_canvas"
    wait_until(page, f"{ink}.strokes.length === {len(levels)} && !{ink}.down && !{ink}.pen")
    for (high, low), level in zip(page.evaluate(SPANS), levels, strict=True):
        assert high == pytest.approx(level, abs=0.01)
        assert low == pytest.approx(level, abs=0.01)


def test_a_touch_that_the_system_takes_away_leaves_its_ink_and_the_next_one_draws(
    drawing: Page,
) -> None:
    stroke(drawing, 1, 0.3, "cancel")
    expect_strokes(drawing, 0.3)
    stroke(drawing, 2, 0.6)
    expect_strokes(drawing, 0.3, 0.6)
    stroke(drawing, 3, 0.8)
    expect_strokes(drawing, 0.3, 0.6, 0.8)


def test_a_second_finger_neither_draws_nor_ends_the_stroke(drawing: Page) -> None:
    finger(drawing, "start", 1, 0.2, 0.4)
    finger(drawing, "move", 1, 0.4, 0.4)
    finger(drawing, "start", 2, 0.9, 0.9, 1)
    finger(drawing, "move", 2, 0.8, 0.9, 1)
    finger(drawing, "end", 2, 0.8, 0.9, 1)
    assert drawing.evaluate("rowByRow.ink.draw_canvas.down")
    finger(drawing, "move", 1, 0.6, 0.4)
    finger(drawing, "end", 1, 0.6, 0.4)
    expect_strokes(drawing, 0.4)


def test_a_hand_that_rests_beside_the_board_does_not_stop_a_finger(drawing: Page) -> None:
    for number, level in ((2, 0.3), (3, 0.5), (4, 0.7)):
        finger(drawing, "start", number, 0.2, level, elsewhere=(1,))
        finger(drawing, "move", number, 0.6, level, elsewhere=(1,))
        assert drawing.evaluate("rowByRow.ink.draw_canvas.down")
        finger(drawing, "end", number, 0.6, level, elsewhere=(1,))
        assert not drawing.evaluate("rowByRow.ink.draw_canvas.down")
    expect_strokes(drawing, 0.3, 0.5, 0.7)


def test_another_button_of_the_mouse_draws_nothing_and_holds_nothing_up(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?lang=en")
    board = page.locator(BOARD)
    box = board.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    page.mouse.up()
    undo = page.locator(".st-key-draw_undo button")
    expect(undo).to_be_enabled()
    board.dispatch_event("pointerdown", {"button": 2})  # a menu may swallow that it is lifted
    undo.click()
    expect_strokes(page)


def test_a_board_opens_no_menu(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    asked = """board => board.dispatchEvent(
        new MouseEvent("contextmenu", { bubbles: true, composed: true, cancelable: true }))"""
    assert not page.locator(BOARD).evaluate(asked)
