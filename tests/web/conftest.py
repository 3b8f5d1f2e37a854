"""A blank page with the app's JavaScript modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from rnndemo.web import script
from tests.browser import watched

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def run(browser: Browser) -> Iterator[Run]:
    """Return a function: (JavaScript function of ``web`` and an argument, the argument) -> JSON."""
    with watched(browser.new_context()) as page:
        page.add_script_tag(content=script().replace("const web", "window.web", 1))
        yield lambda code, given=None: page.evaluate(
            f"(given) => ({code})(window.web, given)", given
        )
