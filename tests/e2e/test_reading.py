"""The answer moves under the pen, is read row by row once that is lifted, and is the server's."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser import DESKTOP, PHONE, Windows
from tests.e2e.people import (
    BOARD,
    LABEL,
    clear,
    draw,
    in_the_middle,
    on_board,
    open_page,
    settle,
    wait_until,
)

READING = "[data-testid=reading]"
SAID = "[data-testid=reading-said]"
MODELS = ("digits-lstm", "digits-gru", "digits-rnn", "gestures-strokes")

# what the reading shows at each change of its state: the state, its words, and its picture
WATCH = f"""() => {{
    const reading = document.querySelector("{READING}");
    window.seen = [];
    const note = () => window.seen.push({{
        state: reading.dataset.state, row: Number(reading.dataset.row),
        said: reading.querySelector(".said").textContent,
        live: document.querySelector("{LABEL}").dataset.live ?? null,
        picture: reading.querySelector(".picture canvas").toDataURL(),
    }});
    const all = {{attributes: true, subtree: true, childList: true}};
    new MutationObserver(note).observe(reading, all);
}}"""


@pytest.fixture
def reading(page: Page, address: str) -> Page:
    """The page Draw, a ghost on its board, ready to be drawn on."""
    open_page(page, f"{address}/?lang=en")
    expect(page.locator(READING)).to_have_attribute("data-state", "ghost")
    return page


def read(page: Page, state: str = "server") -> None:
    """Wait until the reading is in `state` and at its end."""
    expect(page.locator(READING)).to_have_attribute("data-state", state)
    wait_until(
        page,
        f"""() => {{
            const {{max, value}} = document.querySelector("{READING} input");
            return value === max;
        }}""",
    )


def frames(page: Page, count: int) -> None:
    """Let the browser draw so many frames."""
    page.evaluate(
        """(count) => new Promise((done) => {
            const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
            next();
        })""",
        count,
    )


def test_answers_come_while_the_pen_moves_and_the_server_hears_nothing(
    page: Page, address: str
) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(1)))
    open_page(page, f"{address}/?lang=en")
    expect(page.locator(READING)).to_have_attribute("data-state", "ghost")
    page.evaluate(WATCH)
    (points,) = on_board(page, "3")
    page.mouse.move(*points[0])
    page.mouse.down()
    sent.clear()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    wait_until(page, "() => new Set(seen.map(({said}) => said)).size > 5")
    assert not sent
    assert page.evaluate("[...new Set(seen.map(({state}) => state))]")[-1] == "drawing"
    expect(page.locator(LABEL)).to_have_text("?")  # the answer is the server's
    page.mouse.up()
    expect(page.locator(LABEL)).to_have_text("3")


def pixels(address: str) -> np.ndarray:
    """Return the values, 0 to 255, of a picture in a data address."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))), float)


@pytest.mark.parametrize("model", MODELS)
def test_browser_and_server_read_the_same(page: Page, address: str, model: str) -> None:
    open_page(page, f"{address}/?lang=en&model={model}")
    for digit in "38":
        expect(page.locator(READING)).to_have_attribute(
            "data-state", ("ghost", "blank")[digit > "3"]
        )
        page.evaluate(WATCH)
        draw(page, digit)
        read(page)
        ends = [one for one in page.evaluate("seen") if one["said"].startswith("At the end")]
        lifted = [one for one in ends if one["state"] == "lifted"]
        server = [one for one in ends if one["state"] == "server"]
        assert lifted
        assert lifted[-1]["said"] == server[-1]["said"]
        if model != "gestures-strokes":
            assert lifted[-1]["picture"] == server[-1]["picture"]
        else:  # the wider, the surer: and the browser's weights are of half precision
            here, there = (pixels(one[-1]["picture"]) for one in (lifted, server))
            assert np.abs(here - there).mean() < 1
        page.locator(".st-key-draw_clear button").click()
        settle(page)


def test_a_lifted_pen_lets_it_read_once_row_by_row(reading: Page) -> None:
    reading.evaluate(WATCH)
    draw(reading, "3")
    wait_until(
        reading, "() => seen.some(({state, row}) => state === 'server' && row > 0 && row < 27)"
    )
    read(reading)
    seen = [one for one in reading.evaluate("seen") if one["state"] == "server"]
    rows = [one["row"] for one in seen]
    swept = rows[rows.index(min(rows)) :]
    assert swept == sorted(swept)
    assert any(one["live"] not in (None, "3") for one in seen)  # it thought of others before
    expect(reading.locator(LABEL)).not_to_have_attribute("data-live", "3")
    reading.get_by_test_id("reading-play").click()
    expect(reading.locator(SAID)).to_contain_text("After row")
    read(reading)


def test_the_ghost_gives_way_to_whoever_draws(reading: Page) -> None:
    label = reading.locator(LABEL)
    expect(label).to_have_attribute("data-live", "3")
    expect(label).to_have_text("?")
    draw(reading, "7")
    expect(label).to_have_text("7")
    read(reading)
    reading.evaluate(WATCH)
    clear(reading)
    expect(reading.locator(READING)).to_have_attribute("data-state", "blank")
    blank = [one for one in reading.evaluate("seen") if one["state"] == "blank"]
    assert blank[0]["live"] == "?"  # before the server has answered as well
    expect(label).not_to_have_attribute("data-live", re.compile(".*"))


@pytest.fixture
def calm(windows: Windows) -> Iterator[Page]:
    """A page of somebody who wants no motion."""
    with windows.visit(**DESKTOP, reduced_motion="reduce") as page:
        yield page


def test_nothing_moves_by_itself_where_motion_is_unwanted(calm: Page, address: str) -> None:
    open_page(calm, f"{address}/?lang=en")
    expect(calm.locator(LABEL)).to_have_attribute("data-live", "3")
    draw(calm, "2")
    read(calm)
    calm.evaluate(WATCH)
    frames(calm, 90)  # longer than it rests before it would read
    assert {one["row"] for one in calm.evaluate("seen") if one["state"] == "server"} <= {27}
    calm.get_by_test_id("reading-scrub").fill("4")
    expect(calm.locator(SAID)).to_contain_text("After row 4: ")


def test_a_network_that_the_browser_cannot_read_is_asked_at_the_server(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?lang=en&model=digits-cnn")
    expect(page.locator(READING)).to_have_attribute("data-state", "blank")
    (points,) = on_board(page, "3")
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[3], steps=9)
    expect(page.locator(READING)).to_have_attribute("data-state", "waiting")
    for point in points[4:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()
    expect(page.locator(LABEL)).to_have_text("3")
    read(page)
    expect(page.locator(f"{READING} .states")).to_be_hidden()


ACTS = ("draw_undo", "draw_clear", "brush", "language", "model")
NETWORKS = 5  # of those to choose from, for digits and gestures
STROKES = 50


def act(page: Page, name: str, rng: np.random.Generator) -> None:
    """Press something, whatever the page is doing."""
    if name == "brush":
        brushes = page.locator(".st-key-draw_tools [role=radio]")
        brushes.nth(int(rng.choice([0, 2]))).dispatch_event("click")
    elif name == "language":
        radios = page.locator(".st-key-page_head [role=radio]")
        radios.nth(int(rng.integers(2))).dispatch_event("click")
    elif name == "model":
        page.get_by_role("combobox").first.click()
        with suppress(PlaywrightTimeoutError):  # the page was drawn anew, which closes the list
            page.get_by_role("option").nth(int(rng.integers(NETWORKS))).click(timeout=2_000)
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)  # it lay over the board
        page.locator(".stMain").evaluate("main => main.scrollTo(0, 0)")
    else:
        page.locator(f".st-key-{name} button").dispatch_event("click")


def by_mouse(page: Page, points: np.ndarray) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def by_finger(page: Page, points: np.ndarray) -> None:
    session = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", 0), ("touchMove", 1), ("touchEnd", None)):
        where = [] if at is None else [{"x": float(points[at][0]), "y": float(points[at][1])}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


@pytest.mark.parametrize(("size", "by_hand"), [(DESKTOP, by_mouse), (PHONE, by_finger)])
def test_fifty_strokes_at_any_moment_are_each_there_once(
    windows: Windows, address: str, size: dict, by_hand: Callable[[Page, np.ndarray], None]
) -> None:
    rng = np.random.default_rng(5)
    with windows.visit(**size) as page:
        open_page(page, f"{address}/?lang=en")
        expect(page.locator(READING)).to_have_attribute("data-state", "ghost")
        there = 0
        for _ in range(STROKES):
            level = rng.uniform(0.1, 0.9)
            line = np.array([[0.1, level], [0.9, level]])
            (points,) = in_the_middle(page.locator(BOARD), [line], 1.0)
            by_hand(page, points)
            there += 1
            frames(page, 1 + int(rng.integers(0, 30)))  # one pointer cannot be in two places
            name = ACTS[rng.integers(len(ACTS))] if rng.random() < 0.5 else ""
            if name:
                act(page, name, rng)
            there = {"draw_undo": max(0, there - 1), "draw_clear": 0}.get(name, there)
        page.locator("body").dispatch_event("click")  # the canvas now sends what lies on it
        wait_until(page, f"rowByRow.ink.draw_canvas.strokes.length === {there}")
        settle(page)
        assert page.evaluate("rowByRow.ink.draw_canvas.strokes.length") == there
        if there:
            read(page)  # the server knows just these strokes


CONTINUING = "[data-testid=continuing]"


def test_the_beginning_of_a_digit_is_continued(reading: Page) -> None:
    switch = reading.locator("[data-testid=continuing-switch]")
    tiles, told = reading.locator(f"{CONTINUING} .tile"), reading.locator(f"{CONTINUING} .told")
    switch.click()
    expect(told).to_have_text("Draw the beginning of a digit.")
    (stroke,) = in_the_middle(reading.locator(BOARD), [np.array([[0, 0], [1.0, 0]])], 0.5)
    reading.mouse.move(*stroke[0])
    reading.mouse.down()
    reading.mouse.move(*stroke[1], steps=8)
    reading.mouse.up()
    expect(told).to_contain_text("It could still become")
    seven = tiles.filter(has=reading.get_by_text("7", exact=True))
    expect(seven).to_have_accessible_name(re.compile(r"Continue as 7: .* row \d+, .* sure"))
    row = re.findall(r"row (\d+)", seven.inner_text())[0]
    seven.click()
    expect(reading.locator(LABEL)).to_have_text("7")  # the server's: what was drawn is on the board
    expect(reading.locator(".st-key-prediction_reason")).to_contain_text(f"From row {row} on")
    expect(told).to_contain_text("It is read as 7 already")
    expect(tiles).to_have_count(0)


def test_whoever_draws_meanwhile_loses_nothing(reading: Page) -> None:
    reading.locator("[data-testid=continuing-switch]").click()
    (stroke,) = in_the_middle(reading.locator(BOARD), [np.array([[0, 0], [1.0, 0]])], 0.5)
    reading.mouse.move(*stroke[0])
    reading.mouse.down()
    reading.mouse.move(*stroke[1], steps=8)
    reading.mouse.up()
    tile = reading.locator(f"{CONTINUING} .tile").first
    tile.wait_for()
    tile.evaluate("tile => tile.click()")  # where the pointer is, the next stroke begins at once
    reading.mouse.move(*(stroke[1] + [0, 90]))
    reading.mouse.down()
    reading.mouse.move(*(stroke[0] + [0, 90]), steps=4)
    reading.mouse.up()
    settle(reading)
    expect(reading.locator(READING)).to_have_attribute("data-state", "server")
    strokes = reading.evaluate("rowByRow.ink.draw_canvas.strokes.length")
    assert strokes >= 3
    for left in range(strokes - 1, -1, -1):  # each is there once
        reading.locator(".st-key-draw_undo button").click()
        wait_until(reading, f"rowByRow.ink.draw_canvas.strokes.length === {left}")
