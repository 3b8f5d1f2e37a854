"""Whole-number labels name a class where the classes are numerals, and else count them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnndemo.data.files.drawings import read_drawings
from tests.pictures import SEVEN

STROKES = SEVEN.tolist()


def labels_of(path: Path, labels: list[int], classes: tuple[str, ...]) -> tuple[str | None, ...]:
    """Write drawings with labels into a file, and return how they are read."""
    if path.suffix == ".npz":
        np.savez(path, images=np.zeros((len(labels), 28, 28), np.uint8), labels=np.array(labels))
    else:
        lines = [json.dumps({"label": label, "strokes": [STROKES]}) for label in labels]
        path.write_text("\n".join(lines))
    return read_drawings(path, classes=classes).labels or ()


@pytest.mark.parametrize("name", ["a.npz", "a.jsonl"])
@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (("cat", "dog"), ("-1", "cat", "dog", "2")),  # counted from 0; 2 and -1 are none of them
        (("-1", "0", "1"), ("-1", "0", "1", "2")),  # all are numerals, and so are names
        (("1", "0"), ("-1", "0", "1", "2")),
        (("-", "0"), ("-1", "-", "0", "2")),
        ((), ("-1", "0", "1", "2")),
    ],
)
def test_whole_numbers_are_read_alike_in_every_file(
    name: str, classes: tuple[str, ...], expected: tuple[str, ...], tmp_path: Path
) -> None:
    assert labels_of(tmp_path / name, [-1, 0, 1, 2], classes) == expected


def test_texts_are_names_even_if_they_are_numerals(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"label": "0", "strokes": [STROKES]}))
    assert read_drawings(path, classes=("cat", "dog")).labels == ("0",)
