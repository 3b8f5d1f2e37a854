"""A page that is opened for the first time stands still, asks for nothing in vain, has a name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from rnndemo.ui.server.front import COOKIE, TOKEN
from tests.browser import DESKTOP, PHONE, watched
from tests.e2e.people import open_page, settle, steady

PATHS = {
    "": "Draw", "train": "Train", "inside": "Inside", "gestures": "Gestures",
    "gestures?part=own": "Gestures", "explore": "Explore", "compare": "Compare",
    "scenes": "Scenes", "robustness": "Robustness",
}  # fmt: skip
DEVICES = {"desktop": DESKTOP, "phone": PHONE}

MAX_SHIFT = 0.1  # "good": https://web.dev/articles/cls

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => ({
  value: entry.value,
  what: entry.sources.map(({ node }) => node?.className ?? node?.nodeName),
})))).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("path", PATHS)
def test_cold_page_stands_still(browser: Browser, address: str, path: str, device: str) -> None:
    with watched(browser.new_context(**DEVICES[device])) as page:
        missing: list[str] = []
        page.on("response", lambda got: got.status >= 400 and missing.append(got.url))
        page.add_init_script(SHIFTS)
        open_page(page, f"{address}/{path}{'&' if '?' in path else '?'}lang=en")
        steady(page.locator(".stMainBlockContainer"))
        settle(page)
        shifts = page.evaluate("window.shifts")
        assert sum(shift["value"] for shift in shifts) <= MAX_SHIFT, shifts
        assert not missing
        expect(page).to_have_title(f"{PATHS[path]} · Row by Row")


def test_page_says_its_language(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_text("English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Draw · Row by Row")


def test_browser_is_known_from_its_first_page_on(page: Page, address: str) -> None:
    def token() -> str:
        (found,) = [one for one in page.context.cookies() if one["name"] == COOKIE]
        return found["value"]

    # the script's cookie is written anew by the server: Safari keeps such a one longer than a week
    with page.expect_response(lambda got: got.request.resource_type == "fetch") as got:
        open_page(page, address)
    first = token()
    assert got.value.header_value("set-cookie").startswith(f"{COOKIE}={first}; ")
    assert TOKEN.fullmatch(first)
    open_page(page, f"{address}/train")
    assert token() == first


@pytest.mark.parametrize(("lang", "name"), [("en", "Menu"), ("zh", "菜单")])
def test_menu_of_a_phone_has_a_name(phone: Page, address: str, lang: str, name: str) -> None:
    open_page(phone, f"{address}/?lang={lang}")
    menu = phone.get_by_test_id("stExpandSidebarButton")
    assert menu.evaluate('node => getComputedStyle(node, "::after").content') == f'"{name}"'
    expect(menu).to_have_accessible_name(name)
