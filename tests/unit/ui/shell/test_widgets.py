"""Words that several pages say of what is under way."""

from __future__ import annotations

from rnndemo.jobs.machine import slots
from rnndemo.ui.shell.widgets import queue_text


def test_no_place_is_nobodys_place() -> None:
    assert queue_text(0) == "it is about to start"
    many = f"place 2 in the queue; this machine trains up to {slots()} at once"
    assert queue_text(2) == many
