"""A person looks inside while the network reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from rnndemo.reading.percent import sureness
from rnndemo.web import VIEW
from tests.browser import serve
from tests.e2e.people import LABEL, draw, open_page

PLAYER = "[data-testid=player]"


def look_inside(page: Page, address: str, digit: str) -> None:
    """Draw a digit, wait for its answer, and go to Inside."""
    open_page(page, address)
    draw(page, digit)
    expect(page.locator(LABEL)).to_have_text(digit)
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator(PLAYER).wait_for()
    expect(page.get_by_text("Nothing is drawn yet")).to_have_count(0)


@pytest.mark.parametrize("form", ["{number} %", "{number}%"])
@pytest.mark.parametrize("probability", [1.0, 0.9991, 0.9989, 0.5, 0.001, 0.0004, 0.0])
def test_the_browser_says_how_sure_as_python_does(
    browser: Browser, probability: float, form: str
) -> None:
    page = browser.new_page()
    page.add_script_tag(content=(VIEW / "words.js").read_text(encoding="utf-8"))
    written = page.evaluate("([share, form]) => sureness(share, form)", [probability, form])
    assert written == sureness(probability, lambda _message: form).replace(" ", "\u00a0")
    page.close()


def test_player_plays_to_the_end_and_scrubs(page: Page, address: str) -> None:
    look_inside(page, address, "2")
    player = page.locator(PLAYER)
    page.get_by_test_id("clock-speed").select_option("4")
    page.get_by_test_id("clock-scrub").fill("0")
    expect(player).to_have_attribute("data-row", "0")
    page.get_by_test_id("clock-play").click()
    expect(player).to_have_attribute("data-row", "27", timeout=20_000)
    page.get_by_test_id("clock-scrub").fill("12")
    expect(player).to_have_attribute("data-row", "12")
    page.get_by_test_id("clock-next").click()
    expect(player).to_have_attribute("data-row", "13")


def test_playing_asks_the_server_nothing(page: Page, address: str) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    look_inside(page, address, "5")
    page.locator(".st-key-inside_pair_chart").wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.get_by_test_id("clock-scrub").fill("0")
    before = len(sent)
    page.get_by_test_id("clock-speed").select_option("4")
    page.get_by_test_id("clock-play").click()
    expect(page.locator(PLAYER)).to_have_attribute("data-row", "27", timeout=20_000)
    assert len(sent) == before > 0


def test_every_section_draws(page: Page, address: str) -> None:
    look_inside(page, address, "3")
    for chart in ("plane", "gradient", "saliency", "courses", "firing", "silence_chart"):
        page.locator(f".st-key-inside_{chart} .js-plotly-plot").wait_for(timeout=60_000)
    for chart in ("distance", "spoil_plane", "spoil_chart", "pair_chart"):
        page.locator(f".st-key-inside_{chart} .js-plotly-plot").wait_for(timeout=60_000)


def test_another_model_reads_the_same_drawing(page: Page, address: str) -> None:
    look_inside(page, address, "7")
    page.locator(".st-key-model_select").get_by_role("combobox").click()
    page.get_by_role("option", name=re.compile("GRU")).click()
    expect(page).to_have_url(re.compile("model=digits-gru"))
    views = page.get_by_test_id("player-view").locator("option")
    expect(views).to_contain_text(["hidden state", "reset", "update", "candidate"])


def test_without_a_drawing_there_is_an_example_and_a_way_to_draw(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_role("link", name="Inside").first.click()
    page.locator(PLAYER).wait_for()
    expect(page.locator(".stMain").get_by_role("link", name=re.compile("Draw"))).to_be_visible()


def test_link_to_a_page_is_the_whole_app_on_a_fresh_server(browser: Browser) -> None:
    with serve("app.py") as fresh:
        page = browser.new_page()
        problems: list[str] = []
        # Streamlit first looks for its server under the page's path: two 404s
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{fresh}/inside?lang=zh&model=digits-gru")
        page.locator(PLAYER).wait_for(timeout=60_000)
        expect(page.get_by_role("heading", name="内部，逐行看")).to_be_visible()
        expect(page.locator(".st-key-page_head")).to_be_visible()
        expect(page).to_have_url(re.compile("model=digits-gru"))
        page.close()
    assert not problems
