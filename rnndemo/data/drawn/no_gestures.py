"""Drawings that are none of the sixteen gestures, made from a seed alone.

Letters, digits, signs, doodles and scribbles from templates, drawn by the same model of the hand as
the gestures (`rnndemo.data.drawn.motion`): only what is drawn differs, not how. What people also
draw for a gesture (V, X, W, O, 0, …) is left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnndemo.data.drawn.gestures import as_seen
from rnndemo.data.drawn.glyphs import DIGITS, MARKS, strokes_of
from rnndemo.data.drawn.motion import any_hand, move
from rnndemo.data.drawn.no_digits import scribble, shapes
from rnndemo.data.frames.strokes import Strokes

# marks that are gestures, or look like one
_TOO_NEAR = {
    "V", "X", "x", "M", "W", "w", "lambda", "tilde", "wave", "triangle", "rectangle", "square",
    "check", "check-flat", "caret", "zig-zag", "zig-zag-flat", "delete", "delete-side", "star",
    "star-fat", "pigtail", "pigtail-up", "loop-right", "spiral",
}  # fmt: skip
_CARETS = (["06 70 59"], ["07 60 49"], ["16 05 60 59"], ["26 17 60 49"])  # a 1 with a long flag
_TOO_NEAR_KINDS = ("arrow", "bracket", "brace")
_MARKS = [name for name in MARKS if name not in _TOO_NEAR and not name.startswith(_TOO_NEAR_KINDS)]

# letters that `rnndemo.data.drawn.glyphs` leaves out as they are digits too, and one-stroke forms
LETTERS: dict[str, list[str]] = {
    "B": ["00 09", "00 50 72 54 04 64 86 79 09"],
    "B-one": ["09 00 50 72 54 04 64 86 79 09"],
    "C": ["81 50 12 06 28 59 88"],
    "D": ["00 09 49 87 82 40 00"],
    "D-two": ["00 09", "00 40 72 77 49 09"],
    "E-one": ["80 30 12 34 64 34 06 29 79"],
    "G": ["81 50 12 06 28 59 88 85 55"],
    "H-one": ["00 09 04 84 80 89"],
    "I": ["40 49"],
    "I-serif": ["00 60", "30 39", "09 69"],
    "J": ["60 67 49 28 16"],
    "K-one": ["00 09 05 80 05 89"],
    "L": ["10 19 79"],
    "N": ["09 00 89 80"],
    "P": ["09 00 50 72 54 04"],
    "Q": ["50 20 03 06 29 59 86 83 50", "56 99"],
    "R-one": ["09 00 50 72 54 04 89"],
    "S": ["80 40 12 24 65 87 69 29 07"],
    "T": ["00 80", "40 49"],
    "Y": ["00 44", "80 44 49"],
    "Y-one": ["00 44 80 44 19"],
    "Z": ["00 80 09 89"],
    "Z-crossed": ["00 80 09 89", "24 64"],
    "a": ["74 43 15 28 58 76 74 79 89"],
    "b": ["00 09 05 43 75 78 49 07"],
    "d": ["75 44 16 19 49 77 70 79"],
    "e": ["15 85 73 42 13 06 29 59 88"],
    "f": ["71 50 32 39", "04 74"],
    "g": ["74 43 14 27 56 74 73 69 38 17"],
    "h": ["00 09 05 43 65 69"],
    "k": ["00 09", "63 06 69"],
    "m": ["03 09 05 23 45 49 45 63 85 89"],
    "n": ["03 09 05 43 65 69"],
    "p": ["02 09 04 32 65 37 06"],
    "q": ["74 43 14 27 56 74 72 79"],
    "r": ["03 09 05 33 64"],
    "t": ["40 47 59 78", "13 73"],
    "y": ["03 46", "83 29"],
    "z": ["03 73 09 79"],
}


def letter(rng: np.random.Generator) -> Strokes:
    """Return a letter that is no gesture."""
    return _moved(LETTERS[rng.choice(list(LETTERS))], rng)


def digit(rng: np.random.Generator) -> Strokes:
    """Return a digit from 1 to 9; a 0 would be a circle."""
    forms = [form for form in DIGITS[str(rng.integers(1, 10))] if form not in _CARETS]
    return _moved(forms[rng.integers(len(forms))], rng)


def mark(rng: np.random.Generator) -> Strokes:
    """Return a letter, sign or little drawing from our marks."""
    return _moved(MARKS[rng.choice(_MARKS)], rng)


def pair(rng: np.random.Generator) -> Strokes:
    """Return a letter and a letter or digit over or beside each other."""
    second = letter(rng) if rng.random() < 0.5 else digit(rng)
    scale, place = rng.uniform(0.4, 1.0), rng.uniform(-0.6, 1.3, 2)
    return letter(rng) + [stroke * scale + place for stroke in second]


def corners(rng: np.random.Generator) -> Strokes:
    """Return a line with six to ten random corners."""
    return move([rng.uniform(0, 1, (rng.integers(6, 11), 2))], any_hand(rng), rng)


def _moved(template: list[str], rng: np.random.Generator) -> Strokes:
    smooth = bool(rng.random() < 0.6)
    return move(strokes_of(template), any_hand(rng, smooth=smooth), rng)


# function that draws -> its share
KINDS: dict[Callable[[np.random.Generator], Strokes], float] = {
    letter: 0.28,
    digit: 0.24,
    mark: 0.16,
    scribble: 0.18,
    shapes: 0.05,
    corners: 0.05,
    pair: 0.04,
}


def no_gesture(rng: np.random.Generator) -> Strokes:
    """Return one drawing that is no gesture."""
    makers = list(KINDS)
    return makers[rng.choice(len(makers), p=list(KINDS.values()))](rng)


def pool(frame: str, count: int, seed: int) -> np.ndarray:
    """Return `count` drawings as a network of `frame` sees them, uint8 ``(count, H, W)``."""
    rng = np.random.default_rng(seed)
    return np.stack([as_seen(no_gesture(rng), frame, rng) for _ in range(count)])
