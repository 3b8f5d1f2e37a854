"""A person trains a network, and watches and steers it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import (
    LABEL,
    LONG,
    LOSS,
    STATUS,
    await_status,
    drag,
    draw,
    open_train,
    press,
    start_training,
    stop_training,
)

pytestmark = pytest.mark.usefixtures("no_worker_left")

UPDATES = 10
ACCURACY = re.compile(r"^\d{1,3}\.\d\d %$")
ACCURACY_IN_CHINESE = re.compile(r"^\d{1,3}\.\d\d%$")
SHOWN_RATE = ".st-key-train_numbers [data-testid=stColumn]:last-child"


def look_at(page: Page, view: str) -> None:
    """Change what is watched, which asks the server for everything anew."""
    page.locator(".st-key-train_view").get_by_role("radio", name=view).click()


def test_a_run_is_paused_stepped_resumed_and_steered(page: Page, address: str) -> None:
    open_train(page, address)
    start_training(page)
    status = page.locator(STATUS)
    before = status.inner_text()
    expect(status).not_to_have_text(before)  # nobody has touched the page

    press(page, "train_pause")
    step = await_status(page, "paused")
    look_at(page, "Gradients")
    expect(page.locator(".st-key-train_gradient_curves")).to_be_visible()
    assert await_status(page, "paused") == step

    press(page, "train_step")
    expect(status).to_contain_text(f"after step {step + 1:,} of")
    look_at(page, "Learning")
    expect(page.locator(LOSS)).to_be_visible()
    assert await_status(page, "paused") == step + 1

    press(page, "train_resume")
    await_status(page, "running")
    rate = page.get_by_label("Peak learning rate from now on")
    rate.fill("0.0005")
    rate.press("Enter")
    expect(page.locator(SHOWN_RATE)).to_contain_text("0.0005")
    expect(status).to_contain_text("running")


def test_a_stopped_run_is_tested_and_stays_and_its_network_answers(
    page: Page, address: str
) -> None:
    open_train(page, address)
    start_training(page)
    accuracy = stop_training(page)
    assert ACCURACY.match(accuracy)

    page.reload()
    await_status(page, "stopped")
    expect(page.locator(".st-key-train_accuracy")).to_have_text(accuracy)

    press(page, "train_use")
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    reader = page.locator(".st-key-model_select").get_by_role("combobox")
    expect(reader).to_have_value(re.compile("^Yours: LSTM 16"))
    draw(page, "1")
    expect(page.locator(".st-key-prediction_reason")).not_to_contain_text("Draw a digit")
    expect(page.locator(LABEL)).not_to_be_empty()


# Where the chart and the buttons were, from the first call on, as often as the screen is drawn
WATCH_PLACES = """selectors => {
    window.places = new Set();
    const look = () => {
        const boxes = selectors.map((s) => document.querySelector(s)?.getBoundingClientRect());
        window.places.add(JSON.stringify(boxes));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_numbers_come_in_while_chart_zoom_and_buttons_stay(page: Page, address: str) -> None:
    open_train(page, address)
    start_training(page)
    drawing = page.locator(LOSS)
    expect(drawing).to_have_attribute("data-points", re.compile(r"\d\d"))
    drag(page, drawing, 0.3, 0.7)
    expect(drawing).to_have_attribute("data-zoomed", "true")

    node, seen = drawing.element_handle(), drawing.get_attribute("data-points")
    page.evaluate(WATCH_PLACES, [LOSS, ".st-key-train_buttons"])
    for _ in range(UPDATES):
        expect(drawing).not_to_have_attribute("data-points", seen)
        seen = drawing.get_attribute("data-points")
    assert drawing.evaluate("(now, before) => now === before", node)
    expect(drawing).to_have_attribute("data-zoomed", "true")
    assert page.evaluate("window.places.size") == 1


def test_a_second_tab_shows_the_same_run_and_steers_it_too(page: Page, address: str) -> None:
    open_train(page, address)
    start_training(page)
    second = page.context.new_page()
    second.goto(page.url)
    await_status(second, "running")
    press(second, "train_pause")
    step = await_status(second, "paused")
    assert await_status(page, "paused") == step
    press(page, "train_resume")
    await_status(second, "running")


def test_numbers_beyond_all_bounds_end_the_run_with_advice(page: Page, address: str) -> None:
    open_train(page, address, "")
    page.get_by_role("radio", name="Exploding gradient").click()
    expect(page.locator(".st-key-train_lesson")).to_contain_text("No gates, an unbounded")
    press(page, "train_start")
    await_status(page, "failed")
    expect(page.get_by_text("The training diverged at step")).to_contain_text(
        "set “Gradient clipping” to 1"
    )


def too_wide(page: Page) -> bool:
    """Return whether the page must be moved sideways to be seen."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_phone_starts_and_stops_in_chinese(phone: Page, address: str) -> None:
    open_train(phone, address, LONG, lang="zh")
    expect(phone.locator(".st-key-train_pause")).to_contain_text("暂停")
    assert not too_wide(phone)
    start_training(phone, "运行中")
    assert not too_wide(phone)
    assert ACCURACY_IN_CHINESE.match(stop_training(phone, "已停止"))
    phone.locator(
        ".st-key-train_report_mistakes canvas"
    ).first.wait_for()  # the last chart of the report
    assert not too_wide(phone)
