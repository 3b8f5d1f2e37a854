"""A person takes photographs in a row with the camera, which shows a 0 on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import serve

SHAPES = "256x192 256x192 256x192"
MANY = 40  # photographs, for which no press lasts long enough
WITHOUT = {
    "insecure": "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})",
    "refused": "navigator.mediaDevices.getUserMedia = async () => "
    "{ throw new DOMException('no', 'NotAllowedError') }",
    "missing": "navigator.mediaDevices.getUserMedia = async () => "
    "{ throw new DOMException('no', 'NotFoundError') }",
}
LISTEN = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.tracks = [];
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await ask(constraints);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """Address of a page with the burst camera."""
    with serve("tests/e2e/burst_app.py") as address:
        yield address


def camera(page: Page, state: str = "ready") -> Locator:
    """Turn the camera on and wait for `state`; return its element."""
    page.get_by_test_id("burst-take").click()
    found = page.get_by_test_id("burst")
    expect(found).to_have_attribute("data-state", state)
    return found


def test_three_photographs_come_once(page: Page, place: str):
    page.goto(place)
    found = camera(page)
    expect(page.get_by_test_id("burst-take")).to_have_text("Take 3 in 1.5 s")
    expect(page.get_by_test_id("burst-say")).to_contain_text("3 photographs")
    page.get_by_test_id("burst-take").click()
    expect(found).to_have_attribute("data-state", "counting")
    expect(page.get_by_text(f"Burst 1: {SHAPES}")).to_be_visible()
    expect(found).to_have_attribute("data-taken", "3")
    expect(found).to_have_attribute("data-state", "ready")
    page.get_by_role("button", name="again", exact=True).click()
    page.get_by_test_id("burst-take").click()
    expect(page.get_by_text(f"Burst 2: {SHAPES}")).to_be_visible()
    assert page.get_by_text("Burst ").count() == 2


def test_what_is_taken_is_what_the_camera_sees(page: Page, place: str):
    page.goto(place)
    camera(page)
    page.get_by_test_id("burst-take").click()
    picture = page.get_by_test_id("stImage").locator("img").first
    picture.wait_for()
    light = picture.evaluate(
        """async (img) => {
          await img.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [64, 48];
          const paint = canvas.getContext("2d");
          paint.drawImage(img, 0, 0, 64, 48);
          const at = (x, y) => paint.getImageData(x, y, 1, 1).data[0];
          const middle = [...Array(24).keys()].map((k) => at(32, 12 + k));
          return { paper: at(4, 4), ring: Math.min(...middle) };
        }"""
    )
    assert light["paper"] > 200 > 120 > light["ring"]


def test_long_press_takes_while_it_lasts_and_a_countdown_can_be_left(phone: Page, place: str):
    phone.goto(f"{place}/?most={MANY}")
    found = camera(phone)
    button = phone.get_by_test_id("burst-take")
    button.click()
    expect(found).to_have_attribute("data-state", "counting")
    button.click()
    expect(found).to_have_attribute("data-state", "ready")
    button.hover()
    phone.mouse.down()
    enough = "(burst) => Number(burst.dataset.taken) >= 2"
    phone.wait_for_function(enough, arg=found.element_handle())
    phone.mouse.up()
    taken = phone.get_by_text(re.compile(r"^Burst 1: 256x192 256x192"))
    expect(taken).to_be_visible()
    assert taken.inner_text().count("256x192") < MANY
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_camera_is_released_when_it_leaves_the_page_and_comes_back(new_page: Page, place: str):
    page = new_page
    page.add_init_script(LISTEN)
    page.goto(place)
    camera(page)
    assert page.evaluate("tracks.map((t) => t.readyState)") == ["live"]
    page.get_by_text("camera", exact=True).click()
    page.wait_for_function("tracks.every((t) => t.readyState === 'ended')")
    page.get_by_text("camera", exact=True).click()
    expect(page.get_by_test_id("burst")).to_have_attribute("data-state", "ready")
    page.get_by_test_id("burst-off").click()
    expect(page.get_by_test_id("burst-take")).to_be_focused()
    page.wait_for_function("tracks.length === 2 && tracks.every((t) => t.readyState === 'ended')")


@pytest.mark.parametrize("problem", WITHOUT)
def test_without_a_camera_it_says_why(new_page: Page, place: str, problem: str):
    page = new_page
    page.add_init_script(WITHOUT[problem])
    page.goto(place)
    found = camera(page, "failed")
    words = {"insecure": "https", "refused": "Allow it", "missing": "No camera was found"}
    expect(found.locator(".note")).to_contain_text(words[problem])
    expect(page.get_by_test_id("burst-take")).to_have_text("Try again")
