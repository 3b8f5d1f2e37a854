"""Somebody deletes the data folder while the server runs: people can go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rnndemo.storage.folders import HOME
from tests.browser import serve
from tests.e2e.people import LABEL, SHORT, STATUS, draw, open_page, open_train, press


def test_a_data_folder_that_goes_is_made_again(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv(HOME, str(home))
    with serve("app.py") as address:
        open_train(page, address)
        press(page, "train_start")
        expect(page.locator(STATUS)).to_contain_text("running")
        shutil.rmtree(home, ignore_errors=True)
        open_page(page, f"{address}/?lang=en")
        draw(page, "3")
        expect(page.locator(LABEL)).to_have_text("3")
        open_train(page, address, SHORT)
        press(page, "train_start")
        expect(page.locator(STATUS)).to_contain_text("done")
        page.close()  # before its server goes


def test_two_servers_on_one_data_folder_show_and_steer_the_same_run(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    with serve("app.py") as one, serve("app.py") as other:
        open_train(page, one)
        press(page, "train_start")
        expect(page.locator(STATUS)).to_contain_text("running")
        page.goto(f"{other}/train?lang=en")  # the same browser: a cookie knows no port
        expect(page.locator(STATUS)).to_contain_text("running")
        press(page, "train_stop")
        expect(page.locator(STATUS)).to_contain_text("stopped")
        page.goto(f"{one}/train?lang=en")
        expect(page.locator(STATUS)).to_contain_text("stopped")
        page.close()  # before its servers go
