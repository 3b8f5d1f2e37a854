"""What is loaded is kept, and threads that ask for the same at once load it once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rnndemo.data import load as loading
from rnndemo.data.load import SOURCES
from rnndemo.data.once import loaded_once
from rnndemo.errors import InputError

PATIENCE = 30.0  # seconds


def test_threads_that_ask_for_the_same_load_it_once_and_others_need_not_wait() -> None:
    loads: list[str] = []
    begun, goes_on = threading.Event(), threading.Event()

    @loaded_once(2)
    def load(name: str) -> list[str]:
        loads.append(name)
        if name == "slow":
            begun.set()
            assert goes_on.wait(PATIENCE)
        return [name]

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(load, "slow") for _ in range(2)]
        assert begun.wait(PATIENCE)
        assert pool.submit(load, "quick").result(PATIENCE) == ["quick"]
        goes_on.set()
        first, second = (one.result(PATIENCE) for one in asked)
    assert first is second
    assert sorted(loads) == ["quick", "slow"]


def test_what_could_not_be_loaded_is_tried_again() -> None:
    tries: list[str] = []

    @loaded_once(2)
    def load(name: str) -> str:
        tries.append(name)
        if len(tries) == 1:
            raise InputError("Not now.")
        return name

    with pytest.raises(InputError, match="Not now"):
        load("a")
    assert [load("a"), load("a")] == ["a", "a"]
    assert len(tries) == 2


def test_all_registered_sets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[str] = []
    fresh = loaded_once(len(SOURCES))(loading._registered.__wrapped__)  # type: ignore[attr-defined]
    monkeypatch.setattr(loading, "_registered", fresh)
    for name in SOURCES:
        monkeypatch.setitem(SOURCES, name, lambda name=name: loads.append(name) or FakeData(name))
    for _ in range(2):
        assert [loading.load(name).name for name in SOURCES] == list(SOURCES)
    assert loads == list(SOURCES)


class FakeData:
    """Data with nothing but a name."""

    frame = "ink"

    def __init__(self, name: str) -> None:
        self.name = name
