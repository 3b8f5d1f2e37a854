"""The app below a path of a host, behind proxies of both kinds: one passes the path on, one not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rnndemo.storage.folders import HOME, owner_of
from rnndemo.ui.server.front import COOKIE
from tests.e2e.people import LABEL, chart, draw, leave, open_page, settle, steady
from tests.proxy import proxied
from tests.started import started

PATH = "/rnn"
WRITTEN = Path(__file__).parents[1] / "written"
SET, STUDY = "5bfc95d174177a1e5356", "1e3251baf89223f136ba"  # the study's data set, the study
TOKEN = "below-a-path".ljust(32, "_")


@pytest.fixture(params=["path passed on", "path taken off"])
def below(
    request: pytest.FixtureRequest, address: str, home: Path, tmp_path: Path
) -> Iterator[str]:
    """Address of the app below a path."""
    if request.param == "path taken off":
        with proxied(address, PATH, strips=True) as below:
            yield below
    else:
        with (
            started(tmp_path / "log", "--path", PATH, **{HOME: str(home)}) as own,
            proxied(own, PATH, strips=False) as below,
        ):
            yield below


def test_pages_links_and_components_work_below_a_path(page: Page, below: str, home: Path) -> None:
    for kind, name, folder in (("sets", "set-drawings", SET), ("studies", "study", STUDY)):
        there = home / kind / owner_of(TOKEN) / folder
        shutil.copytree(WRITTEN / name, there, dirs_exist_ok=True)
    beside: list[str] = []
    page.on(
        "request",
        lambda got: got.url.startswith((below, "blob:", "data:")) or beside.append(got.url),
    )
    page.context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": f"{below}/"}])

    open_page(page, f"{below}?lang=en")  # the way in without a slash
    draw(page, "3")
    expect(page.locator(LABEL)).to_have_text("3")
    settle(page)
    page.get_by_role("link", name="Look inside while it reads").click()
    expect(page).to_have_url(re.compile(f"^{re.escape(below)}/inside"))
    expect(page.locator("[data-testid=player-chosen]")).to_be_visible()

    page.get_by_role("link", name="Explore", exact=True).click()
    expect(page).to_have_url(re.compile(f"^{re.escape(below)}/explore.*{STUDY}"))
    chart(page, "sweep_chart")
    settle(page)
    table = page.locator("[class*=st-key-explore_table_] canvas").first
    table.scroll_into_view_if_needed()
    left, top, _ = steady(table)
    page.mouse.click(left + 18, top + 35 + 17)  # chooses the first trial
    again = page.locator(".st-key-explore_trial").get_by_role("link", name="Link to train it again")
    expect(again).to_be_visible()
    settle(page)  # a click while a run of the page ends may be lost
    with page.expect_download() as got:
        page.locator(".st-key-explore_csv button").click()
    assert b"training.lr" in got.value.path().read_bytes()
    again.click()
    expect(page).to_have_url(re.compile(f"^{re.escape(below)}/train.*training.lr"))
    page.reload()
    expect(page.locator(".st-key-train_status")).to_contain_text("idle")
    tokens = {one["value"] for one in page.context.cookies() if one["name"] == COOKIE}
    assert tokens == {TOKEN}
    leave(page)
    assert beside == []
