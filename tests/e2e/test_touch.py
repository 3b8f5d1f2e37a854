"""Nothing is said on hover alone: a finger gets every exact value and every explanation."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from rnndemo.ui.components.component import HERE
from rnndemo.web import VIEW
from tests.e2e.people import LABEL, chart, draw_with_finger, open_page, settle, steady


def tap(drawing: Locator, x: float, y: float) -> None:
    """Touch a drawing at shares of its width and height."""
    drawing.scroll_into_view_if_needed()
    steady(drawing)
    box = drawing.bounding_box()
    assert box is not None
    drawing.page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])


def test_a_tap_on_the_answer_gives_its_figures(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/?lang=en")
    draw_with_finger(phone, "3")
    expect(phone.locator(LABEL)).to_have_text("3")
    settle(phone)
    rows = phone.locator(".st-key-rows_chart")
    tap(rows.locator(".rows canvas"), 0.7, 0.8)
    expect(rows.locator(".tip")).to_contain_text(re.compile(r"^after row 22: 3 [\d.≥\s]+%"))
    tap(rows.locator(".states canvas"), 0.7, 0.8)
    expect(rows.locator(".tip")).to_contain_text(re.compile(r"^unit \d+, row 22: "))


def test_a_tap_on_a_figure_of_inside_says_its_values(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/inside?lang=en")
    plane = phone.locator(".st-key-inside_saliency")
    chart(phone, "inside_saliency")
    tap(plane.locator(".nsewdrag"), 0.5, 0.5)
    expect(plane.locator(".hovertext")).to_contain_text("row 1")
    tap(phone.locator("[data-testid=player] .heat canvas"), 0.6, 0.5)
    expect(phone.get_by_test_id("player-tip")).to_contain_text(re.compile(r"unit \d+, row 1\d"))


def test_a_tap_opens_the_help_of_a_control(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/train?lang=en")
    help_mark = phone.get_by_test_id("stTooltipIcon").first
    help_mark.scroll_into_view_if_needed()
    help_mark.tap()
    expect(phone.get_by_test_id("stTooltipContent").first).to_be_visible()


def test_components_have_no_title_but_the_names_of_their_buttons() -> None:
    scripts = "".join(path.read_text("utf-8") for path in [*HERE.glob("*.js"), *VIEW.glob("*.js")])
    titled = re.findall(r".*\.title = .*|.*[{,] title: .*", scripts)
    assert all("data-step" in line or "document.title" in line for line in titled)
