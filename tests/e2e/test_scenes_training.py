"""A network for scenes learns before a person's eyes."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import press

pytestmark = pytest.mark.usefixtures("no_worker_left")

FEW = (
    "data.name=scenes&data.train_size=400&model.network=renet&model.hidden_size=16"
    "&model.num_layers=1&training.epochs=1&training.batch_size=8&training.precision=float32"
)
FRAME = ".st-key-scene_train_figure svg.scene"
SAID = ".st-key-scene_train_when_said"


def test_the_mask_of_a_drawing_comes_about_and_can_be_looked_at_again(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/scenes?lang=en&{FEW}")
    press(page, "scene_train_start")
    frame, status = page.locator(FRAME), page.locator(".st-key-scene_train_status")
    expect(frame).to_be_visible()
    first = frame.inner_html()
    expect(page.locator(SAID)).to_contain_text("After step")
    expect(status).to_contain_text("done")
    assert frame.inner_html() != first  # nobody has touched the page
    newest = page.locator(SAID).inner_text()
    slider = page.get_by_role("slider", name="Back in time")
    slider.focus()
    slider.press("Home")
    expect(page.locator(SAID)).not_to_have_text(newest)
    page.reload()
    expect(frame).to_be_visible()  # the run is found again
    press(page, "scene_train_use")
    expect(page.get_by_role("combobox", name="Who reads?")).to_have_value(re.compile("^Yours:"))
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/live.png", full_page=True)
