"""python -m benchmarks gestures [--quick] [--people FOLDER]: accuracy, rejections.

Of the gesture readers: accuracy on the generated test part, on gestures in forms that were once
misread (``tests/other_forms``), and on gestures that people drew (``gestures-dev.jsonl.gz`` in
FOLDER); rejections of digits that people drew (``digits-dev.jsonl.gz``; also without 0, which is a
circle), and of generated letters, digits, signs and scribbles from a seed that no training used.
Without FOLDER, people's drawings are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks.forms import answers, print_forms
from benchmarks.timing import parser_of
from rnndemo.data.drawn.gestures import CLASSES, as_seen
from rnndemo.data.drawn.no_digits import scribble
from rnndemo.data.drawn.no_gestures import digit, letter, mark
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.load import data_of
from rnndemo.models.store import Model, load_model, shipped_names

DRAWN, QUICK_DRAWN, SEED = 1000, 50, 4711
NO_GESTURES: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "letters": letter, "drawn digits": digit, "signs": mark, "scribbles": scribble,
}  # fmt: skip


def no_gestures(model: Model, draw: Callable[[np.random.Generator], Strokes], count: int) -> Tensor:
    """Return `count` drawings that are no gestures, as input of `model`."""
    rng = np.random.default_rng(SEED)
    return torch.from_numpy(np.stack([as_seen(draw(rng), model.frame, rng) for _ in range(count)]))


def print_people(model: Model, folder: Path) -> None:
    """Print a model's results on people's drawings."""
    given = read_drawings(folder / "gestures-dev.jsonl.gz", model.frame)
    best, turned = answers(model, given.images)
    truth = np.array([CLASSES.index(str(label)) for label in given.labels or ()])
    print(f"  people's gestures: {(best == truth).mean():.2%} right, "
          f"{1 - turned.mean():.2%} accepted, of {len(truth)}")  # fmt: skip
    digits = read_drawings(folder / "digits-dev.jsonl.gz", model.frame)
    _, turned = answers(model, digits.images)
    zero = np.array(digits.labels) == "0"
    print(
        f"  people's digits: {turned.mean():.2%} turned away, without 0 {turned[~zero].mean():.2%}"
    )


def main(arguments: list[str]) -> None:
    """Print one table a model."""
    parser = parser_of("gestures")
    parser.add_argument("--people", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    for name in shipped_names():
        model = load_model(name)
        if model.classes != CLASSES:
            continue
        test = data_of(model.config).test
        if options.quick:
            test = test.take(torch.arange(QUICK_DRAWN))
        best, turned = answers(model, test.images)
        right = (best == test.labels.numpy()).mean()
        print(f"{name}\n  drawn test part: {right:.2%} right, {1 - turned.mean():.2%} accepted")
        print_forms(model)
        if options.people:
            print_people(model, options.people)
        for title, draw in NO_GESTURES.items():
            _, turned = answers(
                model, no_gestures(model, draw, QUICK_DRAWN if options.quick else DRAWN)
            )
            print(f"  {title}: {turned.mean():.2%} turned away")
