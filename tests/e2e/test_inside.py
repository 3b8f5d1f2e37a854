"""A person looks inside while the network reads."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rnndemo.reading.percent import sureness
from rnndemo.web import VIEW
from tests.browser import serve
from tests.e2e.people import LABEL, chart, draw, open_page, settle, steady

PLAYER = "[data-testid=player]"
TRIED = {  # what unfolds -> the charts in it
    "silence": ["silence_chart"],
    "spoil": ["distance", "spoil_plane", "spoil_chart"],
    "pair": ["pair_chart"],
}


def look_inside(page: Page, address: str, digit: str) -> None:
    """Draw a digit, wait for its answer, and go to Inside."""
    open_page(page, address)
    draw(page, digit)
    expect(page.locator(LABEL)).to_have_text(digit)
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator(PLAYER).wait_for()
    expect(page.get_by_text("Nothing is drawn yet")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_a_page_begins_at_its_top(page: Page, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, address)
    draw(page, "7")
    expect(page.locator(LABEL)).to_have_text("7")
    settle(page)
    at = "document.querySelector('.stMain').scrollTop"
    page.evaluate(f"{at} = 1e6")
    assert page.evaluate(at) > 100
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator(PLAYER).wait_for()
    settle(page)
    assert page.evaluate(at) == 0


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
    expect(player).to_have_attribute("data-row", "27")
    page.get_by_test_id("clock-scrub").fill("12")
    expect(player).to_have_attribute("data-row", "12")
    page.get_by_test_id("clock-next").click()
    expect(player).to_have_attribute("data-row", "13")


def test_playing_asks_the_server_nothing(page: Page, address: str) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    look_inside(page, address, "5")
    page.locator(".st-key-inside_pair_chart").wait_for(state="attached")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.get_by_test_id("clock-scrub").fill("0")
    before = len(sent)
    page.get_by_test_id("clock-speed").select_option("4")
    page.get_by_test_id("clock-play").click()
    expect(page.locator(PLAYER)).to_have_attribute("data-row", "27")
    assert len(sent) == before > 0


def test_every_section_draws(page: Page, address: str) -> None:
    look_inside(page, address, "3")
    for key in ("plane", "gradient", "saliency", "courses", "firing"):
        chart(page, f"inside_{key}")
    for name, charts in TRIED.items():
        page.locator(f".st-key-inside_{name} summary").click()
        for key in charts:
            chart(page, f"inside_{key}")


def numbers(place: Locator) -> list[float]:
    """Return every number in a text, as the app writes them."""
    return [float(one.replace("−", "-")) for one in re.findall(r"−?\d+\.\d+", place.inner_text())]


def test_all_that_has_rows_follows_the_clock(page: Page, address: str) -> None:
    look_inside(page, address, "4")
    for key in ("inside_gradient", "inside_plane"):
        chart(page, key)
    gradient = page.locator(".st-key-inside_gradient .figure-moment line")
    ring = page.locator(".st-key-inside_plane .figure-moment circle")
    places: list[tuple[str | None, ...]] = []
    for row in (3, 20):
        page.get_by_test_id("clock-scrub").fill(str(row))
        for name in ("player", "cell"):
            expect(page.get_by_test_id(name)).to_have_attribute("data-row", str(row))
        expect(page.get_by_test_id("clock-said")).to_contain_text(f"After row {row} ")
        gradient.wait_for(state="attached")
        ring.wait_for(state="attached")
        places.append((gradient.get_attribute("x1"), ring.get_attribute("cx")))
    (line, dot), (line_then, dot_then) = places
    assert float(line_then or 0) > float(line or 0) > 0
    assert dot != dot_then


def test_a_click_in_the_map_shows_how_that_unit_gets_its_value(page: Page, address: str) -> None:
    look_inside(page, address, "6")
    unit = page.locator(".st-key-inside_cell_choice").get_by_role("spinbutton")
    head = page.get_by_test_id("cell-head")
    expect(head).to_contain_text(", row 27")
    (before,) = re.findall(r"unit (\d+), row 27", head.inner_text())
    expect(unit).to_have_value(before)
    steady(page.get_by_test_id("player-stage"))
    page.locator(f"{PLAYER} .heat canvas").click(position={"x": 40, "y": 100})
    expect(unit).not_to_have_value(before)
    expect(head).to_contain_text(f"unit {unit.input_value()}, row ")
    expect(page.get_by_test_id("player-chosen")).to_contain_text(f"unit {unit.input_value()}:")


def test_a_sum_unfolds_and_its_terms_add_up_to_it(page: Page, address: str) -> None:
    look_inside(page, address, "6")
    page.get_by_test_id("clock-scrub").fill("15")
    gate = page.get_by_test_id("cell").locator("[data-letter=f]")
    terms = gate.locator("li .worth")
    expect(terms.first).to_be_hidden()
    gate.get_by_role("button").click()
    expect(terms.first).to_be_visible()
    worth = [numbers(term)[-1] for term in terms.all()]
    *shown, _rest = map(abs, worth)
    assert shown == sorted(shown, reverse=True)
    (total,) = numbers(gate.locator(".total"))
    assert sum(worth) == pytest.approx(total, abs=0.06)  # of rounded numbers
    inner, outer = numbers(gate.locator(".numbers"))
    assert inner == total
    assert outer == pytest.approx(1 / (1 + math.exp(-inner)), abs=0.01)


@pytest.mark.parametrize("model", ["digits-rnn", "digits-lstm", "digits-gru"])
def test_the_drawing_of_a_cell_has_the_numbers_of_its_equations(
    page: Page, address: str, model: str
) -> None:
    open_page(page, f"{address}/inside?lang=en&model={model}")
    cell = page.get_by_test_id("cell")
    page.get_by_test_id("clock-scrub").fill("9")
    expect(cell).to_have_attribute("data-row", "9")
    drawn = cell.locator(".wiring .value").all_text_contents()
    for equation in cell.locator(".equation").all():
        assert equation.locator(".numbers b").inner_text() in drawn
    cell.locator(".wiring .opens").first.click()
    expect(cell.locator(".terms li").first).to_be_visible()


def test_the_contents_lead_to_a_question_below_the_clock(page: Page, address: str) -> None:
    look_inside(page, address, "1")
    page.locator(".st-key-inside_gradient .figure").wait_for()
    page.get_by_role("navigation", name="On this page").get_by_text("Gradient").click()
    heading = page.get_by_role("heading", name="How far back can it learn?")
    expect(heading).to_be_in_viewport()
    steady(heading)
    box, clock = heading.bounding_box(), page.get_by_test_id("clock").bounding_box()
    assert box is not None
    assert clock is not None
    assert 0 < clock["y"] + clock["height"] < box["y"]


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
        page.locator(PLAYER).wait_for()
        expect(page.get_by_role("heading", name="内部，逐行看")).to_be_visible()
        expect(page.locator(".st-key-page_head")).to_be_visible()
        expect(page).to_have_url(re.compile("model=digits-gru"))
        page.close()
    assert not problems
