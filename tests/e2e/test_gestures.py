"""A person draws gestures, and something happens."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, expect

from rnndemo.data.drawn.gestures import template_of
from tests.browser import DESKTOP, watched
from tests.e2e.people import GESTURES, gesture, in_the_middle, open_page, press, settle, steady

LABEL, ACTION = ".st-key-gesture_label", ".st-key-gesture_action"


def test_gestures_move_the_slides_one_after_the_other(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    slide = page.locator(".st-key-gesture_stage")
    expect(slide).to_contain_text("slide 1 of")
    gesture(page, "arrow")
    expect(page.locator(LABEL)).to_have_text("arrow")
    expect(page.locator(ACTION)).to_have_text("arrow → next slide")
    expect(slide).to_contain_text("slide 2 of")
    settle(page)
    gesture(page, "left_curly_brace")  # over the last one, which goes
    expect(page.locator(LABEL)).to_have_text("left_curly_brace")
    expect(slide).to_contain_text("slide 1 of")
    settle(page)
    gesture(page, "star")
    expect(slide.locator(".marked")).to_be_visible()


def test_board_is_cleared_and_drawn_on_again(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    for label in ("triangle", "circle"):
        gesture(page, label)
        expect(page.locator(LABEL)).to_have_text(label)
        assert bright(page) > 500
        page.locator(".st-key-gesture_clear button").click()
        expect(page.locator(LABEL)).to_have_text("?")
        settle(page)
        assert bright(page) == 0


# How many bright pixels the canvases hold, as one sees them
BRIGHT = """boards => boards.reduce((sum, board) => {
    const {data} = board.getContext("2d").getImageData(0, 0, board.width, board.height);
    return sum + data.filter((value, i) => i % 4 === 0 && value > 200).length;
}, 0)"""


def bright(page: Page) -> int:
    return page.locator(".st-key-gesture_canvas canvas").evaluate_all(BRIGHT)


def test_both_networks_answer_and_the_pen_is_known_before_it_is_lifted(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    gesture(page, "star")
    reason = page.locator(".st-key-gesture_reason")
    expect(reason).to_contain_text(re.compile(r"follows the pen: star, .* sure"))
    expect(reason).to_contain_text(re.compile(r"reads the picture: star, .* sure"))
    expect(page.locator(".st-key-gesture_knew")).to_contain_text("before you had finished")
    expect(page.locator("svg.pen-path path")).to_have_count(63)
    expect(page.locator(".st-key-gesture_rows canvas").first).to_be_visible()


PEN_READING = ".st-key-gesture_pen_reading [data-testid=reading]"
PICTURE_READING = ".st-key-gesture_picture_reading [data-testid=reading]"


def test_both_networks_read_under_the_pen_and_the_reaction_waits_for_the_lift(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    shapes = page.locator("[data-testid=shapes] li")
    expect(shapes).to_have_count(16)
    for shape in (shapes.first, shapes.last, page.locator(".st-key-gesture_stage")):
        expect(shape).to_be_in_viewport(ratio=1)
    (points,) = in_the_middle(page.locator(GESTURES), template_of("star"), 0.6)
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    for reading in (PEN_READING, PICTURE_READING):
        expect(page.locator(reading)).to_have_attribute("data-state", "drawing")
        expect(page.locator(f"{reading} .said")).to_contain_text("So far: star")
    expect(page.locator(LABEL)).to_have_attribute("data-live", "star")
    expect(page.locator("[data-testid=shapes] li.best")).to_contain_text("star")
    expect(page.locator(ACTION)).to_contain_text("Draw a gesture")
    page.mouse.up()
    expect(page.locator(ACTION)).to_have_text("star → mark the slide")
    expect(page.locator(PEN_READING)).to_have_attribute("data-state", "server")
    expect(page.locator("[data-testid=shapes] li.best")).to_contain_text("mark the slide")


def test_the_next_stroke_is_read_alone_while_the_last_still_lies_there(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    gesture(page, "star")
    expect(page.locator(ACTION)).to_have_text("star → mark the slide")
    expect(page.locator(PEN_READING)).to_have_attribute("data-state", "server")
    settle(page)
    (points,) = in_the_middle(page.locator(GESTURES), template_of("check"), 0.6)
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    expect(page.locator(LABEL)).to_have_attribute("data-live", "check mark")
    page.mouse.up()
    expect(page.locator(LABEL)).to_have_text("check")


def test_the_network_that_follows_the_pen_is_taken_along_as_one_page(
    page: Page, address: str, browser: Browser, tmp_path: Path
) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    with page.expect_download() as begun:
        press(page, "gesture_take")
    file = tmp_path / begun.value.suggested_filename
    begun.value.save_as(file)
    assert file.name == "gestures-strokes.html"
    with watched(browser.new_context(**DESKTOP, locale="en-US", offline=True)) as alone:
        alone.goto(file.as_uri())
        for points in in_the_middle(alone.locator("#board"), template_of("star"), 0.6):
            alone.mouse.move(*points[0])
            alone.mouse.down()
            for point in points[1:]:
                alone.mouse.move(*point, steps=8)
            alone.mouse.up()
        expect(alone.locator(".reading")).to_have_attribute("data-state", "lifted")
        expect(alone.locator("#answer")).to_have_text("star")


def test_x_may_be_drawn_in_two_strokes(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    gesture(page, "x", form=3)
    expect(page.locator(LABEL)).to_have_text("x")


def test_what_is_not_understood_sets_nothing_off(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    left, top, _ = steady(page.locator(GESTURES))
    rng = np.random.default_rng(5)
    page.mouse.move(left + 60, top + 60)
    page.mouse.down()
    for x, y in rng.uniform(20, 320, (40, 2)):
        page.mouse.move(left + x, top + y, steps=3)
    page.mouse.up()
    expect(page.locator(ACTION)).to_contain_text("?")
    expect(page.locator(LABEL)).to_have_text("?")
    expect(page.locator(".st-key-gesture_stage")).to_contain_text("slide 1 of")


def test_phone_draws_in_chinese_without_moving_sideways(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/gestures?lang=zh")
    gesture(phone, "triangle")
    expect(phone.locator(LABEL)).to_have_text("triangle")
    wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not phone.evaluate(wide)
    for part in ("own", "made"):
        open_page(phone, f"{address}/gestures?lang=zh&part={part}")
        assert not phone.evaluate(wide)


def test_samples_follow_the_knobs(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en&part=made")
    first = page.locator(".stroke-sheet svg path").first
    before = first.get_attribute("d")
    assert before
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("7")
    seed.press("Enter")
    expect(first).not_to_have_attribute("d", before)


def test_chinese_visitors_see_the_name_and_programs_read_the_class(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/gestures?lang=zh")
    gesture(page, "left_sq_bracket")
    label = page.locator(LABEL)
    expect(label).to_have_text("left_sq_bracket")
    assert label.inner_text().strip() == "left_sq_bracket"
    named = label.get_by_role("img", name="左方括号")
    shown = named.evaluate("one => getComputedStyle(one, '::before').content")
    assert shown == '"左方括号"'
    box, inner = named.bounding_box(), named.locator("span").bounding_box()
    assert box is not None
    assert inner is not None
    assert box["width"] > 60 > 2 > inner["width"] - 1


def test_an_answer_is_said_when_it_changes(page: Page, address: str) -> None:
    open_page(page, f"{address}/gestures?lang=en")
    expect(page.locator(LABEL)).to_have_attribute("aria-live", "polite")
