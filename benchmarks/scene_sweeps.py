"""python -m benchmarks scene_sweeps: what the animated sweeps over a scene cost.

How much a stroke sends to the browser for them, with five digits on the board; and how long each
frame takes there while they run: the work of the page alone, without what the screen adds. Then the
same with the processor throttled six times, as a slow phone would be.
"""

from __future__ import annotations

import json

import numpy as np
from playwright.sync_api import Page, expect

from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.sources.digits import load_digits
from rnndemo.models.scene_store import load_scene_model
from rnndemo.models.scenes import SweepNetwork
from rnndemo.reading.scenes import read_scene
from rnndemo.ui.components.sweeps import scene_data
from tests.browser import chromium, serve

MODEL = "scenes-lstm"
DIGITS, COUNT = 5, 100
MOST_BYTES = 100_000  # of a stroke
FRAME = 10  # milliseconds

WATCH = """() => {
    window.taken = [];
    const ask = requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (act) => ask((now) => {
        const before = performance.now();
        act(now);
        taken.push(performance.now() - before);
    });
}"""


def sent() -> list[int]:
    """Return how many bytes travel with each scene of five digits."""
    model = load_scene_model(MODEL)
    assert isinstance(model.network, SweepNetwork)
    scenes = SceneData(SCENES["default"], load_digits()).validation(COUNT)
    return [
        len(json.dumps(scene_data(model.network, read_scene(model, picture.numpy()))))
        for picture, number in zip(scenes.images, scenes.numbers(), strict=True)
        if len(number) == DIGITS
    ]


def frames(page: Page, throttled: int) -> list[float]:
    """Return milliseconds of every frame while the sweeps run once."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttled})
    page.evaluate("taken.length = 0")
    page.get_by_test_id("sweeps-play").click()
    found = page.get_by_test_id("sweeps")
    expect(found).to_have_attribute("data-playing", "true")
    expect(found).to_have_attribute("data-playing", "false", timeout=60_000)
    return list(page.evaluate("taken"))


def main(arguments: list[str]) -> None:
    """Print bytes, and median and 95th percentile of the frames, throttled and not."""
    found = sent()
    print(
        f"sent with a stroke, five digits   median {np.median(found) / 1000:5.1f} kB   "
        f"most {max(found) / 1000:5.1f} kB   of {len(found)}   (target: {MOST_BYTES // 1000} kB)"
    )
    with chromium() as browser, serve("tests/e2e/sweeps_app.py") as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?lang=en&network={MODEL}")
        page.locator("[data-testid=sweeps][data-last='24']").wait_for()
        page.evaluate(WATCH)
        for throttled in (1, 6):
            taken = np.percentile(frames(page, throttled), [50, 95])
            print(
                f"a frame, processor 1/{throttled}   median {taken[0]:5.1f} ms   "
                f"95 % {taken[1]:5.1f} ms   (target: {FRAME} ms)"
            )
