"""Each benchmark of the table can be started."""

from __future__ import annotations

from importlib import import_module

import pytest

from benchmarks.__main__ import BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_has_its_module(name: str) -> None:
    assert callable(import_module(BENCHMARKS[name]).main)
