"""A person trains to the end, and looks at the report."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from rnndemo.ui.train.experiment import RUN
from tests.e2e.people import (
    LABEL,
    SHORT,
    await_status,
    draw,
    open_train,
    press,
    settle,
)
from tests.runs import events

pytestmark = pytest.mark.usefixtures("no_worker_left")


def first_weights(page: Page, home: Path) -> str:
    """Return the digest of what the shown run began with."""
    name = parse_qs(urlsplit(page.url).query)[RUN][0]
    return events(next(home.glob(f"runs/*/{name}")), "start")[0]["weights"]


def test_the_end_brings_a_report_a_film_and_the_way_back(
    page: Page, address: str, home: Path
) -> None:
    open_train(page, address, SHORT)
    press(page, "train_start")
    await_status(page, "done")
    expect(page.locator(".st-key-train_report_confusion_10 canvas").first).to_be_visible()
    expect(page.get_by_role("heading", name="Where was it sure, and wrong?")).to_be_visible()
    expect(page.locator(".st-key-train_report_worst img").first).to_be_visible()
    expect(page.locator(".st-key-train_report_mistakes canvas").first).to_be_visible()

    expect(page.locator(LABEL)).to_have_text("?")
    draw(page, "1")
    reason = page.locator(".st-key-prediction_reason")
    expect(reason).to_contain_text("%")

    film = page.get_by_test_id("film")
    scrub = page.get_by_test_id("film-scrub")
    scrub.fill("0")
    expect(film).to_have_attribute("data-step", "0")
    scrub.fill(scrub.get_attribute("max") or "")
    expect(film).not_to_have_attribute("data-step", "0")

    settle(page)
    before, ended = first_weights(page, home), page.url
    press(page, "train_reset")
    assert await_status(page, "paused") == 0
    assert page.url != ended
    assert first_weights(page, home) == before


def test_a_preset_sets_up_an_experiment_and_says_what_to_look_for(page: Page, address: str) -> None:
    open_train(page, address, "")
    lesson = page.locator(".st-key-train_lesson")
    expect(lesson).to_contain_text("97 % right")
    page.get_by_role("radio", name="Overfitting").click()
    expect(lesson).to_contain_text("learns the pictures by heart")
    images = page.get_by_role("spinbutton", name="Training pictures (0: all)")
    expect(images).to_have_value("200")
    images.fill("300")
    images.press("Enter")
    expect(lesson).to_contain_text("Your own experiment")


def test_presets_clicked_in_quick_succession_leave_the_page_whole(page: Page, address: str) -> None:
    open_train(page, address, "")
    names = ("Overfitting", "99 %", "784 pixels", "Fast", "Exploding gradient")
    for _ in range(3):
        for name in names:
            page.get_by_role("radio", name=name, exact=True).click()
        settle(page)
    expect(page.locator(".st-key-train_lesson")).to_contain_text("No gates, an unbounded")
    expect(page.get_by_role("spinbutton", name="Training pictures (0: all)")).to_have_value("20000")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "training.optimizer=sgd" in page.url
