from __future__ import annotations

from pathlib import Path

import pytest
import torch

from rnndemo.data import out_of_place
from rnndemo.data.out_of_place import KINDS, kinds_for, pictures
from rnndemo.data.sets import DIGITS, GESTURES
from rnndemo.data.sources.downloads import SOURCES
from rnndemo.storage.folders import FOLDER_VARIABLE

CLOTHES = SOURCES["fashion"].classes
INK = ("ink", (28, 28))


@pytest.fixture(autouse=True)
def _no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))


@pytest.mark.parametrize(
    ("classes", "kinds"),
    [
        (DIGITS, ["letters", "scribbles", "gestures", "noise", "blank"]),
        (GESTURES, ["letters", "scribbles", "digits", "noise", "blank"]),
        (tuple("ABC"), ["scribbles", "noise", "blank"]),
        (("roof", "star"), ["letters", "scribbles", "gestures", "digits", "noise", "blank"]),
    ],
)
def test_no_kind_shows_a_class(classes: tuple[str, ...], kinds: list[str]) -> None:
    assert kinds_for(classes, *INK) == kinds


def test_photographs_and_other_sizes_get_no_drawings() -> None:
    assert kinds_for(("cat", "dog"), "photo", (64, 64)) == ["noise", "blank"]
    assert pictures("noise", ("cat", "dog"), (64, 64)).shape[1:] == (64, 64)
    assert kinds_for(DIGITS, "ink", (12, 12)) == ["noise", "blank"]


def test_clothes_are_shown_only_where_they_are(tmp_path: Path) -> None:
    assert "clothes" not in kinds_for(DIGITS, *INK)
    (tmp_path / "fashion").mkdir()
    assert "clothes" in kinds_for(DIGITS, *INK)
    assert "clothes" not in kinds_for(CLOTHES, *INK)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"clothes"}))
def test_pictures_are_the_same_for_everyone(kind: str) -> None:
    first = pictures(kind, DIGITS, (28, 28))
    pictures.cache_clear()
    again = pictures(kind, DIGITS, (28, 28))
    assert torch.equal(first, again)
    assert first.dtype == torch.uint8
    assert len(first.flatten(1).unique(dim=0)) > len(first) / 2


def test_a_circle_is_drawn_for_no_reader_of_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = set()

    def drawn(label, rng):
        asked.add(label)
        return [rng.random((5, 2))]

    monkeypatch.setattr(out_of_place, "gesture", drawn)
    KINDS["gestures"].make(DIGITS, (28, 28))
    assert asked == set(GESTURES) - {"circle"}
    asked.clear()
    KINDS["gestures"].make(("roof", "star"), (28, 28))
    assert asked == set(GESTURES) - {"star"}
