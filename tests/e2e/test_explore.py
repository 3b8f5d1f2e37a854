"""A person asks what hidden size and layers buy, watches, stops, goes on, and opens a model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from rnndemo.sweeps.studies import Study
from tests.e2e.people import STATUS, chart, leave, press, settle

SWEEP = ".st-key-sweep_status"
CHART = ".st-key-sweep_chart .js-plotly-plot"
PLOT = f"{CHART} .nsewdrag"

# the ready question, with trainings of a second
QUESTION = {
    "base": {
        "data": {"train_size": 300},
        "training": {"lr": 0.01, "batch_size": 50, "epochs": 1},
    },
    "fields": {
        "model.hidden_size": {"choices": [4, 8, 16, 32]},
        "model.num_layers": {"choices": [1, 2, 3]},
    },
    "repeats": 2,
}


@pytest.fixture(autouse=True)
def _no_study_left(home: Path) -> Iterator[None]:
    yield
    for folder in home.glob("studies/*/*"):
        Study(folder, own=True).kill()


def ended(page: Page, status: str) -> int:
    """Wait until the study is in `status` and some trials have ended; return how many."""
    shown = page.locator(SWEEP)
    pattern = re.compile(rf"^{status} · \D*([1-9]\d*)\b")
    expect(shown).to_have_text(pattern)
    return int(pattern.findall(shown.inner_text())[0])


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where shares of the width and height of the chart's plot are on the screen."""
    settle(page)
    plot = page.locator(PLOT).first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=5)
    page.mouse.up()


def test_a_question_is_asked_watched_stopped_continued_and_opened_as_a_model(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/explore?lang=en&space={quote(json.dumps(QUESTION))}")
    expect(page.locator(SWEEP)).to_contain_text("idle · ")
    expect(page.get_by_text("24 trials: 12 combinations, 2 seeds each")).to_be_visible()
    settle(page)

    press(page, "sweep_start")
    expect(page.locator(SWEEP)).to_contain_text("running · ")
    first = ended(page, "running")
    press(page, "sweep_stop")
    before = ended(page, "stopped")
    assert first <= before < 24
    page.reload()
    assert ended(page, "stopped") == before

    press(page, "sweep_continue")
    assert ended(page, "running") >= before
    expect(page.locator(".st-key-explore_curves [data-testid=curves]")).to_be_visible()
    before = chart(page, "sweep_chart").element_handle()
    assert ended(page, "done") == 24
    assert page.locator(CHART).evaluate("(now, before) => now === before", before)
    expect(page.locator(".st-key-explore_verdict")).to_contain_text("Hidden size")

    settle(page)
    page.get_by_role("radio", name="Parallel coordinates").click()
    expect(page.locator(f"{CHART} .xtick").last).to_contain_text("accuracy")
    drag(page, (0.035, 0.02), (0.085, 0.12))  # of five axes, round the top of the first
    expect(page.locator(".st-key-explore_trial")).to_contain_text("Hidden size 32")

    page.get_by_role("radio", name="Heat map").click()
    expect(page.locator(f"{CHART} .heatmaplayer").first).to_be_visible()
    page.mouse.click(*place(page, 7 / 8, 1 / 6))  # 32 units, 3 layers
    expect(page.locator(".st-key-explore_trial")).to_contain_text("Hidden size 32, Layers 3")

    press(page, "explore_train")
    expect(page.locator(STATUS)).to_contain_text("done · ")
    title = page.get_by_label("Name of this run")
    expect(title).to_have_value(re.compile(r"^Trial \d+: Hidden size 32, Layers 3$"))
    leave(page)
