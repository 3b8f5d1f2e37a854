"""A server with a furnished data folder, for clients that send what no browser would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.storage.folders import HOME
from tests.browser import serving
from tests.hand_made import furnish, retitle

TYPED = "![t](//e.example/p.png)<img src=x>$x$"  # the names of all that its visitor has
TYPIST = "t" * 32


@pytest.fixture(scope="package")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with what the server reports."""
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="package")
def typed() -> tuple[str, str]:
    """The token of a visitor who types markup wherever one can, and what is typed."""
    return TYPIST, TYPED


@pytest.fixture(scope="package")
def address(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running app."""
    home = tmp_path_factory.mktemp("home")
    furnish(home)
    furnish(home, TYPIST)
    retitle(home, TYPIST, TYPED)
    with serving("app.py", log, **{HOME: str(home)}) as (address, _process):
        yield address
