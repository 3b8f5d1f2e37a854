"""A person looks inside a network that sees the picture at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.people import chart, open_page

CNN = "/inside?lang=en&model=digits-cnn"


def open_maps(page: Page, address: str) -> None:
    open_page(page, address + CNN)
    chart(page, "inside_maps")


def test_a_click_on_a_map_shows_what_it_looks_for(page: Page, address: str) -> None:
    open_maps(page, address)
    number = page.get_by_role("spinbutton", name="Feature map, 0 to 31")
    maps = page.locator(".st-key-inside_maps .nsewdrag").first
    for place, position in ((0, 0.03), (7, 0.97)):  # the first line has the maps 0 to 7
        box = maps.bounding_box()
        assert box is not None
        maps.click(position={"x": position * box["width"], "y": 0.05 * box["height"]})
        expect(number).to_have_value(str(place))


def test_keys_read_the_maps_and_choose_one(page: Page, address: str) -> None:
    open_maps(page, address)
    chart(page, "inside_maps").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".st-key-inside_maps .hoverlayer")).to_contain_text("number 0")
    page.keyboard.press("Enter")
    number = page.get_by_role("spinbutton", name="Feature map, 0 to 31")
    expect(number).to_have_value("0")


def test_one_click_leads_to_a_network_that_reads_row_by_row(page: Page, address: str) -> None:
    open_maps(page, address)
    page.get_by_role("button", name="LSTM · remembers with gates").click()
    page.get_by_test_id("player").wait_for()
    expect(page.get_by_text("sees the whole picture at once")).to_have_count(0)
