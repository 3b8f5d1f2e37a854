"""A person who has a keyboard and no pointer does everything."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from rnndemo.data.sets import DataSet
from rnndemo.sweeps.studies import Studies
from rnndemo.training.runs import Runs
from tests.e2e.people import BOARD, LABEL, await_status, open_page, open_train, settle, wait_until
from tests.finished import finished_run
from tests.seeded import SMALL, seeded

pytestmark = pytest.mark.usefixtures("no_worker_left")

FOCUSED = """node => {
    const active = node.getRootNode().activeElement;
    return active !== null && (node === active || node.contains(active));
}"""
# how a part of the page, what lies in it and what it lies in are framed
FRAME = """node => {
    const around = [node, node.parentElement, node.parentElement?.parentElement];
    return [...around, ...node.querySelectorAll("*")].filter(Boolean).map((one) => {
        const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
        return [outlineStyle === "none" ? "" : outlineWidth, boxShadow, borderColor].join();
    }).join("; ");
}"""


def tab_to(page: Page, target: Locator, most: int = 90) -> None:
    """Press Tab until `target` has the focus; it looks different then."""
    expect(target).to_be_visible()
    before = target.evaluate(FRAME)
    go(page, "Tab", target, most)
    expect(target).to_be_visible()
    wait_until(
        page, f"([node, before]) => ({FRAME})(node) !== before", [target.element_handle(), before]
    )


def go(page: Page, key: str, target: Locator, most: int) -> None:
    """Press a key until `target` has the focus."""
    for _ in range(most):
        if target.evaluate(FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {target}")


def choose_radio(page: Page, name: str) -> None:
    """Choose one of some: Tab leads to all of them, arrow keys to the one."""
    radio = page.get_by_role("radio", name=name)
    tab_to(page, page.get_by_role("radiogroup").filter(has=radio))
    go(page, "ArrowRight", radio, 12)
    page.keyboard.press("Enter")


def choose_row(page: Page, table: str) -> None:
    """Choose the first row of a table, by the keys that are named above it."""
    drawn = page.locator(table).locator("canvas").first
    expect(drawn).to_be_visible()
    go(page, "Tab", drawn, 120)  # the canvas itself draws where the focus is
    page.keyboard.press("Shift+Space")
    settle(page)


def test_the_way_to_another_page_is_seen(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    tab_to(page, page.get_by_role("link", name="Train"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()


def test_a_drawing_is_had_answered_and_looked_into(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    choose_radio(page, "Surprise me")
    expect(page.locator(LABEL)).to_have_text(re.compile(r"^[0-9?]$"))
    settle(page)
    row, said = page.get_by_test_id("reading-scrub"), page.get_by_test_id("reading-said")
    tab_to(page, row)
    page.keyboard.press("Home")
    expect(said).to_contain_text("After row 0: ")
    page.keyboard.press("ArrowRight")
    expect(row).to_have_value("1")
    expect(said).to_contain_text("After row 1: ")
    tab_to(page, page.get_by_test_id("reading-play"))
    page.keyboard.press("Enter")
    expect(said).to_contain_text("At the end: ")


def test_a_picture_is_chosen_as_the_source(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    choose_radio(page, "Picture")
    tab_to(page, page.get_by_test_id("stFileUploaderDropzone").locator("button"))


def test_rows_and_units_of_the_replay_are_read(page: Page, address: str) -> None:
    open_page(page, f"{address}/inside?lang=en")
    tab_to(page, page.get_by_test_id("clock-scrub"))
    page.keyboard.press("Home")
    player = page.get_by_test_id("player")
    page.get_by_test_id("player-order").select_option("number")
    expect(player).to_have_attribute("data-row", "0")
    tab_to(page, page.get_by_test_id("player-stage"))
    expect(page.get_by_test_id("player-stage")).to_have_role("application")
    expect(player.get_by_text("Replay: the keys up and down")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(player).to_have_attribute("data-row", "1")
    page.keyboard.press("Control+ArrowDown")  # such keys are the browser's own
    expect(player).to_have_attribute("data-row", "1")
    tip = page.get_by_test_id("player-tip")
    for unit in range(2):
        page.keyboard.press("ArrowRight")
        expect(tip).to_have_text(re.compile(rf"^unit {unit}, row 1: −?\d\.\d{{4}}$"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("cell-head")).to_have_text("Layer 2, unit 1, row 1")
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()


def test_a_network_is_trained_its_mistakes_looked_at_and_the_run_opened_again(
    page: Page, address: str, known_as: Callable[..., Runs], digits: DataSet
) -> None:
    finished_run(known_as(page, secrets.token_hex(16)), digits, "a first try")
    open_train(page, address, "")
    choose_radio(page, "Overfit")
    expect(page.locator(".st-key-train_lesson")).to_contain_text("learns the pictures by heart")
    choose_row(page, ".st-key-train_runs")
    expect(page.locator(".st-key-train_open button")).to_be_enabled()
    tab_to(page, page.locator(".st-key-train_open button"))
    page.keyboard.press("Enter")
    await_status(page, "done")
    settle(page)
    tab_to(page, page.locator(".st-key-train_report_cell").get_by_role("combobox"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    cell = page.locator(".st-key-train_report_cell")
    expect(cell.locator("img").first).to_be_visible()
    expect(cell.get_by_text("answered as")).to_be_visible()


def test_a_trial_is_chosen_and_opened(
    page: Page, address: str, known_as: Callable[..., Runs]
) -> None:
    visitor = known_as(page, secrets.token_hex(16))
    study = seeded(Studies(visitor.folder.name), 6, SMALL, secrets.token_hex(10))
    open_page(page, f"{address}/explore?lang=en&study={study.name}")
    choose_row(page, "[class*=st-key-explore_table]")
    expect(page.locator(".st-key-explore_trial")).to_contain_text("Trial 0: Hidden size")
    choose_row(page, ".st-key-explore_studies")
    expect(page.locator(".st-key-explore_open button")).to_be_enabled()


SEVEN = ["ArrowUp"] * 14 + ["ArrowLeft"] * 8 + ["Space"] + ["ArrowRight"] * 16 + ["ArrowDown"] * 28


def test_a_digit_is_drawn_and_taken_back(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    board = page.get_by_role("application", name="Drawing board")
    page.locator(BOARD).wait_for()
    tab_to(page, board)
    expect(page.get_by_text("Arrow keys move the pen")).to_be_visible()
    for key in SEVEN:
        page.keyboard.press(key)
    reading = page.locator("[data-testid=reading]")
    expect(reading).to_have_attribute("data-state", "drawing")
    expect(page.locator(LABEL)).to_have_text("?")  # that of the server: the pen is down
    page.keyboard.press("Space")
    expect(page.locator(LABEL)).to_have_text("7")
    expect(reading).to_have_attribute("data-state", "server")
    page.keyboard.press("Control+z")
    expect(page.locator(LABEL)).to_have_text("?")
    expect(page.locator(".st-key-draw_undo button")).to_be_disabled()


def test_a_stroke_by_keys_ends_where_the_focus_goes(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    page.locator(BOARD).wait_for()
    tab_to(page, page.get_by_role("application", name="Drawing board"))
    for key in SEVEN:
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    expect(page.locator(LABEL)).to_have_text("7")
