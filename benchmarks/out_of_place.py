"""python -m benchmarks out_of_place [MODEL …] [--quick]: who accepts pictures of no class.

What each model (by default those that ship and read pictures of digits) turns away at its own
threshold: of the test pictures of its classes, and of each kind of pictures that show none, with
95 % intervals. The area under the ROC curve beside each kind is how often a picture of its classes
gets a higher certainty. The page Robustness shows the same of validation pictures, in its part Out
of place: there, a person may choose the threshold.
"""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.attacks import QUICK, cell
from benchmarks.timing import parser_of
from rnndemo.data.sets import DIGITS, ImageSet
from rnndemo.evaluation.roc import area, area_interval
from rnndemo.hardening.data import data_for
from rnndemo.hardening.out_of_place import ALL, separation
from rnndemo.models.store import Model, load_model, shipped_names


def print_rows(model: Model, test: ImageSet) -> None:
    """Print the lines of a model in the table."""
    found, threshold = separation(model, test), model.card.reject_threshold
    inside = found.inside.scores
    print(f"| `{model.name}` | its classes | {_below(inside < threshold)} | |")
    for kind in (*found.outside, ALL):
        outside = found.scores_of(kind)
        share = area(inside, outside)
        low, high = area_interval(share, len(inside), len(outside))
        turned = _below(outside < threshold)
        print(f"| `{model.name}` | {kind} | {turned} | {share:.3f} ({low:.3f} to {high:.3f}) |")


def _below(turned_away: np.ndarray) -> str:
    return cell(int(turned_away.sum()), len(turned_away))


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = parser_of("out_of_place")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    print("| model | pictures | turned away, % | area under the ROC curve |\n|---|---|---|---|")
    models = map(load_model, options.models or shipped_names())
    for model in models:
        if options.models or model.classes == DIGITS:
            test = data_for(model).test
            print_rows(model, test.take(torch.arange(QUICK)) if options.quick else test)
