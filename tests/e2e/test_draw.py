"""A person opens the app, draws, and reads the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rnndemo.data.sets import DIGITS, DataSet
from tests.e2e.people import (
    BOARD,
    LABEL,
    clear,
    draw,
    draw_with_finger,
    open_page,
    settle,
    steady,
    wait_until,
)

Draw = Callable[[Page, str], None]


def draws_digits(page: Page, address: str, by_hand: Draw, digits: Sequence[str]) -> None:
    open_page(page, address)
    for number, digit in enumerate(digits):
        if number:
            clear(page)
        by_hand(page, digit)
        expect(page.locator(LABEL)).to_have_text(digit)


def test_ten_digits_by_mouse(page: Page, address: str) -> None:
    draws_digits(page, address, draw, DIGITS)


def test_digits_by_finger_without_scrolling(phone: Page, address: str) -> None:
    draws_digits(phone, address, draw_with_finger, "0479")
    top = phone.locator(BOARD).bounding_box()
    draw_with_finger(phone, "1")
    assert phone.locator(BOARD).bounding_box() == top


def test_blank_board_asks_for_a_digit(page: Page, address: str) -> None:
    open_page(page, address)
    expect(page.locator(LABEL)).to_have_text("?")
    expect(page.locator(".st-key-prediction_reason")).to_contain_text("Draw a digit")


def test_scribble_is_turned_away_with_a_reason(page: Page, address: str) -> None:
    open_page(page, address)
    left, top, _ = steady(page.locator(BOARD))
    page.mouse.move(left + 40, top + 40)
    page.mouse.down()
    for x, y in ((260, 80), (60, 120), (270, 160), (50, 200), (250, 250), (60, 60), (240, 60)):
        page.mouse.move(left + x, top + y, steps=5)
    page.mouse.up()
    expect(page.locator(".st-key-prediction_reason")).to_contain_text("does not look like a digit")
    expect(page.locator(LABEL)).to_have_text("?")


def test_undo_takes_the_last_stroke_back(page: Page, address: str) -> None:
    open_page(page, address)
    draw(page, "1")
    expect(page.locator(LABEL)).to_have_text("1")
    draw(page, "0")
    expect(page.locator(LABEL)).not_to_have_text("1")
    page.locator(".st-key-draw_undo button").click()
    expect(page.locator(LABEL)).to_have_text("1")


def test_drawing_and_model_survive_a_change_of_page(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en&model=digits-gru")
    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("3")
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator(".st-key-inside_player").wait_for()
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(page.locator(LABEL)).to_have_text("3")
    expect(page).to_have_url(re.compile("model=digits-gru"))


def test_language_switches_and_stays_in_the_link(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en")
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    draw(page, "2")
    expect(page.locator(LABEL)).to_have_text("2")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", name="写一个数字")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=zh"))
    expect(page.locator(".st-key-prediction_reason")).to_contain_text("把握")
    expect(page.locator(LABEL)).to_have_text("2")
    page.reload()
    expect(page.get_by_role("heading", name="写一个数字")).to_be_visible()


def test_unknown_model_in_the_link_is_said_and_passed_over(page: Page, address: str) -> None:
    open_page(page, f"{address}/?lang=en&model=nobody")
    expect(page.get_by_text("'nobody'")).to_be_visible()
    page.locator(LABEL).evaluate("node => node.setAttribute('data-stays', 'yes')")
    draw(page, "7")
    expect(page.get_by_text("'nobody'")).to_have_count(0)
    expect(page.locator(LABEL)).to_have_text("7")
    expect(page.locator(LABEL)).to_have_attribute("data-stays", "yes")  # nothing jumped


def test_surprise_comes_with_the_truth(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_role("radio", name="Surprise me").click()
    expect(page.locator(".st-key-prediction_reason")).to_contain_text("The correct answer is")
    settle(page)


@pytest.fixture
def photograph(tmp_path: Path, digits: DataSet) -> Callable[[int], Path]:
    """Return a function that writes a test digit as a dark-on-light picture."""

    def write(index: int) -> Path:
        picture = Image.fromarray(255 - digits.test.images[index].numpy())
        path = tmp_path / "digit.png"
        Image.Image.resize(picture, (300, 300), Image.Resampling.BICUBIC).save(path)
        return path

    return write


def test_picture_is_read_and_stays(
    page: Page, address: str, photograph: Callable[[int], Path]
) -> None:
    open_page(page, address)
    page.get_by_role("radio", name="Picture").click()
    page.locator("input[type=file]").set_input_files(photograph(0))
    expect(page.locator(LABEL)).to_have_text("7")
    page.get_by_role("link", name="Look inside while it reads").click()
    page.locator("[data-testid=player]").wait_for()
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(page.locator(LABEL)).to_have_text("7")
    page.locator(".st-key-clear_file button").click()
    expect(page.locator(LABEL)).to_have_text("?")


def test_text_file_as_png_is_refused_in_a_sentence(
    page: Page, address: str, tmp_path: Path
) -> None:
    fake = tmp_path / "digit.png"
    fake.write_text("this is no picture")
    open_page(page, address)
    page.get_by_role("radio", name="Picture").click()
    page.locator("input[type=file]").set_input_files(fake)
    expect(page.get_by_text("not a PNG, JPEG, WebP or BMP picture")).to_be_visible()
    page.get_by_role("radio", name="Draw", exact=True).click()
    draw(page, "4")
    expect(page.locator(LABEL)).to_have_text("4")


def test_camera_is_read(page: Page, address: str) -> None:
    page.context.grant_permissions(["camera"])
    open_page(page, address)
    page.get_by_role("radio", name="Camera").click()
    wait_until(page, "document.querySelector('video')?.currentTime > 0.3")  # it sees
    page.get_by_role("button", name="Take Photo").click()
    expect(page.locator(LABEL)).to_have_text("0")
