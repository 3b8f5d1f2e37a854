"""The page Scenes in a real browser: several digits are drawn, found, boxed and read in order."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from tests.e2e.people import open_page, settle, steady, wait_for

CANVAS = ".st-key-scene_canvas .upper-canvas"
NUMBER = ".st-key-scene_number"
BOXES = ".st-key-scene_result svg .found"
LIST = ".st-key-scene_result ol.scene_found li"

# digit -> where its left top corner is, and how large it is, as shares of the board's height; the
# last two overlap
WRITTEN = {"3": (0.15, 0.25, 0.45), "7": (0.62, 0.2, 0.45), "1": (0.85, 0.35, 0.42)}


def write(page: Page, digits: dict[str, tuple[float, float, float]]) -> None:
    """Draw digits on the board with the mouse."""
    steady(page.locator(CANVAS))
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    corner, side = np.array([box["x"], box["y"]]), box["height"]
    for digit, (left, top, size) in digits.items():
        for stroke in strokes_of(DIGITS[digit][0]):
            points = corner + side * (np.array([left, top]) + stroke * size)
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=4)
            page.mouse.up()
    settle(page)


def titles(page: Page) -> list[str]:
    return page.locator(f"{BOXES} title").all_text_contents()


@pytest.mark.e2e
def test_digits_are_found_boxed_and_read_from_left_to_right(page: Page, address: str) -> None:
    open_page(page, f"{address}/scenes?lang=en")
    expect(page.locator(NUMBER)).to_have_text("?")
    expect(page.locator(".st-key-scene_result figcaption")).not_to_be_empty()
    write(page, WRITTEN)
    expect(page.locator(NUMBER)).to_have_text("3 7 1")
    expect(page.locator(NUMBER)).to_have_attribute("aria-live", "polite")
    expect(page.locator(".st-key-scene_result figcaption")).to_be_empty()
    wait_for(page, "boxes", lambda: len(titles(page)), 3)
    lefts = [int(re.findall(r"columns (\d+)", title)[0]) for title in titles(page)]
    assert lefts == sorted(lefts)
    assert page.locator(LIST).count() == len(lefts)
    # what is drawn is as large as what is found, and outlasts a change of page
    drawn, found = (page.locator(one).bounding_box() for one in (CANVAS, "figure.scene svg"))
    assert drawn is not None
    assert found is not None
    assert found["width"] == pytest.approx(drawn["width"], abs=2)
    assert found["height"] == pytest.approx(drawn["height"], abs=2)
    number = page.locator(NUMBER).inner_text()
    page.get_by_role("link", name="Draw").first.click()
    page.locator(".st-key-draw_canvas").wait_for()
    page.get_by_role("link", name="Scenes").first.click()
    expect(page.locator(NUMBER)).to_have_text(number)
    page.locator(".st-key-scene_clear button").click()
    expect(page.locator(NUMBER)).to_have_text("?")


@pytest.mark.e2e
def test_a_failure_opens_in_view(page: Page, address: str) -> None:
    open_page(page, f"{address}/scenes?lang=en")
    page.locator("[class*=st-key-scene_failed_] button", has_text="Open").first.click()
    expect(page.locator(".scene_given")).to_be_visible()
    expect(page.locator("figure.scene svg")).to_be_in_viewport()


@pytest.mark.e2e
def test_the_keys_draw_on_all_of_the_board(page: Page, address: str) -> None:
    open_page(page, f"{address}/scenes?lang=en")
    steady(page.locator(CANVAS))
    page.locator(".st-key-scene_canvas .over").focus()
    page.keyboard.press("Space")
    for _ in range(60):  # to the right edge, which is further than the board is high
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".st-key-scene_undo button")).to_be_enabled()
    settle(page)
    page.mouse.click(5, 5)
    expect(page.locator(".st-key-scene_result figcaption")).to_be_empty()


@pytest.mark.e2e
def test_a_phone_shows_board_and_result_in_its_width(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/scenes?lang=zh")
    steady(phone.locator(CANVAS))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (CANVAS, "figure.scene svg"):
        box = phone.locator(part).bounding_box()
        assert box is not None
        assert 330 <= box["width"] <= 390
        assert box["width"] / box["height"] == pytest.approx(1.5, abs=0.02)
