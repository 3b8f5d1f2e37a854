"""No stroke on a board gets lost, none comes twice, and the board fits its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Windows
from tests.e2e.people import BOARD, LABEL, open_page, settle, steady, wait_for

WIDTHS = (320, 390, 768, 1280)

# what stands on the board's page, below the board and beside it
AROUND = (".st-key-draw_undo", ".st-key-brush", LABEL, ".st-key-prediction_reason")

# how many level lines one sees, from top to bottom in the middle of the board
LINES = """board => {
    const lower = board.parentElement.querySelector("canvas");
    const {data} = lower.getContext("2d").getImageData(lower.width / 2, 0, 1, lower.height);
    const bright = Array.from({length: lower.height}, (_, y) => data[4 * y] > 150);
    return bright.filter((now, y) => now && !bright[y - 1]).length;
}"""

# where lines are drawn, as shares of the board's height
LEVELS = (0.2, 0.4, 0.6, 0.8)


@pytest.fixture(params=WIDTHS)
def any_page(windows: Windows, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as wide as a small phone, a phone, a tablet and a desktop."""
    size = {"viewport": {"width": request.param, "height": 1000}}
    with windows.visit(**size) as page:
        yield page


def line(page: Page, level: float, start: float = 0.15, end: float = 0.85) -> None:
    """Draw a level line, from one share of the board's width to another."""
    left, top, side = page.locator(BOARD).evaluate(
        """node => {
            const { left, top, width } = node.getBoundingClientRect();
            return [left, top, width];
        }"""
    )
    page.mouse.move(left + start * side, top + level * side)
    page.mouse.down()
    page.mouse.move(left + end * side, top + level * side, steps=6)
    page.mouse.up()


def click(page: Page, act: str) -> None:
    """Click a button at once, wherever the page's run may be."""
    page.locator(f".st-key-draw_{act} button").dispatch_event("click")


def expect_lines(page: Page, count: int) -> None:
    """Expect that so many lines stay on the board once the page has nothing more to do."""
    page.locator("body").dispatch_event("click")  # the canvas now sends what lies on it
    board = page.locator(BOARD)
    # the canvas draws a moment after it is told
    wait_for(page, "lines on the board", lambda: board.evaluate(LINES), count)
    settle(page)
    assert board.evaluate(LINES) == count


def places(page: Page) -> list[tuple[float, float, float]]:
    """Return where everything around the board stands, in pixels of the page."""
    return [steady(page.locator(one)) for one in AROUND]


@pytest.fixture
def board(any_page: Page, address: str) -> Page:
    """The page Draw with one line on its board."""
    open_page(any_page, f"{address}/?lang=en")
    steady(any_page.locator(BOARD))
    line(any_page, LEVELS[0])
    expect(any_page.locator(".st-key-draw_undo button")).to_be_enabled()
    settle(any_page)
    return any_page


def test_strokes_after_undo_and_clear_are_there_once(board: Page) -> None:
    before = places(board)
    for level in LEVELS[1:]:
        line(board, level)
    expect_lines(board, 4)
    click(board, "undo")
    click(board, "undo")
    line(board, LEVELS[2])
    expect_lines(board, 3)
    click(board, "undo")
    click(board, "clear")
    line(board, LEVELS[0])
    line(board, LEVELS[1])
    expect_lines(board, 2)
    click(board, "undo")
    expect_lines(board, 1)
    assert places(board) == before
    click(board, "undo")
    expect_lines(board, 0)
    expect(board.locator(LABEL)).to_have_text("?")
    expect(board.locator(".st-key-draw_clear button")).to_be_disabled()


# presses Undo twice, and draws two lines before the canvas has laid out what is left
AT_ONCE = """(node, levels) => {
    const { left, top, width } = node.getBoundingClientRect();
    const at = (kind, share, level, buttons) => node.dispatchEvent(new MouseEvent(kind, {
        clientX: left + share * width, clientY: top + level * width,
        bubbles: true, composed: true, cancelable: true, view: window, buttons,
    }));
    const point = (kind) => node.dispatchEvent(
        new PointerEvent(kind, { bubbles: true, composed: true }));
    for (let i = 0; i < 2; i++) document.querySelector(".st-key-draw_undo button").click();
    for (const level of levels) {
        point("pointerdown"); at("mousedown", 0.15, level, 1);
        for (let share = 0.2; share < 0.9; share += 0.1) at("mousemove", share, level, 1);
        point("pointerup"); at("mouseup", 0.85, level, 0);
    }
}"""


def test_strokes_in_the_moment_of_undo_are_kept(board: Page) -> None:
    for level in LEVELS[1:3]:
        line(board, level)
    expect_lines(board, 3)
    board.locator(BOARD).evaluate(AT_ONCE, LEVELS[2:])
    expect_lines(board, 3)
    click(board, "undo")
    expect_lines(board, 2)


def test_top_right_is_a_place_to_draw_like_any_other(board: Page) -> None:
    click(board, "clear")
    expect_lines(board, 0)
    for _ in range(2):
        line(board, 0.04, 0.97, 0.27)  # begun where the canvas has its own tools
    assert board.locator(f"{BOARD.split()[0]} button:visible").count() == 0
    box = board.locator(BOARD).bounding_box()
    assert box is not None
    board.mouse.click(box["x"] + box["width"] - 15, box["y"] + 12)
    expect_lines(board, 1)  # one over the other, and the click, which is a dot, wiped nothing
    click(board, "undo")
    click(board, "undo")
    expect_lines(board, 1)
    click(board, "undo")
    expect_lines(board, 0)


def test_board_and_surprise_are_never_cut_off(any_page: Page, address: str) -> None:
    open_page(any_page, f"{address}/?lang=en")
    for found in (any_page.locator(BOARD), any_page.get_by_role("radio", name="Surprise me")):
        steady(found)
        assert whole(found)
    any_page.get_by_text("Surprise me").click()
    picture = any_page.locator("img.given")
    expect(picture).to_be_visible()
    assert whole(picture)
    open_page(any_page, f"{address}/compare?lang=en")
    found = any_page.get_by_role("radio", name="Surprise me")
    expect(found).to_be_visible()  # this page takes its time
    steady(found)
    assert whole(found)
    open_page(any_page, f"{address}/gestures?lang=en")
    found = any_page.locator(".st-key-gesture_canvas canvas.upper-canvas")
    expect(found).to_be_visible()
    steady(found)
    assert whole(found)


def whole(found: Locator) -> bool:
    """Return whether nothing around an element cuts it off at the right or the left."""
    return bool(
        found.evaluate(
            """node => {
                const {left, right} = node.getBoundingClientRect();
                for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
                    const box = at.getBoundingClientRect();
                    const open = getComputedStyle(at).overflowX === "visible";
                    if (!open && (box.left > left + 1 || box.right < right - 1)) return false;
                }
                return left >= 0 && right <= innerWidth;
            }"""
        )
    )
