"""A server gives back what only refers to itself."""

from __future__ import annotations

import gc
import weakref

from rnndemo.ui.server.memory import give_back


class Ring:
    def __init__(self) -> None:
        self.itself = self


def test_rings_of_objects_go() -> None:
    gc.disable()
    try:
        gone = weakref.ref(Ring())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()
