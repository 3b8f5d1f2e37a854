"""The command ``python -m rnndemo scenes``, and other commands where they are given such models."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rnndemo.data.files.scenes import GivenScene, read_scenes
from rnndemo.data.load import load
from rnndemo.data.scenes.files import write_scenes
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.errors import InputError, check_number, check_one_of
from rnndemo.evaluation.scene_files import file_scores
from rnndemo.models.scene_store import SceneModel
from rnndemo.reading.percent import sureness
from rnndemo.reading.scene_files import ScenePrediction, answers_to, predicted

MAX_NUMBER, MAX_SEED = 100_000, 2**63 - 1
GLYPHS = "digits"

Result = dict[str, Any]

# figure -> what it is called, and what is said beside it
FIGURES = {
    "mean_iou": ("mean IoU", "of the classes' pixels, without the ground"),
    "pixel_accuracy": ("pixel accuracy", "the ground counts too, and there is much of it"),
    "ap50": ("AP50", "boxes that overlap the true one by half"),
    "ap75": ("AP75", "by three quarters"),
    "exact_sequence": ("exact sequence", "numbers that are right from the first digit to the last"),
}


def scenes(given: argparse.Namespace) -> Result:
    """Write a folder of scenes made from MNIST's test digits, with annotations."""
    check_number("--number", given.number, 1, MAX_NUMBER, whole=True)
    check_number("--seed", given.seed, 0, MAX_SEED, whole=True)
    check_one_of("--kind", given.kind, tuple(SCENES))
    objects = write_scenes(given.out, load(GLYPHS), given.kind, given.number, given.seed)
    kind = SCENES[given.kind]
    if not given.json:
        print(
            f"{given.out}: {given.number:,} scenes of {kind.height} x {kind.width}, "
            f"{objects:,} digits"
        )
    return {
        "out": str(given.out), "n": given.number, "kind": given.kind, "seed": given.seed,
        "objects": objects, "image_size": [kind.height, kind.width],
    }  # fmt: skip


def predict(model: SceneModel, given: argparse.Namespace) -> Result:
    """Print what a model says of scenes; a file that cannot be read hides no other's."""
    parts: dict[str, list[GivenScene]] = {}
    problems: dict[str, InputError] = {}
    for path in dict.fromkeys(given.inputs):
        try:
            parts[path] = read_scenes(path, model.image_size, model.classes)
        except InputError as problem:
            problems[path] = problem
    if not parts:
        raise InputError("{problems}", problems=" ".join(map(str, problems.values())))
    found = [scene for path in given.inputs for scene in parts.get(path, [])]
    each = zip(found, answers_to(model, found) if found else [], strict=True)
    predictions = [predicted(model, scene, answer) for scene, answer in each]
    if not given.json:
        _print_predictions([scene.source for scene in found], predictions)
    result: Result = {"predictions": [asdict(one) for one in predictions]}
    if problems:
        result["errors"] = [
            {"input": path, "problem": str(problem)} for path, problem in problems.items()
        ]
    return result


def _print_predictions(sources: list[str], predictions: list[ScenePrediction]) -> None:
    width = max(map(len, sources), default=0)
    for source, one in zip(sources, predictions, strict=True):
        said = f"{one.number}  {sureness(one.probability):>8}" if one.number else "nothing is found"
        print(f"{source:<{width}}  {said}{'  doubtful' if one.doubtful and one.number else ''}")


def evaluate(model: SceneModel, given: argparse.Namespace) -> Result:
    """Measure a model on a folder of annotated scenes."""
    found = read_scenes(given.input, model.image_size, model.classes)
    if not found or any(scene.true is None for scene in found):
        raise InputError(
            "{file}: a model of scenes is measured on a folder of pictures with an "
            "annotations.json; the command scenes writes one.",
            file=Path(given.input).name,
        )
    figures = asdict(file_scores(answers_to(model, found), found, model.classes))
    if not given.json:
        print(f"{'scenes':<16}{figures['n']:>8,}")
        print_figures(figures)
    return figures


def print_figures(figures: Result) -> None:
    """Print what was measured, each figure with what it means."""
    for name, (title, text) in FIGURES.items():
        value = figures.get(name)
        shown = "unknown" if value is None else f"{value:.2%}"
        print(f"{title:<16}{shown:>8}  {text}")
