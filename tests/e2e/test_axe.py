"""Nothing on a page keeps anybody out: axe-core finds nothing that matters, by day and by night."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from rnndemo.data.sets import DataSet
from rnndemo.sweeps.studies import Studies
from rnndemo.training.runs import Runs
from tests.e2e.people import LABEL, chart, draw, gesture, open_page, settle, steady, wait_until
from tests.finished import finished_run
from tests.seeded import SMALL, seeded

PAGES = (
    "", "train", "inside", "gestures", "gestures?part=own", "gestures?part=made", "explore",
    "compare", "scenes", "robustness",
)  # fmt: skip
FAULTS = {"moderate", "serious", "critical"}

# What Streamlit itself draws and no setting changes: rule -> part of the page, and why
EXCUSED: dict[str, dict[str, str]] = {}

# its ground is light or dark
THEMED = """(scheme) => {
    const [r, g, b] = getComputedStyle(document.querySelector(".stApp"))
        .backgroundColor.match(/\\d+/g).map(Number);
    return (r + g + b > 384) === (scheme === "light");
}"""
# what is drawn anew is dimmed for a while
CLEAR = """() => document.getAnimations().every(
    ({effect, playState}) => playState !== "running" || effect.getTiming().iterations === Infinity)
    && !document.querySelector("[data-stale=true]")"""


def findings(page: Page) -> list[str]:
    """Return what axe-core finds wrong with the page as it stands, one line each."""
    steady(page.locator(".stMainBlockContainer"))
    settle(page)
    wait_until(page, CLEAR)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']} {node['html']}"
        for rule in found
        if rule["impact"] in FAULTS
        for node in rule["nodes"]
        if not any(part in str(node["target"]) for part in EXCUSED.get(rule["id"], ()))
    ]


def findings_by_day_and_night(page: Page) -> list[str]:
    """Return what is wrong with a page in the light theme, then in the dark one."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait_until(page, THEMED, arg=scheme)
        found += [f"{scheme}: {one}" for one in findings(page)]
    return found


def address_of(address: str, path: str) -> str:
    return f"{address}/{path}{'&' if '?' in path else '?'}lang=en"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_opens_keeps_nobody_out(page: Page, address: str, path: str) -> None:
    open_page(page, address_of(address, path))
    assert findings_by_day_and_night(page) == []


def test_an_answer_keeps_nobody_out(page: Page, address: str) -> None:
    open_page(page, address_of(address, ""))
    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("3")
    expect(page.locator(".st-key-rows_chart canvas").first).to_be_visible()
    assert findings_by_day_and_night(page) == []


def test_an_answer_is_said_when_it_changes(page: Page, address: str) -> None:
    open_page(page, address_of(address, ""))
    expect(page.locator(LABEL)).to_have_attribute("aria-live", "polite")
    bars = page.locator(".st-key-prediction_chart [role=img]")
    expect(bars).to_have_attribute("aria-label", "Nothing is drawn yet.")
    draw(page, "1")
    expect(bars).to_have_attribute("aria-label", re.compile(r"^Most probable: 1 .*\d %,"))
    expect(page.locator(LABEL)).to_have_attribute("aria-live", "polite")


def test_a_run_and_its_report_keep_nobody_out(
    page: Page, address: str, known_as: Callable[..., Runs], digits: DataSet
) -> None:
    run = finished_run(known_as(page, "axe" * 10 + "ab"), digits, "a first try")
    open_page(page, address_of(address, f"train?run={run.name}"))
    expect(page.locator(".st-key-train_report_mistakes canvas").first).to_be_visible()
    assert findings_by_day_and_night(page) == []


def test_a_study_and_its_answer_keep_nobody_out(
    page: Page, address: str, known_as: Callable[..., Runs]
) -> None:
    visitor = known_as(page, "study" * 6 + secrets.token_hex(1))
    study = seeded(Studies(visitor.folder.name), 6, SMALL, secrets.token_hex(10))
    open_page(page, address_of(address, f"explore?study={study.name}"))
    chart(page, "sweep_chart")
    expect(page.locator(".st-key-explore_curves svg.sheet")).to_be_visible()
    assert findings_by_day_and_night(page) == []


def test_a_gesture_and_its_answers_keep_nobody_out(page: Page, address: str) -> None:
    open_page(page, address_of(address, "gestures"))
    gesture(page, "star")
    expect(page.locator(".st-key-gesture_rows canvas").first).to_be_visible()
    assert findings_by_day_and_night(page) == []


def test_the_inside_of_a_drawing_keeps_nobody_out(page: Page, address: str) -> None:
    open_page(page, address_of(address, ""))
    draw(page, "3")
    page.get_by_role("link", name="Look inside while it reads").click()
    for name in ("silence", "spoil", "pair"):
        page.locator(f".st-key-inside_{name} summary").click()
    chart(page, "inside_pair_chart")
    assert findings_by_day_and_night(page) == []


def test_a_comparison_keeps_nobody_out(page: Page, address: str) -> None:
    open_page(page, address_of(address, "compare"))
    expect(page.locator(".st-key-compare_answers .peer-cards").first).to_be_visible()
    page.get_by_text("What does each look at?").click()
    expect(page.locator(".st-key-compare_answers figure > img").first).to_be_visible()
    assert findings_by_day_and_night(page) == []


@pytest.mark.parametrize("path", ["", "compare", "train", "inside", "gestures", "robustness"])
def test_a_phone_keeps_nobody_out(phone: Page, address: str, path: str) -> None:
    open_page(phone, address_of(address, path))
    assert findings(phone) == []
