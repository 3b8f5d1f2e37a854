"""A person comes back to runs: by the list, by a link, after the server has died."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rnndemo import codec
from rnndemo.data.sets import DataSet
from rnndemo.jobs.process import worker_of
from rnndemo.jobs.queue import slots
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.train.experiment import RUN
from tests.browser import serving
from tests.e2e.people import (
    LONG,
    LOSS,
    STATUS,
    await_status,
    leave,
    open_train,
    pick_runs,
    press,
    start_training,
    stop_training,
)
from tests.finished import finished_run
from tests.runs import until_state

pytestmark = pytest.mark.usefixtures("no_worker_left")

Known = Callable[[Page, str], Runs]

LIST = ".st-key-train_runs canvas table"
STEERING = ("train_pause", "train_resume", "train_step", "train_epoch", "train_stop")


def test_a_link_is_the_experiment_and_the_run_to_look_at(
    page: Page, stranger: Page, address: str
) -> None:
    open_train(page, address, f"{LONG}&model.cell=gru&seed=7")
    start_training(page)
    stranger.goto(page.url)
    await_status(stranger, "running")
    expect(stranger.get_by_text("This is someone else's run")).to_be_visible()
    for key in STEERING:  # a browser that has never been here fetches the app's parts first
        expect(stranger.locator(f".st-key-{key} button")).to_be_disabled()
    expect(stranger.locator(".st-key-train_steering")).to_have_count(0)
    expect(stranger.locator(".st-key-train_start button")).to_be_enabled()
    expect(stranger.get_by_text("None yet. Press Start;")).to_be_visible()

    stranger.get_by_role("tab", name="2 · Hidden layers").click()
    expect(stranger.get_by_role("slider", name="Hidden size")).to_have_value("16")
    expect(stranger.get_by_role("combobox", name="Cell")).to_have_value("GRU")
    stranger.get_by_role("tab", name="4 · Training").click()
    expect(stranger.get_by_role("spinbutton", name="Seed")).to_have_value("7")


def test_runs_beyond_the_machines_slots_wait_in_line(
    page: Page, address: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(home))
    config, _ = codec.from_query(dict(part.split("=") for part in LONG.split("&")))
    others = [Runs(owner_of(f"{n:032}")).start(config) for n in range(slots())]
    for run in others:
        until_state(run, "running")
    open_train(page, address)
    press(page, "train_start")
    expect(page.locator(STATUS)).to_contain_text(
        f"queued · place 1 in the queue; this machine trains up to {slots()} at once",
    )
    others[0].ask("pause")
    await_status(page, "running")


def test_a_run_outlives_the_server_and_its_own_worker(page: Page, tmp_path: Path) -> None:
    with serving("app.py", **{HOME: str(tmp_path)}) as (first, server):
        open_train(page, first)
        start_training(page)
        leave(page)
        server.kill()
    with serving("app.py", **{HOME: str(tmp_path)}) as (second, _):
        page.goto(f"{second}/train?lang=en")
        step = await_status(page, "running")
        expect(page).to_have_url(re.compile(f"{RUN}="))
        folder = next(tmp_path.glob("runs/*/*"))
        os.kill(worker_of(folder), signal.SIGKILL)
        assert await_status(page, "paused") >= step
        expect(page.get_by_text("Training was interrupted")).to_be_visible()
        press(page, "train_resume")
        await_status(page, "running")
        expect(page.get_by_text("Training was interrupted")).to_have_count(0)
        assert stop_training(page).endswith(" %")
        leave(page)
        Run(folder, own=True).kill()


def test_runs_are_opened_renamed_compared_and_brought_back(
    page: Page, address: str, known_as: Known, digits: DataSet
) -> None:
    visitor = known_as(page, "r" * 32)
    for title in ("older", "newer"):
        finished_run(visitor, digits, title)
    open_train(page, address)
    runs = page.locator(LIST)
    expect(runs).to_contain_text("older")

    pick_runs(page, 1)
    press(page, "train_open")
    await_status(page, "done")
    name = page.get_by_label("Name of this run")
    expect(name).to_have_value("older")
    name.fill("first try")
    name.press("Enter")
    expect(runs).to_contain_text("first try")

    pick_runs(page, 0)
    expect(page.locator(".st-key-train_open button")).to_be_disabled()  # two are chosen
    press(page, "train_compare")
    legend = page.locator(".st-key-train_loss_chart [data-testid=curves-legend]")
    expect(legend).to_contain_text(re.compile(r"newer \(.*\) · training"))
    expect(page.locator(f"{LOSS} .lines path").nth(2)).to_have_attribute("d", re.compile("M"))

    pick_runs(page, 1)
    expect(page.locator(".st-key-train_open button")).to_be_enabled()  # one is chosen
    press(page, "train_delete")
    expect(page.get_by_text("Deleted: ")).to_be_visible()
    expect(runs).not_to_contain_text("newer")
    expect(legend).not_to_contain_text("newer")
    press(page, "train_undelete")
    expect(runs).to_contain_text("newer")
    expect(page.get_by_text("Deleted: ")).to_have_count(0)
