"""Whatever is changed in a file or message, its reader reads it or says why not in a sentence.

``python -m benchmarks fuzz`` does the same with thousands, each within limits of memory and time.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzzed import READERS, content_of, outcome_of

NUMBER = 12


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
