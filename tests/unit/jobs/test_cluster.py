"""How many runs the cluster can train, as the processes of a server tell each other."""

from __future__ import annotations

import os
import time
from pathlib import Path

from rnndemo.jobs import cluster


def set_back(seconds: float) -> None:
    """Let the file be as if it were written, and then the clock set back."""
    later = time.time() + seconds
    os.utime(cluster.tickets() / cluster.ROOM, (later, later))


def test_what_was_just_written_holds_for_a_while(data_folder: Path) -> None:
    assert cluster.room() == 0
    cluster.write_room(3)
    assert cluster.room() == 3
    set_back(-cluster.OUTDATED - 1)
    assert cluster.room() == 0


def test_a_clock_that_is_set_back_makes_it_outdated(data_folder: Path) -> None:
    cluster.write_room(3)
    set_back(3600)
    assert cluster.room() == 0
    assert cluster.age() == float("inf")  # so that it is written anew
