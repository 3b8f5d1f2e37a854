"""The whole journey, in both languages: draw, look inside, train, use it, take it along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.export.formats import FORMATS
from rnndemo.languages import language_tag, translator
from rnndemo.presets import LESSONS
from tests.browser import DESKTOP, watched
from tests.e2e.people import LABEL, STATUS, draw, in_the_middle, press, settle

pytestmark = [pytest.mark.usefixtures("no_worker_left")]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, language: str) -> Iterator[Page]:
    with watched(browser.new_context(**DESKTOP, locale=language_tag(language))) as page:
        yield page


def go(page: Page, title: str) -> None:
    """Go to a page by the navigation at the top."""
    page.get_by_role("link", name=title, exact=True).click()
    settle(page)


def test_from_the_first_stroke_to_a_file_of_ones_own(
    page: Page, browser: Browser, address: str, language: str, tmp_path: Path
) -> None:
    say = translator(language)
    page.goto(f"{address}/?lang={language}")
    settle(page)

    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("3")

    page.get_by_role("link", name=say("Look inside while it reads")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Inside, row by row"))
    settle(page)
    expect(page.locator(".st-key-inside_player")).to_contain_text("3")

    go(page, say("Train"))
    page.locator(".st-key-train_preset").get_by_text(say(LESSONS["fast"][0]), exact=True).click()
    settle(page)
    press(page, "train_start")
    expect(page.locator(STATUS)).to_contain_text(say("done"))
    accuracy = page.locator(".st-key-train_accuracy")
    expect(accuracy).to_contain_text("9")  # per cent
    settle(page)

    with page.expect_download() as begun:
        page.get_by_role("button", name=say(FORMATS["html"].label)).click()
    file = tmp_path / "mine.html"
    begun.value.save_as(file)

    press(page, "train_use")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Draw a digit"))
    settle(page)
    page.locator(".st-key-draw_clear button").click()
    expect(page.locator(LABEL)).to_have_text("?")
    draw(page, "2")
    expect(page.locator(LABEL)).to_have_text("2")

    take_along(browser, file, language)


def take_along(browser: Browser, file: Path, language: str) -> None:
    """Open the file without a network, and draw."""
    context = browser.new_context(**DESKTOP, locale=language_tag(language), offline=True)
    with watched(context) as page:
        page.goto(file.as_uri())
        expect(page.locator("html")).to_have_attribute("lang", language_tag(language))
        for stroke in in_the_middle(page.locator("#board"), strokes_of(DIGITS["2"][0]), 0.6):
            page.mouse.move(*stroke[0])
            page.mouse.down()
            for point in stroke[1:]:
                page.mouse.move(*point, steps=3)
            page.mouse.up()
        expect(page.locator("#answer")).to_have_text("2")
