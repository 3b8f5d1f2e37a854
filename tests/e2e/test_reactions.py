"""A person sees what gestures set off, changes the table, and follows the log from outside."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import serve
from tests.e2e.people import press, settle, steady

ACTION = ".st-key-gesture_action"
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
STAGE = ".st-key-gesture_stage .reaction-stage"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the small app."""
    return tmp_path_factory.mktemp("reactions")


@pytest.fixture(scope="module")
def reactions(folder: Path) -> Iterator[str]:
    """Address of a page on which buttons stand for recognised gestures."""
    with serve("tests/e2e/reactions_app.py", ROWBYROW_HOME=str(folder)) as address:
        yield address


def open_reactions(page: Page, address: str) -> Locator:
    """Open the page in English; return the stage."""
    page.goto(f"{address}/?lang=en")
    stage = page.locator(STAGE)
    stage.wait_for()
    settle(page)
    # the choice is drawn by a part that the browser fetches: until then it is a little higher
    page.locator(".st-key-gesture_stage_choice").get_by_text("Drawing board").wait_for()
    steady(stage)
    return stage


def place(page: Page) -> tuple[float, float, float]:
    """Return how far the stage is below the choice of stages, and its width and height."""
    stage = page.locator(STAGE).bounding_box()
    choice = page.locator(".st-key-gesture_stage_choice").bounding_box()
    assert stage is not None
    assert choice is not None
    return stage["y"] - choice["y"], stage["width"], stage["height"]


def make(page: Page, label: str, said: str) -> None:
    """Let a gesture be recognised and wait until the page says what it did."""
    press(page, f"make_{label}")
    expect(page.locator(ACTION)).to_have_text(said)
    settle(page)


def act_on(page: Page, name: str) -> None:
    """Choose what gestures act on."""
    page.locator(".st-key-gesture_stage_choice").get_by_text(name).click()
    settle(page)


def choose(page: Page, key: str, option: str) -> None:
    """Choose in the table what a gesture does."""
    box = page.locator(f".st-key-{key} input")
    box.scroll_into_view_if_needed()
    page.evaluate(FRAMES)  # a list that is open closes when the page scrolls
    box.click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def no_cooldown(page: Page) -> None:
    """Let every gesture act, however soon."""
    page.locator(".st-key-reaction_cooldown input").press("Home")
    expect(page.locator(".st-key-reaction_undo button")).to_be_enabled()
    settle(page)


def test_nothing_jumps_while_gestures_act(page: Page, reactions: str) -> None:
    stage = open_reactions(page, reactions)
    before = place(page)
    no_cooldown(page)
    make(page, "arrow", "arrow → next slide")
    expect(stage).to_contain_text("Row by row")
    make(page, "star", "star → mark the slide")
    expect(stage).to_contain_text("★ marked")
    assert place(page) == before
    make(page, "x", "x → close the slides")
    assert place(page) == before
    act_on(page, "Drawing board")
    expect(stage.get_by_role("img", name="The drawing board, empty")).to_be_visible()
    assert place(page) == before
    make(page, "check", "check mark → select the shape: there is no shape under it")
    assert place(page) == before


def test_a_rough_circle_becomes_a_circle_and_can_be_selected(page: Page, reactions: str) -> None:
    stage = open_reactions(page, reactions)
    no_cooldown(page)
    act_on(page, "Drawing board")
    make(page, "circle", "circle → draw it neatly")
    shape = stage.locator("path.shape.circle")
    box = shape.bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"], abs=1)
    make(page, "check", "check mark → select the shape")
    expect(stage.get_by_role("img", name="circle (selected)")).to_be_visible()
    expect(stage.locator(".frame")).to_be_visible()
    make(page, "pigtail", "pigtail → undo")
    expect(shape).to_have_count(0)


def test_an_edit_of_the_table_is_used_and_still_there_after_a_reload(
    page: Page, reactions: str
) -> None:
    open_reactions(page, reactions)
    nothing = "zigzag → nothing assigned; choose a reaction in the table below"
    choose(page, "reaction_slides_zig_zag", "nothing")
    make(page, "zig_zag", nothing)
    stage = open_reactions(page, reactions)
    make(page, "zig_zag", nothing)
    press(page, "reaction_defaults")
    expect(page.locator(".st-key-reaction_defaults button")).to_be_disabled()
    settle(page)
    make(page, "zig_zag", "zigzag → close the slides")
    expect(stage).to_contain_text("The slides are closed")


def test_a_change_of_stage_is_no_change_of_the_table(page: Page, reactions: str) -> None:
    open_reactions(page, reactions)
    for name in ("Drawing board", "Slides"):
        act_on(page, name)
        make(page, "noise", "? → not understood, so nothing happens")
    expect(page.locator(".st-key-reaction_undo button")).to_be_disabled()
    expect(page.locator(".st-key-reaction_defaults button")).to_be_disabled()


def test_another_program_follows_the_log_by_the_command_on_the_page(
    page: Page, reactions: str, folder: Path
) -> None:
    open_reactions(page, reactions)
    no_cooldown(page)
    make(page, "v", "v → next slide")
    command = page.locator("[data-testid=stCode] code").inner_text()
    assert str(folder) not in page.content()
    words = shlex.split(command.replace("$ROWBYROW_HOME", str(folder)))
    with subprocess.Popen([*words, "-n", "1"], stdout=subprocess.PIPE, text=True) as follower:
        try:
            assert follower.stdout is not None
            assert json.loads(follower.stdout.readline())["gesture"] == "v"
            make(page, "arrow", "arrow → next slide")
            line = json.loads(follower.stdout.readline())
            assert (line["gesture"], line["reaction"]) == ("arrow", "slides.next")
        finally:
            follower.terminate()
    with page.expect_download() as download:
        press(page, "gesture_log_download")
    whole = Path(download.value.path()).read_text().splitlines()
    assert [json.loads(line)["gesture"] for line in whole] == ["v", "arrow"]


def test_on_a_phone_all_fits_and_works(phone: Page, reactions: str) -> None:
    stage = open_reactions(phone, reactions)
    no_cooldown(phone)
    make(phone, "arrow", "arrow → next slide")
    act_on(phone, "Drawing board")
    make(phone, "star", "star → draw it neatly")
    box = stage.locator("svg").bounding_box()
    assert box is not None
    assert box["width"] <= 390
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
