"""A visitor with runs."""

from __future__ import annotations

import pytest

from rnndemo.storage.folders import owner_of
from rnndemo.training.runs import Runs


@pytest.fixture
def me() -> Runs:
    """A visitor's runs."""
    return Runs(owner_of("me"))
