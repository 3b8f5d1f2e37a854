"""What every test starts from: fixed seeds, one thread, the digits loaded once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, settings
from PIL import Image
from playwright.sync_api import Browser
from streamlit.components.v2 import manifest_scanner
from xdist.scheduler import LoadScopeScheduling

from rnndemo.data.sets import DataSet
from rnndemo.data.sources.digits import load_digits
from tests.browser import chromium

# The machine decides how long an example takes, not the code: no deadline. Derandomised, so that
# a red test is red again; fewer examples than usual, so that the suite stays quick.
settings.register_profile(
    "project",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


# Folders whose tests share a browser or a server, or start processes that would only wait for
# each other
TOGETHER = ("e2e", "reliability", "server")


class _Files(LoadScopeScheduling):
    """Gives a file's tests to one of the test processes, and those of `TOGETHER` by the folder."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.split("/")[1]
        return folder if folder in TOGETHER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Say which tests go together where `make test` spreads them."""
    return _Files(config, log)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    # Two busy processes whose threads wait for each other make recurrent nets crawl.
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _components_are_found_once() -> None:
    # Every `AppTest` asks all installed packages whether they are components: half a second each
    find = manifest_scanner.scan_component_manifests
    manifest_scanner.scan_component_manifests = cache(find)


@pytest.fixture(autouse=True)
def _seeds() -> None:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002, libraries may draw from the old global state
    torch.manual_seed(0)
    torch.set_flush_denormal(False)  # of what trained before, in this process


@pytest.fixture(scope="session")
def digits() -> DataSet:
    """MNIST, loaded once for all tests."""
    return load_digits()


ZERO = 3  # among the test digits; the same in a mirror


@pytest.fixture(scope="session")
def browser(digits: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium, one for all tests, whose camera sees a 0, dark on light paper."""
    ink = Image.fromarray(digits.test.images[ZERO].numpy()).resize((300, 300))
    paper = Image.new("L", (640, 480), 235)
    paper.paste(40, (170, 90), ink)
    path = tmp_path_factory.mktemp("camera") / "zero.mjpeg"
    paper.convert("RGB").save(path, "JPEG", quality=92)
    with chromium(path) as browser:
        yield browser
