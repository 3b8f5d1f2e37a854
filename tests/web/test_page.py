"""An exported page, opened from its file without a network: it draws, answers and shows how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rnndemo.data.drawn.gestures import template_of
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.frames.table import FRAMES
from rnndemo.export.formats import export_page
from rnndemo.languages import translator
from rnndemo.models.store import Model, load_model
from rnndemo.reading.answers import answer
from tests.browser import DESKTOP, PHONE, watched
from tests.exports import small

BOARD, ANSWER = "#board", "#answer"
HALF = 1e-3  # how far half precision moves a probability of these networks

Open = Callable[..., Page]


@pytest.fixture
def open_model(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Return a function: (model, settings of the browser) -> its page, opened from a file."""
    with ExitStack() as stack:

        def open_(model: Model, **settings: Any) -> Page:
            path = tmp_path / "network.html"
            export_page(model, path)
            given = {**DESKTOP, "locale": "en-US", "reduced_motion": "reduce"} | settings
            page = stack.enter_context(watched(browser.new_context(**given, offline=True)))
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(path.as_uri())
            expect(page.locator(".reading")).to_have_attribute("data-state", "blank")
            stack.callback(lambda: _only(asked, path.as_uri()))
            return page

        yield open_


def _only(asked: list[str], address: str) -> None:
    assert asked == [address]


def draw(page: Page, strokes: Strokes, lift: bool = True) -> None:
    """Draw strokes, given in a unit square, with the mouse."""
    box = page.locator(BOARD).bounding_box()
    assert box is not None
    for stroke in strokes:
        places = np.array([box["x"], box["y"]]) + box["width"] * (0.2 + 0.6 * stroke)
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        if lift:
            page.mouse.up()


def until(page: Page, condition: str, given: Any = None) -> None:
    """Wait until a condition holds in the page, whose policy forbids Playwright's own way."""
    page.evaluate(
        f"async (given) => {{ while (!({condition})) await new Promise(requestAnimationFrame); }}",
        given,
    )


def touch(page: Page, strokes: Strokes, last: str = "touchEnd") -> None:
    """Draw strokes, given in a unit square, with a finger."""
    session = page.context.new_cdp_session(page)
    box = page.locator(BOARD).bounding_box()
    assert box is not None

    def send(kind: str, *points: np.ndarray) -> None:
        found = [{"x": float(x), "y": float(y)} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    for stroke in strokes:
        places = np.array([box["x"], box["y"]]) + box["width"] * (0.2 + 0.6 * stroke)
        send("touchStart", places[0])
        for start, end in pairwise(places):
            for share in (0.25, 0.5, 0.75, 1.0):
                send("touchMove", start + share * (end - start))
        send(last)


def shown(page: Page, state: str = "lifted") -> dict[str, Any]:
    """Wait until the page shows a reading in a state; return it, and the strokes on the board."""
    expect(page.locator(".reading")).to_have_attribute("data-state", state)
    return dict(
        page.evaluate(
            """() => ({
                strokes: page.pad.drawn,
                rows: Array.from(page.shown.rows),
                hidden: page.shown.hidden.length,
                time: page.shown.time,
            })"""
        )
    )


def known(model: Model, strokes: list[list[float]]) -> np.ndarray:
    """Return the readouts of Python on the page's strokes."""
    given = [np.array(stroke).reshape(-1, 2) for stroke in strokes]
    return answer(model, FRAMES[model.frame].from_strokes(given, 308).image).rows


def drawing_of(model: Model, label: str) -> Strokes:
    return strokes_of(DIGITS[label][0]) if label in DIGITS else template_of(label)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("digits-lstm", "0 3 4 8"),
        ("digits-gru", "2 7"),
        ("digits-rnn", "1 6"),
        ("gestures-lstm", "star check"),
        ("gestures-strokes", "triangle pigtail"),
    ],
)
def test_page_answers_as_python_does(open_model: Open, name: str, labels: str) -> None:
    model = load_model(name)
    page = open_model(model)
    for label in labels.split():
        draw(page, drawing_of(model, label))
        found = shown(page)
        expected = known(model, found["strokes"])
        rows = np.array(found["rows"]).reshape(expected.shape)
        assert np.abs(rows[-1] - expected[-1]).max() < HALF
        assert found["hidden"] == len(expected) * model.config.model.hidden_size
        best = int(expected[-1].argmax())
        rejected = expected[-1, best] < model.card.reject_threshold
        names = page.evaluate("page.data.names")
        expect(page.locator(ANSWER)).to_have_text("?" if rejected else names[best])
        assert model.classes[best] == label
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(".reading")).to_have_attribute("data-state", "blank")


def test_answer_moves_while_one_draws(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"))
    draw(page, [strokes_of(DIGITS["7"][0])[0][:2]], lift=False)
    before = shown(page, "drawing")["rows"]
    expect(page.locator("#reason")).to_have_text(re.compile("^So far: "))
    page.mouse.move(500, 420, steps=5)
    until(page, "page.shown.rows.some((v, i) => v !== given[i])", before)
    page.mouse.up()
    shown(page)


def test_undo_takes_a_stroke_back(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"))
    first, second = np.array([[0.5, 0.0], [0.5, 1.0]]), np.array([[0.0, 0.5], [1.0, 0.5]])
    draw(page, [first])
    one = shown(page)
    draw(page, [second])
    until(page, "page.pad.strokes.length === 2")
    page.get_by_role("button", name="Undo").click()
    until(page, "page.pad.strokes.length === 1")
    until(page, "given.every((v, i) => v === page.shown.rows[i])", one["rows"])
    draw(page, [second])  # what is drawn after it is not lost
    until(page, "page.pad.strokes.length === 2")
    page.keyboard.press("Control+z")
    until(page, "page.pad.strokes.length === 1")


def test_rows_and_states_follow_the_scrubber_and_the_line_the_row(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"))
    draw(page, strokes_of(DIGITS["3"][0]))
    shown(page)
    scrub = page.get_by_role("slider", name="Row")
    scrub.focus()
    page.keyboard.press("Home")
    expect(page.locator(".reading")).to_have_attribute("data-row", "0")
    expect(page.locator("#reason")).to_have_text(re.compile("^After row 0: "))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".reading")).to_have_attribute("data-row", "5")
    painted = "(name) => page.canvases[name].getContext('2d').getImageData(2, 2, 1, 1).data[3]"
    assert [page.evaluate(painted, name) for name in ("picture", "rows", "states")] == [255] * 3


def test_line_sweeps_the_drawing_once_after_it(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"), reduced_motion="no-preference")
    page.evaluate(
        """() => {
            page.passed = [];
            new MutationObserver(() => page.passed.push(Number(page.root.dataset.row)))
                .observe(page.root, {attributeFilter: ["data-row"]});
        }"""
    )
    draw(page, strokes_of(DIGITS["3"][0]))
    until(page, "page.swept && page.passed.some((row) => row < 27) && page.at === null")
    passed = page.evaluate("page.passed")
    passed = passed[passed.index(min(passed)) :]
    assert passed == sorted(passed)
    assert passed[-1] == 27
    expect(page.locator(ANSWER)).to_have_text("3")
    expect(page.locator(ANSWER)).to_have_attribute("data-pale", "false")


def test_a_touch_that_the_system_takes_away_leaves_its_ink(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"), **PHONE)
    touch(page, drawing_of(load_model("digits-lstm"), "1"), last="touchCancel")
    assert len(shown(page)["strokes"]) == 1
    expect(page.locator(ANSWER)).to_have_text("1")
    for name in ("touchstart", "contextmenu"):  # else it is a long press, or handwriting
        asked = "(board, name) => board.dispatchEvent(new Event(name, { cancelable: true }))"
        assert not page.locator(BOARD).evaluate(asked, name)


def test_keys_draw(open_model: Open) -> None:
    page = open_model(load_model("digits-lstm"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(BOARD)).to_be_focused()
    for _ in range(15):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    shown(page, "drawing")
    page.keyboard.press("Space")
    assert len(shown(page)["strokes"]) == 1
    expect(page.locator(ANSWER)).to_have_text("1")
    for key in ("Space", "ArrowLeft", "Control+z"):  # the stroke in progress alone is taken back
        page.keyboard.press(key)
    assert len(shown(page)["strokes"]) == 1
    page.keyboard.press("Control+z")
    expect(page.locator(".reading")).to_have_attribute("data-state", "blank")


def test_finger_draws_on_a_phone_and_nothing_is_wider(open_model: Open) -> None:
    for scheme in ("light", "dark"):
        page = open_model(load_model("gestures-lstm"), **PHONE, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        touch(page, template_of("triangle"))
        shown(page)
        expect(page.locator(ANSWER)).to_have_text("triangle")
        assert page.evaluate("scrollY") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_page_speaks_both_languages(open_model: Open) -> None:
    _ = translator("zh")
    page = open_model(load_model("gestures-lstm"), locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Draw something it knows"))
    draw(page, template_of("star"))
    shown(page)
    expect(page.locator(ANSWER)).to_have_text(_("star"))
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(ANSWER)).to_have_text("star")  # the drawing stays
    expect(page.get_by_role("heading", name="About this network")).to_be_visible()
    expect(page.get_by_role("heading", name=_("About this network"))).to_be_hidden()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("button", name=_("Undo"))).to_be_visible()


def test_own_classes_are_text_whatever_they_are_called(open_model: Open) -> None:
    evil = "<img src=x onerror=alert(1)></script>"
    model = replace(small(side=28), name=evil, classes=(evil, "<b>b</b>", "お"))
    page = open_model(model)
    draw(page, strokes_of(DIGITS["3"][0]))
    found = shown(page)
    best = int(known(model, found["strokes"])[-1].argmax())
    expect(page.locator(ANSWER)).to_have_text(model.classes[best])
    assert page.locator("img, b b").count() == 0
    assert page.locator(".bars b").all_inner_texts() == list(model.classes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["digits-lstm", "gestures-strokes"])
def test_page_keeps_nobody_out(open_model: Open, name: str, scheme: str) -> None:
    page = open_model(load_model(name), color_scheme=scheme, bypass_csp=True)  # for axe's script
    for step in range(2):
        if step:
            draw(page, template_of("star"))
            shown(page)
        found = Axe().run(page).response["violations"]
        assert [
            (rule["id"], node["html"]) for rule in found for node in rule["nodes"]
            if rule["impact"] != "minor"
        ] == []  # fmt: skip
