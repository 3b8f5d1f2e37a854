"""Networks are read in threads that stay, whatever thread asks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from rnndemo.errors import InputError
from rnndemo.reading.threads import in_kept_thread


def asked_by_a_new_thread() -> tuple[str, int, int]:
    """Return name, cores and number of the thread that did what a new thread asked for."""

    @in_kept_thread
    def who() -> tuple[str, int, int]:
        return threading.current_thread().name, torch.get_num_threads(), threading.get_ident()

    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(who).result()


def test_threads_come_and_go_and_the_reading_one_stays() -> None:
    found = {asked_by_a_new_thread() for _ in range(5)}
    assert all(name.startswith("reading") and cores == 1 for name, cores, _ in found)
    assert {number for *_, number in found} <= {one.ident for one in threading.enumerate()}


def test_what_goes_wrong_there_is_raised_here() -> None:
    @in_kept_thread
    def fail(message: str) -> None:
        raise InputError(message)

    with pytest.raises(InputError, match="no picture"):
        fail("no picture")


def test_what_runs_there_may_ask_again() -> None:
    @in_kept_thread
    def deeper(level: int) -> int:
        return level if level == 20 else deeper(level + 1)

    assert deeper(0) == 20
