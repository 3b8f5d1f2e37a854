"""What a person has chosen is there again when they come back from another page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.people import BOARD, LABEL, draw, open_page, settle, steady


def go_to(page: Page, name: str) -> None:
    settle(page)
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page).to_have_url(re.compile("lang="))
    settle(page)


def choose(page: Page, name: str) -> None:
    radio = page.get_by_role("radio", name=name, exact=True)
    steady(radio)
    radio.click()
    expect_chosen(page, name)
    settle(page)


def expect_chosen(page: Page, name: str) -> None:
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def test_brush_and_strokes_stay(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    choose(page, "thick")
    draw(page, "1")
    expect(page.locator(LABEL)).to_have_text("1")
    for other in ("Inside", "Train"):
        go_to(page, other)
        go_to(page, "Draw")
        expect_chosen(page, "thick")
        expect(page.locator(LABEL)).to_have_text("1")
    draw(page, "0")
    expect(page.locator(LABEL)).not_to_have_text("1")
    page.locator(".st-key-draw_undo button").click()
    expect(page.locator(LABEL)).to_have_text("1")
    expect_chosen(page, "thick")
    expect(page.locator(BOARD)).to_be_visible()


def test_where_a_drawing_comes_from_is_the_same_on_both_pages(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    choose(page, "Surprise me")
    go_to(page, "Compare")
    expect_chosen(page, "Surprise me")
    choose(page, "Camera")
    go_to(page, "Draw")
    expect_chosen(page, "Camera")
    choose(page, "Draw")
    go_to(page, "Train")
    go_to(page, "Draw")
    expect_chosen(page, "Draw")


def test_part_and_stage_of_gestures_stay_and_a_link_sets_the_part(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    choose(page, "Drawing board")
    go_to(page, "Draw")
    go_to(page, "Gestures")
    expect_chosen(page, "Drawing board")
    choose(page, "What they learnt from")
    expect(page).to_have_url(re.compile("part=made"))
    go_to(page, "Draw")
    go_to(page, "Gestures")
    expect_chosen(page, "What they learnt from")
    expect(page).to_have_url(re.compile("part=made"))
    choose(page, "Draw a gesture")
    expect_chosen(page, "Drawing board")
    open_page(page, f"{address}/gestures?lang=en&part=own")
    expect_chosen(page, "Your own classes")


def test_language_stays_on_every_page(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    choose(page, "中文")
    expect(page.get_by_role("heading", name="写一个数字")).to_be_visible()
    go_to(page, "训练")
    expect_chosen(page, "中文")
    choose(page, "English")
    go_to(page, "Inside")
    expect_chosen(page, "English")
    expect(page).to_have_url(re.compile("lang=en"))
