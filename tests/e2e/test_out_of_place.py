"""The part Out of place in a real browser: a threshold is moved, and a model keeps it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rnndemo.data.sets import DataSet
from rnndemo.models.store import load_folder
from rnndemo.training.runs import Runs
from tests.e2e.people import LABEL, chart, draw, open_page, settle
from tests.e2e.test_axe import findings_by_day_and_night
from tests.e2e.test_robustness import part
from tests.finished import finished_run

SAID = ".st-key-place_said"


@pytest.mark.e2e
def test_a_threshold_is_moved_and_kept(
    page: Page, address: str, digits: DataSet, known_as: Callable[..., Runs]
) -> None:
    run = finished_run(known_as(page, secrets.token_hex(16)), digits, "mine")
    open_page(page, f"{address}/robustness?lang=en&model={run.name}")
    draw(page, "3")
    settle(page)
    part(page, "Out of place")
    expect(page.locator(SAID)).to_contain_text("That turns away")
    expect(chart(page, "place_roc")).to_contain_text("area 0.")
    settle(page)
    before = page.locator(SAID).inner_text()
    slider = page.get_by_role("slider", name="Answer “?” below a certainty of")
    slider.press("End")
    expect(page.locator(SAID)).to_contain_text("less than 100.0 % sure")
    assert page.locator(SAID).inner_text() != before
    assert findings_by_day_and_night(page) == []
    page.reload()  # the reading is remembered; a new session begins with the model's threshold
    expect(page.locator(".st-key-robustness_part")).to_be_visible()
    settle(page)
    part(page, "Out of place")
    expect(page.locator(SAID)).to_have_text(re.compile(re.escape(before[:40])))
    page.get_by_role("slider", name="Answer “?” below a certainty of").press("End")
    keep = page.get_by_role("button", name="Keep this threshold")
    expect(keep).to_be_enabled()
    keep.click()
    expect(keep).to_be_disabled()
    expect(page.locator(".st-key-place_save_place")).to_contain_text("on every page")
    assert load_folder(run.folder).card.reject_threshold == 1.0
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator(".st-key-robustness_part")).to_have_count(0)  # its board has gone too
    settle(page)
    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("?")
