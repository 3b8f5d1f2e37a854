"""A person zooms, selects and points at a figure while it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import serve

PLOT = ".st-key-growing .js-plotly-plot"
PICKED = "[data-testid=stText]"
SENT = "[data-testid=stCaptionContainer]"
UPDATES = 5


@pytest.fixture(scope="module")
def figures() -> Iterator[str]:
    """Address of a page with a figure that grows."""
    with serve("tests/e2e/figure_app.py") as address:
        yield address


@pytest.fixture
def plot(page: Page, figures: str) -> Locator:
    page.goto(figures)
    found = page.locator(PLOT)
    expect(found.locator(".points path").first).to_be_visible()
    return found


def await_points(page: Page, more: int) -> None:
    """Wait until the figure has `more` points more."""
    page.wait_for_function(
        "([plot, count]) => document.querySelector(plot).data[0].x.length >= count",
        arg=[PLOT, page.locator(PLOT).evaluate("plot => plot.data[0].x.length") + more],
    )


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the axes, from -1 to 3, is on the screen."""
    box = page.locator(f"{PLOT} .nsewdrag").bounding_box()
    assert box is not None
    return box["x"] + (x + 1) / 4 * box["width"], box["y"] + (3 - y) / 4 * box["height"]


def await_sent(page: Page, more: int) -> None:
    """Wait until Python has sent `more` points more, drawn or not."""
    count = int(page.locator(SENT).inner_text().split()[0]) + more
    page.wait_for_function(
        "([sent, count]) => parseInt(document.querySelector(sent).innerText) >= count",
        arg=[SENT, count],
    )


def point(page: Page, at: tuple[float, float], mark: int | None) -> None:
    """Move to a place of the axes, and wait until the figure has seen it: a person does so too."""
    page.mouse.move(*place(page, *at))
    page.wait_for_function(
        "([plot, mark]) => (document.querySelector(plot)._hoverdata?.[0].x ?? null) === mark",
        arg=[PLOT, mark],
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=5)
    page.mouse.up()


def test_new_points_come_into_the_same_figure(page: Page, plot: Locator) -> None:
    before = plot.element_handle()
    await_points(page, UPDATES)
    assert plot.evaluate("(now, before) => now === before", before)
    expect(page.get_by_role("application", name="How far is it?")).to_be_visible()


def test_a_text_that_was_empty_is_drawn_once_there_is_one(page: Page, plot: Locator) -> None:
    await_points(page, UPDATES)
    drawn, count = plot.evaluate(
        """plot => [
            [...plot.querySelectorAll(".textpoint text")].map((one) => one.textContent),
            plot.data[1].x.length,
        ]"""
    )
    assert drawn[:-2] == [str(number) for number in range(count - 2)]


def test_what_is_clicked_or_boxed_is_selected_and_released(page: Page, plot: Locator) -> None:
    point(page, (1, 1), mark=1)
    page.mouse.click(*place(page, 1, 1))
    expect(page.locator(PICKED)).to_have_text("picked [[10]]")
    drag(page, (0.5, 0.5), (2.5, 2.5))
    expect(page.locator(PICKED)).to_have_text("picked [[10], [20]]")
    point(page, (0, 2), mark=None)
    page.mouse.dblclick(*place(page, 0, 2))
    expect(page.locator(PICKED)).to_have_text("picked []")
    point(page, (1, 1), mark=1)
    page.mouse.dblclick(*place(page, 1, 1))  # selecting the same again is reported again
    expect(page.locator(PICKED)).to_have_text("picked [[10]]")


def test_click_counts_however_many_points_come_while_it_lasts(page: Page, plot: Locator) -> None:
    point(page, (1, 1), mark=1)
    page.mouse.down()
    await_sent(page, 2 * UPDATES)  # longer than a figure waits for a person who only points
    page.mouse.up()
    expect(page.locator(PICKED)).to_have_text("picked [[10]]")
    await_points(page, 1)


def test_zoom_stays_with_new_points(page: Page, plot: Locator) -> None:
    plot.hover()
    page.locator(f"{PLOT} [data-attr=dragmode][data-val=zoom]").click()
    drag(page, (0, 0), (2, 2))
    near = plot.evaluate("plot => plot.layout.xaxis.range")
    assert near == pytest.approx([0, 2], abs=0.1)
    page.mouse.move(0, 0)  # a figure waits while a person points at a mark
    await_points(page, UPDATES)
    assert plot.evaluate("plot => plot.layout.xaxis.range") == near
    page.locator(f"{PLOT} [data-attr=zoom][data-val=reset]").click()
    assert plot.evaluate("plot => plot.layout.xaxis.range") == [-1, 3]


def test_tools_speak_the_language_of_the_page(page: Page, plot: Locator) -> None:
    tools = page.locator(f"{PLOT} .modebar-btn")
    titles = [tool.get_attribute("data-title") for tool in tools.all()]
    assert titles == ["Drag to select", "Drag to zoom", "Show all"]


def test_points_are_read_and_chosen_by_keyboard(page: Page, plot: Locator) -> None:
    hint = page.locator(".figure-keys")
    expect(hint).to_be_hidden()
    expect(plot).to_have_attribute("role", "application")  # arrow keys reach it
    plot.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".figure-said")).to_contain_text("1")
    expect(hint).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(PICKED)).to_have_text("picked [[10]]")


def test_figure_keeps_to_the_width_of_the_page(page: Page, plot: Locator) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(f"document.querySelector('{PLOT}').layout.width < 390")


def test_a_figure_out_of_view_is_drawn_once_it_comes_near(page: Page, figures: str) -> None:
    page.goto(f"{figures}/?show=far")
    stage = page.locator(".st-key-growing .figure")
    expect(stage).to_have_attribute("aria-label", re.compile("How far is it"))  # it has its name
    await_sent(page, 2)
    expect(page.locator(PLOT)).to_have_count(0)
    height = stage.bounding_box()
    stage.scroll_into_view_if_needed()
    expect(page.locator(f"{PLOT} .points path").nth(4)).to_be_visible()
    assert stage.bounding_box()["height"] == height["height"]  # nothing below it moves


def test_library_that_does_not_load_is_reported(browser: Browser, figures: str) -> None:
    page = browser.new_page()
    page.goto(f"{figures}/?show=broken")
    expect(page.get_by_text("The chart could not be loaded")).to_be_visible()
    page.close()
