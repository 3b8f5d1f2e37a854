"""The link of Inside keeps the moment: whoever opens it sees drawing, row and unit again."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import LABEL, draw, open_page, settle

PLAYER = "[data-testid=player]"


def look_inside(page: Page, address: str, digit: str) -> None:
    open_page(page, address)
    draw(page, digit)
    expect(page.locator(LABEL)).to_have_text(digit)
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator(PLAYER).wait_for()


def test_a_link_keeps_drawing_row_and_unit(page: Page, address: str, browser: Browser) -> None:
    look_inside(page, address, "2")
    entries = page.evaluate("history.length")
    page.get_by_test_id("clock-scrub").fill("12")
    page.get_by_label(re.compile("^Unit, 0 to")).fill("17")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("(?=.*[?&]row=12)(?=.*[?&]unit=17)(?=.*[?&]draw=)"))
    assert page.evaluate("history.length") == entries  # Back leaves the page
    guess = page.get_by_test_id("clock-said").inner_text().split(",")[0]

    theirs = browser.new_page()
    open_page(theirs, page.url)
    expect(theirs.get_by_text("This drawing came with the link.")).to_be_visible()
    expect(theirs.locator(PLAYER)).to_have_attribute("data-row", "12")
    expect(theirs.get_by_label(re.compile("^Unit, 0 to"))).to_have_value("17")
    expect(theirs.get_by_test_id("clock-said")).to_contain_text(guess)
    theirs.close()


def test_who_goes_on_takes_no_row_along(page: Page, address: str) -> None:
    look_inside(page, address, "2")
    page.get_by_test_id("clock-scrub").fill("12")
    page.wait_for_url(re.compile("[?&]row=12"))
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_url(re.compile("/train"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Train")
    assert not re.search("[?&](row|unit|draw)=", page.url)


def test_a_network_that_reads_the_pen_shows_the_stroke_point_by_point(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/inside?lang=en&model=gestures-strokes&row=20")
    player = page.locator(PLAYER)
    expect(player).to_have_attribute("data-row", "20")
    inked = """canvas => {
        const { width, height } = canvas;
        const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
        return pixels.filter((value, i) => i % 4 === 3 && value > 0).length;
    }"""
    picture = player.locator(".picture canvas")
    some = picture.evaluate(inked)
    page.get_by_test_id("clock-scrub").fill("63")
    expect(player).to_have_attribute("data-row", "63")
    assert picture.evaluate(inked) > 1.5 * some  # it has grown
    expect(page.get_by_test_id("clock-said")).to_contain_text("After point 63 (0–63)")
    box = picture.bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 2


def test_a_link_keeps_its_row_where_the_browser_tells_of_no_changes(
    address: str, browser: Browser
) -> None:
    page = browser.new_page()
    # as in Safari before 26.2 and Firefox before 147
    page.add_init_script('Object.defineProperty(window, "navigation", { value: undefined })')
    look_inside(page, f"{address}/?lang=en", "2")
    page.get_by_test_id("clock-scrub").fill("12")
    page.wait_for_url(re.compile("[?&]row=12"))
    settle(page)
    page.get_by_text("中文", exact=True).click()
    page.wait_for_url(re.compile("(?=.*[?&]row=12)(?=.*[?&]lang=zh)"))
    page.close()
