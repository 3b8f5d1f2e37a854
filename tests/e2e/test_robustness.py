"""The page Robustness in a real browser: a digit is attacked, defended, and certified."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE
from tests.e2e.people import chart, draw, open_page, settle

RESULT = ".st-key-attack_result"
DEFENDED = ".st-key-attack_defended"
CERTIFIED = ".st-key-certify_result"


def part(page: Page, name: str) -> None:
    page.locator(".st-key-robustness_part").get_by_role("radio", name=name, exact=True).click()
    settle(page)


def radius(page: Page) -> float:
    expect(page.locator(CERTIFIED)).to_contain_text("no change shorter than")
    settle(page)
    return float(re.findall(r"shorter than ([\d.]+)", page.locator(CERTIFIED).inner_text())[0])


@pytest.mark.e2e
def test_a_drawn_digit_is_attacked_defended_and_certified(page: Page, address: str) -> None:
    open_page(page, f"{address}/robustness?lang=en")
    expect(page.locator(RESULT)).to_contain_text("The answer turns from 8")  # an example
    draw(page, "3")
    expect(page.locator(RESULT)).to_contain_text(re.compile(r"turns from 3 to \d: it tips at row"))
    settle(page)
    row = re.findall(r"tips at row (\d+)", page.locator(RESULT).inner_text())[0]
    expect(page.locator(f"{RESULT} figure i b")).to_have_text(f"row {row}")
    expect(chart(page, "attack_rows")).to_contain_text(f"tips at row {row}")
    page.get_by_role("radio", name="black and white").click()
    expect(page.locator(DEFENDED)).to_contain_text("It brings 3 back")
    expect(page.locator(f"{DEFENDED} figure p")).to_have_text(["3", "3", "3"])
    part(page, "Certify")
    expect(page.locator(RESULT)).to_have_count(0)
    before = radius(page)
    noise = page.get_by_role("slider", name="Noise, σ")
    for _ in range(2):  # 0.25 to 0.15
        noise.press("ArrowLeft")
    expect(page.locator(CERTIFIED)).not_to_contain_text(f"shorter than {before}")
    assert 0 < radius(page) < before
    part(page, "Corrupt")
    marks = page.locator(".st-key-corrupt_gallery figure")
    expect(marks).to_have_count(22)
    part(page, "Attack")  # as it was left
    expect(page.locator(DEFENDED)).to_contain_text("It brings 3 back")


@pytest.mark.e2e
def test_a_phone_shows_every_part_in_its_width(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/robustness?lang=zh")
    for name, shown in {
        "攻击": RESULT,
        "损坏": ".st-key-corrupt_result",
        "剪枝": ".st-key-prune_result",
        "证书": CERTIFIED,
        "陌生图片": ".st-key-place_accepted",
    }.items():
        part(phone, name)
        expect(phone.locator(f"{shown} figure img").first).to_be_visible()
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["viewport"]["width"]
