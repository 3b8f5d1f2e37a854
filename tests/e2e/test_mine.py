"""Who deletes all that is theirs sees that it is gone, on the page behind as well."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from playwright.sync_api import Page, expect

from rnndemo.data.sets import DataSet
from rnndemo.training.runs import Runs
from tests.e2e.people import open_page
from tests.finished import finished_run


def test_the_page_behind_shows_what_is_gone(
    page: Page, address: str, known_as: Callable[..., Runs], digits: DataSet
) -> None:
    visitor = known_as(page, secrets.token_hex(16))
    finished_run(visitor, digits, "to be deleted")
    open_page(page, f"{address}/train?lang=en")
    downloads = page.locator(".st-key-train_downloads")  # of the newest run, which is shown
    expect(downloads).to_be_visible()
    page.get_by_role("button", name="My data on this server").click()
    page.get_by_role("button", name="Delete everything of mine").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(downloads).to_be_hidden()
    assert visitor.all() == []
