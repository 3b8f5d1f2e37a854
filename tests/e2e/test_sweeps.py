"""A person plays the sweeps over a scene, and asks which of them takes a pixel for what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import DESKTOP, PHONE, Windows, serve, watched
from tests.e2e.people import open_page, settle
from tests.e2e.test_axe import findings

LAST = 24  # moments: columns of places, of which there are more than rows
FRAME = 10  # milliseconds that one frame may take
# notes how long each frame's own work takes, and where lines of fronts begin
WATCH = """
window.frames_ms = []; window.lines = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (act) => ask((now) => {
  const before = performance.now();
  act(now);
  window.frames_ms.push(performance.now() - before);
});
const { moveTo } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.moveTo = function (x, y) {
  window.lines.push((x / this.canvas.clientWidth) * 24);
  return moveTo.call(this, x, y);
};
"""


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """Address of a page with the sweeps."""
    with serve("tests/e2e/sweeps_app.py") as address:
        yield address


def opened(page: Page, place: str, network: str = "scenes-lstm", lang: str = "en") -> Locator:
    """Open the page; return the component, which shows all sweeps at their end."""
    open_page(page, f"{place}/?network={network}&lang={lang}")
    found = page.get_by_test_id("sweeps")
    expect(found).to_have_attribute("data-last", re.compile("[1-9]"))
    expect(found).to_have_attribute("data-moment", found.get_attribute("data-last") or "")
    return found


def test_it_plays_without_the_server(new_page: Page, place: str) -> None:
    page = new_page
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.add_init_script(WATCH)
    found = opened(page, place)
    mask = page.get_by_test_id("sweeps-mask")
    end = mask.get_attribute("aria-label")
    settle(page)
    before = len(sent)
    assert before > 0
    page.evaluate("window.frames_ms = []")
    page.get_by_test_id("sweeps-speed").select_option("4")
    page.get_by_test_id("sweeps-play").click()
    expect(found).to_have_attribute("data-playing", "true")
    expect(found).to_have_attribute("data-moment", str(LAST))
    expect(found).to_have_attribute("data-playing", "false")
    times = sorted(page.evaluate("window.frames_ms"))
    assert times[len(times) // 2] <= FRAME
    assert any(x % 1 > 0.01 for x in page.evaluate("window.lines"))  # fronts glide
    assert mask.get_attribute("aria-label") == end
    page.get_by_test_id("sweeps-scrub").fill("0")
    expect(mask).to_have_attribute("aria-label", "The mask at moment 0 of 24: only ground")
    page.get_by_test_id("sweeps-next").click()
    expect(page.get_by_test_id("sweeps-now")).to_have_text("Moment 1 of 24")
    expect(page.get_by_test_id("sweeps-scrub")).to_have_attribute(
        "aria-valuetext", "Moment 1 of 24"
    )
    page.get_by_test_id("sweeps-back").click()
    expect(page.get_by_test_id("sweeps-back")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_test_id("sweeps-back")).to_be_focused()
    page.get_by_test_id("sweeps-scrub").press("Space")
    expect(found).to_have_attribute("data-playing", "true")
    page.get_by_test_id("sweeps-play").click()
    expect(found).to_have_attribute("data-playing", "false")
    page.get_by_test_id("sweeps-stage").press("ArrowRight")
    expect(page.get_by_test_id("sweeps-said")).to_contain_text("Read as")
    assert len(sent) == before


def test_who_wants_no_motion_sees_fronts_leap(browser: Browser, place: str) -> None:
    with watched(browser.new_context(**DESKTOP, reduced_motion="reduce")) as page:
        page.add_init_script(WATCH)
        found = opened(page, place, "right")
        page.get_by_test_id("sweeps-speed").select_option("4")
        page.get_by_test_id("sweeps-play").click()
        expect(found).to_have_attribute("data-playing", "false")
        inside = [x for x in page.evaluate("window.lines") if 0.5 < x < LAST - 0.5]
        assert inside
        assert all(abs(x - round(x)) < 1e-6 for x in inside)


def test_a_pixel_tells_what_each_sweep_takes_it_for(page: Page, place: str) -> None:
    opened(page, place)
    said, stage = page.get_by_test_id("sweeps-said"), page.get_by_test_id("sweeps-stage")
    expect(said).to_have_text(re.compile("Click a pixel"))
    stage.press("ArrowDown")
    expect(said).to_have_text(re.compile(r"^Read as \w+ \([≥\d.\s]+%\)\. .+\. .+\.$"))
    votes = page.get_by_test_id("sweeps-votes").locator("li")
    assert [row.split("\n")[1] for row in votes.all_inner_texts()] == [
        "sweep down", "sweep up", "sweep to the right", "sweep to the left", "all together",
    ]  # fmt: skip
    assert all("%" in row for row in votes.all_inner_texts())
    read = re.search(r"Read as (\w+)", said.inner_text())
    assert read
    expect(votes.last).to_contain_text(read[1])
    canvas = page.get_by_test_id("sweeps-mask")
    canvas.click(position={"x": 4, "y": 4})
    expect(said).to_have_text("There is no ink: this is ground.")
    assert not any("%" in row for row in votes.all_inner_texts())


def test_the_sweeps_follow_the_drawing(page: Page, place: str) -> None:
    found = opened(page, place)
    mask = page.get_by_test_id("sweeps-mask")
    first = mask.get_attribute("aria-label")
    page.get_by_test_id("sweeps-scrub").fill("5")
    step = page.get_by_role("button", name="next", exact=True)
    for number in range(1, 5):
        step.click()
        expect(page.get_by_text(f"Scene {number}")).to_be_visible()
        if number < 4:  # a new scene is shown as it ends
            expect(found).to_have_attribute("data-moment", str(LAST))
            expect(mask).not_to_have_attribute("aria-label", first or "")
            page.get_by_test_id("sweeps-play").click()
            expect(found).to_have_attribute("data-playing", "true")
    expect(found.locator(".empty")).to_have_text(re.compile("Draw on the board"))
    expect(found).to_have_attribute("data-playing", "false")
    expect(page.get_by_test_id("sweeps-play")).to_be_disabled()
    step.click()
    expect(mask).to_have_attribute("aria-label", first or "")
    expect(found.locator(".empty")).to_be_hidden()


def test_networks_with_fewer_sweeps_or_none(page: Page, place: str) -> None:
    found = opened(page, place, "up down")
    expect(found).to_have_attribute("data-last", "16")  # rows
    expect(page.get_by_test_id("sweeps-votes").locator("li")).to_have_count(3)
    opened(page, place, "left")
    page.get_by_test_id("sweeps-stage").press("ArrowRight")
    expect(page.get_by_test_id("sweeps-said")).to_contain_text("the only sweep")
    open_page(page, f"{place}/?network=cnn&lang=en")
    expect(page.get_by_text("A CNN sees all places at once")).to_be_visible()
    expect(page.get_by_test_id("sweeps")).to_have_count(0)


@pytest.mark.parametrize(
    ("settings", "lang"),
    [({**DESKTOP, "color_scheme": "light"}, "en"), ({**PHONE, "color_scheme": "dark"}, "zh")],
    ids=["day", "phone at night"],
)
def test_nobody_is_kept_out(windows: Windows, place: str, settings: Any, lang: str) -> None:
    with windows.visit(**settings) as page:
        found = opened(page, place, lang=lang)
        page.get_by_test_id("sweeps-stage").press("ArrowDown")
        page.get_by_test_id("sweeps-scrub").fill("13")
        assert findings(page) == []
        box, width = found.bounding_box(), settings["viewport"]["width"]
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert found.evaluate("(node) => node.scrollWidth <= node.clientWidth")
        canvas = page.get_by_test_id("sweeps-mask")
        if "has_touch" in settings:
            canvas.tap(position={"x": 4, "y": 4})
            expect(page.get_by_test_id("sweeps-said")).to_have_text("这里没有笔迹：属于背景。")
