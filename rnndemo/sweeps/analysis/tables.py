"""Tables of a study: Pareto front, importances, trials as CSV and JSON, learning curves."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import optuna

from rnndemo import codec
from rnndemo.errors import InputError
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import EVENTS
from rnndemo.sweeps import space_file
from rnndemo.sweeps.analysis.points import METRICS, Point
from rnndemo.sweeps.plan import TrialRecord, as_frozen, distributions
from rnndemo.sweeps.space import SearchSpace
from rnndemo.training.history import check
from rnndemo.trials.task import PRUNED

MIN_TRIALS = 8  # trials from which importances are estimated
TOP = 0.25  # the share of trials that count as good there: at least two
MAX_EVENT_BYTES = 64_000_000  # longer event files are not read
MAX_POINTS = 200  # of a learning curve


def pareto_front(points: Sequence[Point], cost: str, metric: str) -> list[int]:
    """Return the indices of the points that none of equal or lower cost beats, cheapest first.

    Parameters
    ----------
    cost, metric : str
        Keys of `METRICS`.
    """
    signs = [1 if METRICS[name].better == "low" else -1 for name in (cost, metric)]
    known = []
    for place, point in enumerate(points):
        price, value = point.mean(cost), point.mean(metric)
        if price is not None and value is not None:
            known.append((signs[0] * price, signs[1] * value, place))
    best, found = float("inf"), []
    for _, value, place in sorted(known):
        if value < best:
            best = value
            found.append(place)
    return found


def importances(trials: Sequence[TrialRecord], space: SearchSpace) -> dict[str, float] | None:
    """Return the importance of each setting for being among the best trials, as shares of 1.

    Optuna's PED-ANOVA (Watanabe et al. 2023, arXiv:2304.10255): how much the distribution of a
    setting differs between the best quarter of the trials and all. Failed trials count as an
    accuracy of 0; pruned ones are left out.

    Returns
    -------
    dict or None
        Field -> share, the largest first; None where fewer than eight trials have ended, nothing
        varies, or all trials are equally good.
    """
    described = distributions(space)
    ended = [
        trial for trial in trials
        if trial.ended and trial.state != PRUNED and described.keys() == trial.params.keys()
    ]  # fmt: skip
    frozen = [as_frozen(trial, described, ended=True) for trial in ended]
    if len(frozen) < MIN_TRIALS or not described or len({one.value for one in frozen}) < 2:
        return None
    # here, as it needs scikit-learn: 40 MB that a server without studies does not take
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    study = optuna.create_study(direction="maximize")
    study.add_trials(frozen)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = get_param_importances(
            study, evaluator=PedAnovaImportanceEvaluator(target_quantile=TOP)
        )
    return {path: float(share) for path, share in found.items()}


FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so, a spreadsheet computes


def _rows(trials: Sequence[TrialRecord], space: SearchSpace) -> list[dict[str, Any]]:
    return [as_json(space, trial) | {"config": _hash(space, trial)} for trial in trials]


def _hash(space: SearchSpace, trial: TrialRecord) -> str:
    try:
        return codec.config_hash(space.config(trial.params, trial.repeat))
    except InputError:  # no configuration: its values do not fit each other
        return ""


def to_csv(trials: Sequence[TrialRecord], space: SearchSpace) -> str:
    """Return all trials as CSV, one a line, with the names that ``sweep --json`` has.

    Each varied field has its own column; ``config`` is the hash of the configuration.
    """
    rows = [
        {"number": row.pop("number"), "state": row.pop("state"), **row.pop("params"), **row}
        for row in _rows(trials, space)
    ]
    names = dict.fromkeys(["number", "state", *space.varied, *chain(*rows)])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _no_formula(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue()


def _no_formula(cell: Any) -> Any:
    """Return a cell that a spreadsheet takes for text where it is one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def to_json(trials: Sequence[TrialRecord], space: SearchSpace) -> str:
    """Return the search space and all trials as JSON, with the names that ``sweep --json`` has."""
    content = {"space": space_file.to_json(space), "trials": _rows(trials, space)}
    return json.dumps(content, indent=1)


def learning_curve(folder: Path) -> list[tuple[float, float]]:
    """Return the learning curve of the run in `folder`, so far.

    Returns
    -------
    list of (float, float)
        Training images read and validation accuracy, at most `MAX_POINTS`; empty if the run has
        reported nothing, or more than `MAX_EVENT_BYTES`.
    """
    path = folder / EVENTS
    if not path.exists() or path.stat().st_size > MAX_EVENT_BYTES:
        return []
    steps: list[tuple[int, float]] = []
    batch = 0.0
    for event in EventReader(path).new():
        try:
            check(event)
        except (KeyError, ValueError):  # a damaged line
            continue
        kind = event["kind"]
        if kind == "steps" and event.get("step"):
            batch = event.get("images", 0) / event["step"]
        elif kind == "rewind":
            steps = [one for one in steps if one[0] <= event["step"]]
        elif event.get("validation_accuracy") is not None:
            steps.append((event["step"], event["validation_accuracy"]))
    every = max(1, -(-len(steps) // MAX_POINTS))
    thinned = steps[::-every][::-1]  # includes the newest
    return [(step * batch, accuracy) for step, accuracy in thinned]


def as_json(space: SearchSpace, trial: TrialRecord) -> dict[str, Any]:
    """Return a trial as ``sweep --json`` prints it."""
    result = trial.result
    content: dict[str, Any] = {
        "number": trial.number,
        "params": dict(trial.params),
        "seed": seed_of(space, trial),
        "state": trial.state,
    }
    for name in (
        "test_accuracy", "test_low", "test_high", "validation_accuracy", "seconds", "images",
        "parameters", "flops", "diverged",
    ):  # fmt: skip
        content[name] = getattr(result, name) if result else None
    return content | {"reason": result.reason if result else ""}


def seed_of(space: SearchSpace, trial: TrialRecord) -> int:
    """Return the seed of a trial: its space's, one more for each repeat."""
    return (space.base.seed + trial.repeat) % 2**31
