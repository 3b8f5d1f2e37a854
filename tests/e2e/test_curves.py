"""A person reads, zooms and hides live curves while new points come in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ElementHandle, Locator, Page, expect

import rnndemo.ui.components
from tests.browser import serve
from tests.e2e.curves_app import loss

UPDATES = 10
SCALE = Path(rnndemo.ui.components.__file__).with_name("curves_scale.js")
CHART = "[data-testid=curves]"


@pytest.fixture(scope="module")
def charts() -> Iterator[str]:
    """Address of a page of live curves."""
    with serve("tests/e2e/curves_app.py") as address:
        yield address


def chart(page: Page, address: str, key: str = "live", show: str = "live") -> Locator:
    """Open the page and return the drawing of a chart that has been drawn."""
    page.goto(f"{address}/?show={show}")
    found = page.locator(f".st-key-{key} {CHART}")
    found.locator(".grid line").first.wait_for(state="attached")
    found.scroll_into_view_if_needed()
    return found


def await_updates(page: Page, node: ElementHandle, count: int = UPDATES) -> None:
    """Wait until `count` more points of a line are drawn in `node` itself."""
    page.wait_for_function(
        "([node, start, count]) => Number(node.dataset.points) >= start + count",
        arg=[node, int(node.get_attribute("data-points") or 0), count],
    )


def drag(page: Page, drawing: Locator, start: float, end: float) -> None:
    """Drag horizontally, from and to shares of the drawing's width."""
    box = drawing.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y)
    page.mouse.move(box["x"] + end * box["width"], y)
    page.mouse.up()


def names(drawing: Locator, axis: str) -> list[str]:
    """Return what the ticks of an axis say."""
    return drawing.locator(f".ticks .{axis}").all_text_contents()


def test_updates_move_the_lines_of_the_same_drawing(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    parts = [drawing, drawing.locator(".sheet"), drawing.locator(".lines path").first]
    before = [part.element_handle() for part in parts]
    course = parts[2].get_attribute("d")
    await_updates(page, before[0])
    for part, node in zip(parts, before, strict=True):
        assert part.evaluate("(now, before) => now === before", node)
    assert parts[2].get_attribute("d") != course


def test_zoom_survives_updates_until_it_is_reset(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    reset = page.get_by_test_id("curves-reset")
    expect(reset).to_be_hidden()
    drag(page, drawing, 0.4, 0.7)
    expect(drawing).to_have_attribute("data-zoomed", "true")
    seen = names(drawing, "x"), names(drawing, "y")
    await_updates(page, drawing.element_handle())
    expect(drawing).to_have_attribute("data-zoomed", "true")
    assert (names(drawing, "x"), names(drawing, "y")) == seen
    reset.click()
    expect(drawing).to_have_attribute("data-zoomed", "false")
    assert names(drawing, "x")[0] == "0"
    drag(page, drawing, 0.2, 0.9)
    expect(drawing).to_have_attribute("data-zoomed", "true")
    drawing.dblclick()
    expect(drawing).to_have_attribute("data-zoomed", "false")
    expect(reset).to_be_hidden()


def test_zoomed_in_the_values_fill_the_height(page: Page, charts: str) -> None:
    drawing = chart(page, charts, "loss", "gallery")
    assert names(drawing, "y")[-1].startswith("2")
    drag(page, drawing, 0.7, 0.9)
    expect(drawing.locator(".ticks .y").last).to_have_text(re.compile(r"^0\.\d+$"))


def test_hover_reads_exact_values(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    drawing.hover()
    read = page.get_by_test_id("curves-tip").inner_text()
    step = int(re.findall(r"step (\d+)", read)[0])
    assert f"training\n{loss(step):#.4g}" in read
    value, place = re.findall(r"validation\n([\d.]+)(?: at (\d+))?", read)[0]
    assert value == f"{loss(int(place or step)) + 0.1:#.4g}"
    assert abs(int(place or step) - step) <= 5
    page.mouse.move(1, 1)
    expect(page.get_by_test_id("curves-tip")).to_be_hidden()


def test_a_hidden_line_stays_hidden(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    button = page.get_by_test_id("curves-legend").get_by_role("button", name="validation")
    button.click()
    await_updates(page, drawing.element_handle())
    expect(button).to_have_attribute("aria-pressed", "false")
    assert [bool(path.get_attribute("d")) for path in drawing.locator(".lines path").all()] == [
        True, False, False, False,
    ]  # fmt: skip
    drawing.hover()
    assert "validation" not in page.get_by_test_id("curves-tip").inner_text()
    button.click()
    expect(drawing.locator(".lines path").nth(2)).not_to_have_attribute("d", "")


def test_the_keyboard_reads_and_zooms(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    tip = page.get_by_test_id("curves-tip")
    drawing.focus()
    for key, step in {"Home": 0, "ArrowRight": 1, "ArrowLeft": 0}.items():
        page.keyboard.press(key)
        expect(tip).to_contain_text(f"step {step}")
    # the run goes on: what was the whole when one came nearer may be a part when one goes back
    keys = {("+",): "true", ("-",) * 3: "false", ("=",): "true", ("Escape",): "false"}
    for pressed, zoomed in keys.items():
        for key in pressed:
            page.keyboard.press(key)
        expect(drawing).to_have_attribute("data-zoomed", zoomed)


def test_arrow_keys_take_the_view_along(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    drawing.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("+")
    assert "20" not in names(drawing, "x")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("curves-tip")).to_contain_text("step 20")
    assert "20" in names(drawing, "x")


def touch(page: Page, *points: tuple[float, float]) -> None:
    """Move a finger along points of the page."""
    session = page.context.new_cdp_session(page)
    for kind, spot in zip(["touchStart", *["touchMove"] * len(points[1:])], points, strict=True):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": spot[0], "y": spot[1]}]},
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_reads_zooms_and_scrolls_the_page(phone: Page, charts: str) -> None:
    drawing = chart(phone, charts, "loss", "gallery")
    box = drawing.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch(phone, (x, y))
    expect(phone.locator(".st-key-loss [data-testid=curves-tip]")).to_contain_text("training")
    top = drawing.bounding_box()["y"]
    touch(phone, *[(x, y - step) for step in range(0, 100, 10)])
    expect(drawing).to_have_attribute("data-zoomed", "false")
    phone.wait_for_function(
        "([node, top]) => node.getBoundingClientRect().top < top - 20",
        arg=[drawing.element_handle(), top],
    )
    drawing.scroll_into_view_if_needed()
    y = drawing.bounding_box()["y"] + 100
    touch(phone, *[(x - step, y) for step in range(0, 100, 10)])
    expect(drawing).to_have_attribute("data-zoomed", "true")


def test_whatever_the_values_are_there_is_a_chart(page: Page, charts: str) -> None:
    chart(page, charts, "tiny", "gallery")
    drawn = {"empty": 0, "nothing": 0, "point": 1, "gaps": 5, "constant": 9, "huge": 3, "tiny": 4}
    for key, points in drawn.items():
        drawing = page.locator(f".st-key-{key} {CHART}")
        expect(drawing).to_have_attribute("data-points", str(points))
        expect(drawing.locator(".empty")).to_have_text("" if points else "Nothing to show yet …")
        assert bool(names(drawing, "y")) == bool(points)
        assert "NaN" not in drawing.inner_html()
    line, dots = page.locator(f".st-key-gaps {CHART} .lines path").all()
    assert (line.get_attribute("d") or "").count("L") == 2  # 1 to 2 and 2 to 4, none across a gap
    assert (dots.get_attribute("d") or "").count("M") == 5  # so few points are marked, 3 as well


def test_points_are_marked_where_they_are_rare(page: Page, charts: str) -> None:
    drawing = chart(page, charts, "loss", "gallery")
    dots = drawing.locator(".lines .dot").last
    expect(dots).to_have_attribute("d", re.compile("(M[^M]+){20}"))
    expect(drawing.locator(".lines .dot").first).to_have_attribute("d", "")
    drag(page, drawing, 0.495, 0.505)  # of 400 points, four
    expect(drawing.locator(".lines .dot").first).to_have_attribute("d", re.compile("M"))


def test_the_drawing_fits_its_container(page: Page, charts: str) -> None:
    drawing = chart(page, charts)
    for width in (1000, 500, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(
            "node => node.querySelector('svg').viewBox.baseVal.width === node.clientWidth",
            arg=drawing.element_handle(),
        )


def test_a_screen_reader_hears_what_the_chart_is(page: Page, charts: str) -> None:
    chart(page, charts)
    expect(page.get_by_role("application", name="The loss falls.")).to_be_visible()


@pytest.fixture(scope="module")
def scale(browser: Browser) -> Iterator[Page]:
    """A page that knows how to write numbers."""
    page = browser.new_page()
    page.add_script_tag(content=SCALE.read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("exact(0.123456)", "0.1235"),
        ("exact(9999.96)", "10\u202f000"),
        ("exact(-3)", "−3"),
        ("exact(1234567)", "1\u202f234\u202f567"),
        ("exact(1e30)", "1.000×10³⁰"),
        ("exact(0.0000123456)", "1.235×10⁻⁵"),
        ("exact(0)", "0"),
        ("ticks([0, 1], 2, 'share').map((t) => t.name).join()", "0\xa0%,50\xa0%,100\xa0%"),
        ("ticks([0, 1], 2, 'share', '{number}%').map((t) => t.name).join()", "0%,50%,100%"),
        ("ticks([0.2, 3.1], 9, 'whole').map((t) => t.name).join()", "1,2,3"),
        ("ticks([-6, 0.2], 4, 'log').map((t) => t.name).join()", "10⁻⁶,10⁻⁴,10⁻²,10⁰"),
        ("ticks([0, 2], 4, 'log').map((t) => t.name).join()", "1,10,100"),
        ("ticks([-0.4, 0.5], 4, 'log').map((t) => t.name).join()", "0.5,1,2"),
        ("ticks([0.301, 0.33], 3, 'log').map((t) => t.name).join()", "2.00,2.05,2.10"),
        ("ticks([-2e30, 3e30], 2, '').map((t) => t.name).join()", "−2×10³⁰,0,2×10³⁰"),
        ("ticks([-0.15, 0.1], 3, '').map((t) => t.name).join()", "−0.1,0,0.1"),
        ("nearest({ x: [0, 1, 2, 3], v: [5, NaN, NaN, 7] }, 1.1)", 0),
        ("nearest({ x: [0, 1], v: [NaN, NaN] }, 1)", -1),
        ("visible({ x: [0, 10], v: new Float64Array([0, 10]) }, [4, 6]).join()", "4,6"),
        ("edges([1, 2, 4]).join()", "0.5,1.5,3,5"),
        ("roomy([5, 5], 0.1).join()", "4.5,5.5"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(
    scale: Page, call: str, written: str | int
) -> None:
    assert scale.evaluate(call) == written
