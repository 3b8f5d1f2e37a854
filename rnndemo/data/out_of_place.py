"""Pictures that show none of a network's classes, by kinds, to measure what it makes of them.

In research such pictures are called out of distribution. None was trained on: the drawings come
from another hand or another seed than those of `rnndemo.data.drawn.no_class`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.drawn import no_gestures
from rnndemo.data.drawn.gestures import as_seen, gesture
from rnndemo.data.drawn.glyphs import MARKS, strokes_of
from rnndemo.data.drawn.motion import any_hand, move
from rnndemo.data.drawn.no_digits import scribble
from rnndemo.data.frames.pen import SIZE
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.sets import DIGITS, GESTURES
from rnndemo.data.sources.downloads import SOURCES, load_source
from rnndemo.errors import N_
from rnndemo.storage.folders import data_folder

SEED = 4713
DRAWINGS, NOISY, FLAT = 400, 200, 64  # pictures of a kind
LETTERS = "AEFHKMNRTUVWX"  # capital letters that nobody writes for a digit
ALSO_DIGITS = ("circle",)  # a gesture that is drawn as a 0 is
SPARSEST = 0.02  # share of pixels that noise reaches at least

Draw = Callable[[np.random.Generator], Strokes]


@dataclass(frozen=True)
class OutOfPlace:
    """A kind of pictures that show no class of a network.

    Parameters
    ----------
    label : str
        What the pictures show, in the plural: an English message.
    suits : callable
        Classes of a network -> whether none of these pictures shows one of them.
    make : callable
        (classes, size ``(H, W)``) -> uint8 ``(N, H, W)``.
    """

    label: str
    suits: Callable[[Sequence[str]], bool]
    make: Callable[[Sequence[str], tuple[int, int]], np.ndarray]


def letter(rng: np.random.Generator) -> Strokes:
    """Return one of `LETTERS`, drawn by the hand that draws gestures."""
    return letter_drawing(LETTERS[rng.integers(len(LETTERS))], rng)


def letter_drawing(name: str, rng: np.random.Generator) -> Strokes:
    """Return a drawing of a letter or sign of `MARKS` in one of its forms.

    The readers of digits learnt the same letters from another hand, which bends their corners.
    """
    forms = [form for mark, form in MARKS.items() if mark.split("-")[0] == name]
    return move(strokes_of(forms[rng.integers(len(forms))]), any_hand(rng), rng)


def _letters(classes: Sequence[str], _size: tuple[int, int]) -> np.ndarray:
    return _drawn(no_gestures.letter if set(classes) & set(GESTURES) else letter)


def _scribbles(_classes: Sequence[str], _size: tuple[int, int]) -> np.ndarray:
    return _drawn(scribble)


def _gestures(classes: Sequence[str], _size: tuple[int, int]) -> np.ndarray:
    known = {*classes, *(ALSO_DIGITS if set(classes) & set(DIGITS) else ())}
    others = [name for name in GESTURES if name not in known]
    return _drawn(lambda rng: gesture(others[rng.integers(len(others))], rng))


def _digits(_classes: Sequence[str], _size: tuple[int, int]) -> np.ndarray:
    return _drawn(no_gestures.digit)


def _drawn(draw: Draw) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    return np.stack([as_seen(draw(rng), "ink", rng) for _ in range(DRAWINGS)])


def _noise(_classes: Sequence[str], size: tuple[int, int]) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    reached = rng.random((NOISY, *size)) < rng.uniform(SPARSEST, 1, (NOISY, 1, 1))
    return (reached * rng.integers(0, 256, (NOISY, *size))).astype(np.uint8)


def _flat(_classes: Sequence[str], size: tuple[int, int]) -> np.ndarray:
    levels = np.linspace(0, 255, FLAT).astype(np.uint8)
    return np.broadcast_to(levels[:, None, None], (FLAT, *size)).copy()


def _clothes(_classes: Sequence[str], _size: tuple[int, int]) -> np.ndarray:
    return load_source("fashion").test.images[:DRAWINGS].numpy()


def _has_letters(classes: Sequence[str]) -> bool:
    return any(len(name) == 1 and name.isalpha() for name in classes)


def _always(_classes: Sequence[str]) -> bool:
    return True


def _are_no_letters(classes: Sequence[str]) -> bool:
    return set(classes) >= set(GESTURES) or not _has_letters(classes)  # x and v are left out


def _are_no_digits(classes: Sequence[str]) -> bool:
    return not set(classes) & set(DIGITS) and _are_no_letters(classes)  # 0 and 1 are O and I


def _are_no_gestures(classes: Sequence[str]) -> bool:
    return not _has_letters(classes) and len(set(GESTURES) - set(classes)) > 1


def _are_no_clothes_and_here(classes: Sequence[str]) -> bool:
    there = (data_folder() / "fashion").is_dir()  # nothing is downloaded for this
    return there and not set(classes) & set(SOURCES["fashion"].classes)


# name -> kind, in the order in which people see them
KINDS = {
    "letters": OutOfPlace(N_("letters"), _are_no_letters, _letters),
    "scribbles": OutOfPlace(N_("scribbles"), _always, _scribbles),
    "gestures": OutOfPlace(N_("gestures"), _are_no_gestures, _gestures),
    "digits": OutOfPlace(N_("digits"), _are_no_digits, _digits),
    "clothes": OutOfPlace(N_("clothes"), _are_no_clothes_and_here, _clothes),
    "noise": OutOfPlace(N_("noise"), _always, _noise),
    "blank": OutOfPlace(N_("blank pictures"), _always, _flat),
}
OF_ANY_SIZE = ("noise", "blank")  # the others are drawn as a pen draws


def kinds_for(classes: Sequence[str], frame: str, size: tuple[int, int]) -> list[str]:
    """Return the kinds that show none of a network's classes, and that it can read.

    Parameters
    ----------
    frame : str
        Of what it reads; drawings suit "ink" alone.
    size : tuple of int
        Height and width of what it reads.
    """
    drawn = frame == "ink" and size == (SIZE, SIZE)
    return [
        name
        for name, kind in KINDS.items()
        if kind.suits(classes) and (drawn or name in OF_ANY_SIZE)
    ]


@lru_cache(maxsize=16)
def pictures(kind: str, classes: tuple[str, ...], size: tuple[int, int]) -> Tensor:
    """Return the pictures of a kind, a key of `KINDS`, uint8 ``(N, H, W)``."""
    return torch.from_numpy(KINDS[kind].make(classes, size))
