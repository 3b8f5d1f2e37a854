"""A person lets all peers answer one drawing, and measures them again."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from rnndemo.comparison.peers import PEERS
from rnndemo.data.own.shelf import OwnSets
from rnndemo.training.runs import Runs
from rnndemo.ui.compare.results import JOB
from tests.e2e.people import choose, draw, press, settle
from tests.own import drawn_set

CARDS = ".st-key-compare_answers .peer-cards figure"
STATUS = ".st-key-compare_status"


def test_all_peers_answer_the_drawing_and_stumble_in_their_own_way(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/compare?lang=en")
    answers = page.locator(f"{CARDS} p")
    expect(answers).to_have_count(len(PEERS))
    expect(page.get_by_text("so this is a picture from the test set")).to_be_visible()
    draw(page, "4")
    expect(page.get_by_text("so this is a picture from the test set")).to_have_count(0)
    verdict = page.locator(".st-key-compare_answers").get_by_text(re.compile("methods answer 4"))
    expect(verdict).to_be_visible()
    expect(answers).to_have_text([re.compile(r"^\d$")] * len(PEERS))
    settle(page)

    page.get_by_text("What does each look at?").click()
    maps = page.locator(f"{CARDS} > img")
    expect(maps).to_have_count(len(PEERS))

    chart = page.locator(".st-key-compare_robustness")
    expect(chart).to_be_visible()
    page.get_by_role("radio", name="Noisy").click()
    expect(page.get_by_text("(Gaussian) noise on every pixel")).to_be_visible()
    settle(page)


def test_measuring_again_fills_the_table_and_can_be_shown(
    page: Page, address: str, known_as: Callable[[Page, str], Runs]
) -> None:
    visitor = known_as(page, "c" * 32)
    drawn_set(OwnSets(visitor.folder.name), count=24)
    page.goto(f"{address}/compare?lang=en")
    expect(page.locator(STATUS)).to_contain_text("idle")
    settle(page)
    choose(page, "Pictures", "Yours: my signs")
    settle(page)
    for name in ("LSTM", "CNN", "Nearest neighbours"):  # the first two no longer, the third too
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
    press(page, "compare_start")
    expect(page.locator(STATUS)).to_contain_text("done · methods measured: all 2")
    table = page.locator(".st-key-compare_progress canvas table")
    expect(table).to_contain_text("Linear SVM")
    press(page, "compare_show")
    expect(page).to_have_url(re.compile(f"{JOB}=[0-9a-f]{{20}}"))
    expect(page.locator(f"{CARDS} p")).to_have_text([re.compile("tick|roof")] * 2)
    shown = page.locator(".st-key-compare_table canvas table")
    expect(shown).to_contain_text("Nearest neighbours")
    page.reload()
    expect(page.locator(STATUS)).to_contain_text("done")
    expect(page.locator(f"{CARDS} p")).to_have_count(2)
