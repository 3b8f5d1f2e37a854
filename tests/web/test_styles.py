"""Styles leave long names and wide tables within what they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment
from playwright.sync_api import Browser, Page

from rnndemo.ui.components.component import HERE
from rnndemo.web import VIEW
from tests.browser import watched
from tests.started import ROOT

LONG = "a very long name of a class, longer than there is room for"
BEYOND = "node => node.scrollWidth - node.clientWidth"  # pixels that something lies outside
LIVE = ("own_label", "gesture_label", "prediction_words .st-key-prediction_label")
TIPS = {
    "film": (HERE / "film.css", "stage"),
    "player": (HERE / "player.css", "stage"),
    "reading": (VIEW / "reading.css", "stage"),
}


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    with watched(browser.new_context(viewport={"width": 700, "height": 900})) as page:
        yield page


@pytest.mark.parametrize("label", LIVE)
def test_a_long_live_answer_takes_more_lines(blank: Page, label: str) -> None:
    outer, _, inner = label.rpartition(" .st-key-")
    blank.set_content(
        f'<div style="width: 300px" class="st-key-{outer}">'
        f'<div class="st-key-{inner}" data-live="{LONG}"><p>?</p></div></div>'
    )
    blank.add_style_tag(path=ROOT / "assets" / "app.css")
    assert blank.locator(f".st-key-{inner}").evaluate(BEYOND) == 0


@pytest.mark.parametrize("name", TIPS)
def test_a_long_tip_stays_on_its_stage_and_off_the_pointer(blank: Page, name: str) -> None:
    style, stage = TIPS[name]
    blank.set_content(
        f'<div class="{name}"><div class="{stage}" style="width: 300px; height: 400px">'
        '<div class="tip"></div></div></div>'
    )
    blank.add_style_tag(path=style)
    canvas = (VIEW / "canvas.js").read_text(encoding="utf-8")
    left, right, bottom = blank.locator(".tip").evaluate(
        """(tip, [script, text]) => {
            const stage = tip.parentElement, place = stage.getBoundingClientRect();
            new Function(`${script}; return showTip`)()(tip, stage, 250, 200, text);
            const box = tip.getBoundingClientRect();
            return [box.left - place.left, place.right - box.right, box.bottom - place.top];
        }""",
        [canvas, LONG],
    )
    assert left >= 0
    assert right >= 0
    assert 180 < bottom < 200


@pytest.mark.parametrize("classes", [10, 47])
def test_a_printed_confusion_matrix_is_whole_and_keeps_its_colours(
    blank: Page, classes: int
) -> None:
    cells = "".join(f'<td style="--s: {k}%">123</td>' for k in range(classes))
    rows = f"<tr><th>right answers</th>{cells}<td class=all>1,234</td></tr>" * classes
    heads = "".join(f"<th>{k}</th>" for k in range(classes))
    blank.set_content(
        f'<main><div class="wide"><table class="confusion">'
        f"<tr><th>true class</th>{heads}<th>pictures</th></tr>{rows}</table></div></main>"
    )
    look = {"ground": "#fff", "ink": "#000", "muted": "#888"}
    sheet = Environment(autoescape=True).from_string(
        (ROOT / "assets" / "report.css").read_text(encoding="utf-8")
    )
    blank.add_style_tag(content=sheet.render(day=look, night=look, board="#000"))
    blank.emulate_media(media="print")
    place = blank.locator(".wide")
    assert place.evaluate(BEYOND) == 0
    assert place.evaluate("node => getComputedStyle(node).overflowX") == "visible"
    cell = blank.locator("td").first
    assert cell.evaluate("node => getComputedStyle(node).printColorAdjust") == "exact"
    heights = blank.locator("tr").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert max(heights[1:]) < 50  # the names take two lines at most


@pytest.mark.parametrize("path", [ROOT / "assets" / "app.css", *sorted(HERE.glob("*.css"))])
def test_older_browsers_have_a_plain_declaration_first(path: Path) -> None:
    """``light-dark()`` and ``subgrid`` are younger than the browsers of docs/serving.md."""
    style = re.sub(r"@supports .*", "", path.read_text(encoding="utf-8"))
    for rule in re.findall(r"{([^{}]*)}", style):
        names = [one.partition(":")[0].strip() for one in rule.split(";")]
        for place, one in enumerate(rule.split(";")):
            if "light-dark(" in one or "subgrid" in one:
                assert names[place] in names[:place], one
