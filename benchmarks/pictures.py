"""python -m benchmarks pictures [--quick] [--people FOLDER] [--number N]: all kinds of pictures.

How many of N digits a reader gets right that are photographed, scanned or typed in each way of
`benchmarks.scenery`; drawn by people (``digits-dev.jsonl.gz`` in FOLDER) or, without it, by a
program. Before them, how many of MNIST's test digits come through unchanged, bit by bit.
"""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.scenery import KINDS
from benchmarks.timing import parser_of
from rnndemo.data.drawn.digits import wobble
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.files.pictures import EIGHT_BIT, as_bytes
from rnndemo.data.frames.ink import from_picture
from rnndemo.data.frames.strokes import Strokes, parse_strokes
from rnndemo.data.load import load
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import probabilities_of
from rnndemo.models.store import Model, load_model
from rnndemo.presets import DEFAULT_MODEL

Labelled = tuple[str, Strokes]
QUICK_DIGITS, QUICK_NUMBER = 100, 5


def drawn_by_people(folder: Path, number: int) -> list[Labelled]:
    """Return drawings from ``digits-dev.jsonl.gz``, evenly chosen."""
    with gzip.open(folder / "digits-dev.jsonl.gz") as file:
        lines = [json.loads(line) for line in file]
    chosen = lines[:: max(1, len(lines) // number)][:number]
    return [(line["label"], parse_strokes(line["strokes"])) for line in chosen]


def drawn_by_program(number: int) -> list[Labelled]:
    """Return digits that a program draws."""
    rng = np.random.default_rng(0)
    labels = [str(k % len(DIGITS)) for k in range(number)]
    return [(label, wobble(strokes_of(DIGITS[label][0]), rng, label != "1")) for label in labels]


def print_kind(model: Model, name: str, drawings: list[Labelled], seed: int) -> None:
    """Print how a model reads the drawings in one kind of picture."""
    rng = np.random.default_rng(seed)
    pictures = [KINDS[name](strokes, rng).astype(np.float32) for _, strokes in drawings]
    seen = np.zeros((len(pictures), *model.image_size), np.float32)
    start = time.process_time()
    for number, picture in enumerate(pictures):
        try:
            seen[number] = from_picture(picture).image
        except InputError:
            continue  # nothing is found: it stays black
    took = 1000 * (time.process_time() - start) / len(pictures)
    sure, best = probabilities_of(model, torch.from_numpy(as_bytes(seen))).max(1)
    found = seen.any((1, 2))
    labels = np.array([model.classes.index(label) for label, _ in drawings])
    right = found & (best.numpy() == labels)
    accepted = found & (sure >= model.card.reject_threshold).numpy()
    print(
        f"  {name:30} {right.mean():7.1%} right  {(right & accepted).mean():7.1%} and accepted"
        f"  {(accepted & ~right).mean():6.1%} wrong and accepted  {took:4.0f} ms",
        flush=True,
    )


def unchanged(count: int | None) -> float:
    """Return the share of MNIST's first `count` test digits that come through as they are."""
    images = load("digits").test.images[:count].numpy()
    same = [
        np.array_equal(as_bytes(from_picture(image.astype(np.float32) / EIGHT_BIT).image), image)
        for image in images
    ]
    return float(np.mean(same))


def main(arguments: list[str]) -> None:
    """Print one line a kind."""
    parser = parser_of("pictures")
    parser.add_argument("--people", type=Path, metavar="FOLDER")
    parser.add_argument("--number", type=int, default=100, metavar="N")
    options = parser.parse_args(arguments)
    same = unchanged(QUICK_DIGITS if options.quick else None)
    print(f"  MNIST test digits unchanged, bit by bit: {same:.2%}")
    number = QUICK_NUMBER if options.quick else options.number
    if options.people:
        drawings = drawn_by_people(options.people, number)
    else:
        drawings = drawn_by_program(number)
    model = load_model(DEFAULT_MODEL)
    for seed, name in enumerate(KINDS):
        print_kind(model, name, drawings, seed)
