"""Digits and gestures in forms that a reader once misread: how many are right, form by form."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames.strokes import parse_strokes
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.sets import DIGITS
from rnndemo.evaluation.batch import probabilities_of
from rnndemo.models.store import Model

FOLDER = Path(__file__).parent.parent / "tests/other_forms"


@dataclass
class Score:
    """How many drawings there are, and how many of them are right, or wrong and accepted."""

    drawings: int = 0
    right: int = 0
    wrong_and_accepted: int = 0


def answers(model: Model, images: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the best class and whether it is rejected, for each picture."""
    sure, best = probabilities_of(model, images).max(1)
    return best.numpy(), (sure < model.card.reject_threshold).numpy()


def scores(model: Model) -> dict[str, Score]:
    """Return how a shipped reader of digits or gestures fares, by the name of the form."""
    file = FOLDER / ("digits.jsonl" if model.classes == DIGITS else "gestures.jsonl")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    frame = FRAMES[model.frame]
    seen = np.stack(
        [frame.from_strokes(parse_strokes(line["strokes"]), None).image for line in lines]
    )
    best, turned = answers(model, torch.from_numpy(as_bytes(seen)))
    result: dict[str, Score] = defaultdict(Score)
    for line, index, away in zip(lines, best.tolist(), turned.tolist(), strict=True):
        score = result[line["form"]]
        right = model.classes[index] == line["label"]
        score.drawings += 1
        score.right += right
        score.wrong_and_accepted += not right and not away
    return result


def print_forms(model: Model) -> None:
    """Print a model's scores: the sum, and the forms of which some are wrong."""
    table = scores(model)
    total = sum(score.drawings for score in table.values())
    right = sum(score.right for score in table.values())
    wrong = sum(score.wrong_and_accepted for score in table.values())
    print(f"  other forms: {right / total:.1%} right of {total}, {wrong} wrong and accepted")
    for form, score in table.items():
        if score.right < score.drawings:
            print(f"    {form}: {score.right} of {score.drawings} right")
