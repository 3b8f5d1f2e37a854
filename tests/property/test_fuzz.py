"""Whatever is changed in a file or message, its reader reads it or says why not in a sentence.

``python -m benchmarks fuzz`` does the same with thousands, each within limits of memory and time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.fuzzed import READERS, content_of, outcome_of

NUMBER = 6


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Networks this small are read faster by one thread, on a busy machine by far."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", READERS)
def test_reader_accepts_or_refuses(kind: str, tmp_path: Path) -> None:
    for number in range(NUMBER):
        folder = tmp_path / str(number)
        folder.mkdir()
        content = content_of(READERS[kind], random.Random(f"test/{kind}/{number}"))
        assert outcome_of(READERS[kind], content, folder) in ("accepted", "refused")


@pytest.mark.parametrize("kind", READERS)
def test_samples_are_read(kind: str, tmp_path: Path) -> None:
    for number, content in enumerate(READERS[kind].samples()):
        folder = tmp_path / str(number)
        folder.mkdir()
        READERS[kind].read(content, folder)
