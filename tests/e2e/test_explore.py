"""A person asks what hidden size and layers buy, watches, stops, goes on, and opens a model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from rnndemo.sweeps.kept import Study
from tests.e2e.people import STATUS, WORKER_STARTS, leave, press, settle

SWEEP = ".st-key-sweep_status"
MAP = ".st-key-sweep_chart .nsewdrag"
TO_THE_END = 150_000  # milliseconds for 24 trainings on a machine that does other things as well

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
    pattern = re.compile(rf"^{status} · \D*([1-9]\d*)\D")
    expect(shown).to_have_text(pattern, timeout=TO_THE_END)
    return int(pattern.findall(shown.inner_text())[0])


@pytest.mark.timeout(400)
def test_a_question_is_asked_watched_stopped_continued_and_opened_as_a_model(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/explore?lang=en&space={quote(json.dumps(QUESTION))}")
    expect(page.locator(SWEEP)).to_contain_text("idle · ", timeout=WORKER_STARTS)
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
    assert ended(page, "done") == 24
    expect(page.locator(".st-key-explore_verdict")).to_contain_text("Hidden size")

    settle(page)
    cells = page.locator(MAP).first
    cells.scroll_into_view_if_needed()
    box = cells.bounding_box()
    assert box is not None
    cells.click(position={"x": box["width"] * 7 / 8, "y": box["height"] / 6})  # 32 units, 3 layers
    expect(page.locator(".st-key-explore_trial")).to_contain_text("Hidden size 32, Layers 3")

    press(page, "explore_train")
    expect(page.locator(STATUS)).to_contain_text("done · ", timeout=WORKER_STARTS)
    title = page.get_by_label("Name of this run")
    expect(title).to_have_value(re.compile(r"^Trial \d+: Hidden size 32, Layers 3$"))
    leave(page)
