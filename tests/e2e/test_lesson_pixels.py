"""A person runs the lesson of 784 pixels, part by part."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import await_status, open_train, press, settle

pytestmark = pytest.mark.usefixtures("no_worker_left")

AFTER = re.compile(r"after step ([\d,]+)")


def test_the_ring_moves_while_it_learns_and_the_lesson_goes_on(page: Page, address: str) -> None:
    open_train(page, address, "")
    looks = page.locator(".st-key-train_view")
    expect(looks.get_by_role("radio", name="Memory")).to_have_count(0)
    page.get_by_role("radio", name="784 pixels", exact=True).click()
    lesson = page.locator(".st-key-train_lesson")
    expect(lesson).to_contain_text("784 timesteps")
    settle(page)
    press(page, "train_start")
    await_status(page, "running")
    gradient = page.locator(".st-key-train_gradient_curves")
    expect(gradient).to_contain_text("LRU")  # the pair's own view
    expect(gradient).to_contain_text("LSTM")

    looks.get_by_role("radio", name="Memory").click()
    expect(page.get_by_role("heading", name="How does its memory change?")).to_be_visible()
    ring = page.locator(".st-key-train_ring .figure")
    expect(ring).to_have_attribute("aria-label", AFTER)
    dots = page.locator(".st-key-train_half_lives .scatterlayer .trace").last.locator("path")
    first, places = ring.get_attribute("aria-label"), dots.first.get_attribute("transform")
    assert first
    expect(ring).not_to_have_attribute("aria-label", first)
    expect(dots.first).not_to_have_attribute("transform", places or "")

    press(page, "train_stop")
    page.get_by_role("radio", name="The ring shrunk until it forgets").click()
    expect(lesson).to_contain_text("about two thirds right")
    page.wait_for_url(re.compile(r"model\.start=short-ring"))
    expect(page.get_by_role("radio", name="784 pixels", exact=True)).to_be_checked()
    page.reload()  # the link is the experiment
    expect(lesson).to_contain_text("about two thirds right")
