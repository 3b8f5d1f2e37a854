"""python -m benchmarks scenes [MODEL …] [--kinds KIND …] [--drawings FILE] [--quick].

Networks for scenes, given by names or folders: masks, boxes and numbers of 2,000 scenes of the kind
that each has learnt, made of test digits, or of other KINDS. *Classes* and *box IoU* are of the box
that fits a true one best: the share whose class is right, and the mean intersection over union; a
digit without a box counts as wrong and as 0. Boxes of whole pictures are rounded to whole pixels,
where their sides always are. Of scenes of digits that people drew, in FILE (as
``digits-dev.jsonl.gz``), 1,000 of the default kind. Of MultiMNIST also the share of scenes where
the two likeliest classes are not those of both digits, beside the 5.2 % of capsules (Sabour et al.
2017). Of two digits on 64 × 64 also the scores of the course that made them, see `two_digits`, and
the errors by how much the digits' boxes share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torchvision.ops import box_iou

from benchmarks import two_digits
from benchmarks.timing import parser_of
from rnndemo.config import SCENES as KINDS
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.load import load
from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.data import TEST_SEED, TESTED
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.scenes.scene import Scenes
from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.scenes import scores, truth
from rnndemo.models.scene_answers import SceneAnswer, answers
from rnndemo.models.scene_store import SceneModel, load_scene_model, shipped_scene_names

DRAWN, QUICK = 1_000, 20
CAPSULES = 0.052  # error on MultiMNIST
PILED = "multi"  # the kind whose digits lie on top of each other
PAIRS = ("two-digits", "two-greys")
HEAD = (
    "model", "scenes", "mean IoU", "pixel accuracy", "AP50", "AP75", "exact sequence", "95 %",
    "classes", "box IoU",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """Scenes that a model is tried on.

    Parameters
    ----------
    title : str
        What is in them.
    kind : str
        Their kind.
    """

    title: str
    scenes: Scenes
    kind: str


def trials(
    model: SceneModel, kinds: Sequence[str], drawings: Path | None, quick: bool
) -> Iterator[Trial]:
    """Yield what `model` is tried on."""
    test = load(model.config.scenes.glyphs).test
    for name in kinds or [model.config.scenes.kind]:
        scenes = made(name, test, QUICK if quick else TESTED)
        yield Trial(name, scenes, name)
    if drawings:
        count = QUICK if quick else DRAWN
        people = drawn(drawings, model.classes)
        title = f"default, of {len(people)} digits by people"
        yield Trial(title, made("default", people, count), "default")


def made(kind: str, glyphs: ImageSet, count: int) -> Scenes:
    """Return scenes that are the same for everyone."""
    return Composer(SCENES[kind], glyphs).scenes(count, torch.Generator().manual_seed(TEST_SEED))


def drawn(path: Path, classes: Sequence[str]) -> ImageSet:
    """Return the drawings in a file as scenes are made of them."""
    given = read_drawings(path, "ink")
    labels = given.labels or ()
    known = [
        place for place, label in enumerate(labels) if label in classes and not given.blank[place]
    ]
    numbers = torch.tensor([classes.index(str(labels[place])) for place in known])
    return ImageSet(given.images[known], numbers)


def best_fits(found: Sequence[SceneAnswer], scenes: Scenes, score: float) -> tuple[float, float]:
    """Return the share of digits whose best box has the right class, and its mean overlap."""
    right, overlaps = [], []
    for answer, true in zip(found, truth(scenes), strict=True):
        shown = answer.found.above(score)
        if not len(shown):
            right.append(torch.zeros(len(true)))
            overlaps.append(torch.zeros(len(true)))
            continue
        overlap, place = box_iou(true.boxes, shown.boxes).max(1)
        right.append(((shown.labels[place] == true.labels) & (overlap > 0)).float())
        overlaps.append(overlap)
    return torch.cat(right).mean().item(), torch.cat(overlaps).mean().item()


def piled_error(model: SceneModel, scenes: Scenes) -> float:
    """Return the share of scenes of two digits where the two likeliest classes are not theirs."""
    wrong = 0
    for answer, number in zip(
        answers(model.network, scenes.images, overlap=1.0), scenes.numbers(), strict=True
    ):
        likeliest: list[int] = []
        for label in answer.found.labels[answer.found.scores.argsort(descending=True)].tolist():
            if label not in likeliest:
                likeliest.append(label)
        wrong += set(likeliest[:2]) != set(number)
    return wrong / len(scenes)


def answered(model: SceneModel, trial: Trial) -> list[SceneAnswer]:
    """Return what `model` says of the scenes."""
    kind = SCENES[trial.kind]
    found = answers(model.network, trial.scenes.images, kind.same_digit)
    if kind.framed:
        found = [replace(one, found=one.found.on_pixels()) for one in found]
    return found


def row(model: SceneModel, trial: Trial, found: Sequence[SceneAnswer]) -> str:
    """Return the line of a table."""
    tested = scores(found, trial.scenes, len(model.classes))
    classes, overlap = best_fits(found, trial.scenes, model.card.reject_threshold)
    low, high = tested.interval
    figures = (
        f"`{model.name}`", f"{trial.title} ({tested.n:,})", f"{tested.mean_iou:.3f}",
        f"{tested.pixel_accuracy:.2%}", f"{tested.ap50:.3f}", f"{tested.ap75:.3f}",
        f"{tested.exact_sequence:.1%}", f"{low:.1%} to {high:.1%}", f"{classes:.1%}",
        f"{overlap:.3f}",
    )  # fmt: skip
    return line(figures)


def line(cells: Sequence[str]) -> str:
    """Return cells as a line of a table."""
    return "| " + " | ".join(cells) + " |"


def notes_of(model: SceneModel, trial: Trial, found: Sequence[SceneAnswer]) -> list[str]:
    """Return what is said of a kind of scenes below the table."""
    if trial.kind == PILED:
        error = piled_error(model, trial.scenes)
        return [f"`{model.name}`, MultiMNIST: {error:.1%} of pairs wrong; capsules {CAPSULES:.1%}"]
    if trial.kind in PAIRS:
        right, overlap = (part.mean() for part in two_digits.course_scores(found, trial.scenes))
        middles = two_digits.right_at_middles(model.network, trial.scenes).mean()
        return [
            f"`{model.name}`, {trial.kind}, as the course scores: {right:.1%} of the classes, box "
            f"IoU {overlap:.3f}; at the places of their middles {middles:.1%} of the classes",
            *(line(cells) for cells in two_digits.by_overlap(found, trial.scenes)),
        ]
    return []


def main(arguments: list[str]) -> None:
    """Print one table, and the error on MultiMNIST below it."""
    parser = parser_of("scenes")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=[])
    parser.add_argument("--drawings", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    print(line(HEAD))
    print("|" + "---|" * len(HEAD))
    notes = list[str]()
    for name in options.models or shipped_scene_names():
        model = load_scene_model(name)
        for trial in trials(model, options.kinds, options.drawings, options.quick):
            found = answered(model, trial)
            print(row(model, trial, found), flush=True)
            notes += notes_of(model, trial, found)
    print("", *notes, sep="\n")
