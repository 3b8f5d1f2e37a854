"""A person watches the units of a linear recurrent layer turn while the network reads."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from rnndemo.config import ModelConfig
from rnndemo.data.sets import DataSet
from rnndemo.training.runs import Runs
from tests.e2e.people import chart, draw, open_page
from tests.finished import TINY, finished_run

CLOCKS = 8


def clocks_turn(page: Page) -> None:
    """Step back and forth on the page Inside: the hands of its clocks go along."""
    expect(page.get_by_role("heading", name="How long does each unit remember?")).to_be_visible()
    chart(page, "inside_memory")
    hands = page.locator(".st-key-inside_memory .figure-moment .hand")
    expect(hands).to_have_count(CLOCKS)
    hands.first.scroll_into_view_if_needed()
    before = hands.evaluate_all("all => all.map(one => one.getAttribute('x2'))")
    page.get_by_role("button", name="Previous row").click()
    expect(hands.first).not_to_have_attribute("x2", before[0])
    page.get_by_role("button", name="Next row").click()  # and back
    expect(hands.first).to_have_attribute("x2", before[0])
    assert len({*before}) > 1  # each its own


def test_clocks_turn_with_the_reading(
    page: Page, address: str, known_as: Callable[..., Runs], digits: DataSet
) -> None:
    config = replace(TINY, model=ModelConfig(cell="lru", hidden_size=16))
    run = finished_run(known_as(page, secrets.token_hex(16)), digits, "clocks", config)
    open_page(page, f"{address}/inside?lang=en&model={run.name}")
    clocks_turn(page)


def test_a_network_of_two_speeds_reads_a_drawing_and_its_clocks_turn(
    page: Page, address: str, known_as: Callable[..., Runs], digits: DataSet
) -> None:
    config = replace(TINY, model=ModelConfig(network="two-speed", hidden_size=16))
    run = finished_run(known_as(page, secrets.token_hex(16)), digits, "two speeds", config)
    open_page(page, f"{address}/?lang=en&model={run.name}")
    said = page.locator(".st-key-prediction_reason")
    draw(page, "1")
    expect(said).to_contain_text("%")
    page.locator(".st-key-draw_undo button").click()
    expect(said).to_contain_text("Draw a digit")
    draw(page, "4")
    expect(said).to_contain_text("%")
    page.get_by_role("link", name="Look inside while it reads").click()
    clocks_turn(page)
