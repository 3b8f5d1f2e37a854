"""A digit is read by a pruned model, which is kept and answers on other pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rnndemo.hardening.pruning.jobs import PruningJob
from tests.e2e.people import LABEL, chart, draw, open_page, settle
from tests.e2e.test_robustness import part

RESULT, STATUS, KEPT = ".st-key-prune_result", ".st-key-prune_status", ".st-key-prune_kept"
MODEL = "50 % fewer units: LSTM"


@pytest.mark.e2e
def test_a_pruned_model_reads_a_digit_is_kept_and_answers_elsewhere(
    page: Page, address: str, home: Path
) -> None:
    who = page.get_by_role("combobox", name="Who reads?")
    open_page(page, f"{address}/robustness?lang=en")
    part(page, "Prune")
    page.locator(".st-key-prune_start button").click()
    expect(page.locator(STATUS)).to_contain_text(re.compile(r"(queued|running) ·"))
    open_page(page, f"{address}/robustness?lang=en")  # it goes on without the page
    part(page, "Prune")
    expect(page.locator(STATUS)).to_contain_text(re.compile(r"running · .* [1-9]\d* of 10"))
    chart(page, "prune_shares")
    page.locator(".st-key-prune_stop button").click()
    expect(page.locator(STATUS)).to_contain_text("stopped · ")
    assert not any(PruningJob(one, own=True).running for one in home.glob("prunings/*/*"))
    draw(page, "3")
    expect(page.locator(RESULT)).to_contain_text("The answer stays 3")
    expect(page.locator(f"{RESULT} figure p")).to_have_text(["3", "3"])
    expect(page.locator(f"{RESULT} table")).to_contain_text("26 %")
    settle(page)
    page.locator(".st-key-prune_keep button").click()
    expect(page.locator(KEPT)).to_contain_text(f"Kept as “{MODEL}")
    settle(page)
    page.locator(".st-key-prune_draw button").click()
    expect(page.locator(LABEL)).to_have_text("3")
    expect(who).to_have_value(re.compile(f"^Yours: {MODEL}"))
    settle(page)
    page.get_by_role("link", name="Inside", exact=True).click()
    expect(who).to_have_value(re.compile(f"^Yours: {MODEL}"))
    page.get_by_test_id("clock-scrub").fill("27")
    expect(page.get_by_test_id("player")).to_have_attribute("data-row", "27")
    expect(page.get_by_test_id("clock-said")).to_contain_text(re.compile(r"After row 27\b.*\b3\b"))
