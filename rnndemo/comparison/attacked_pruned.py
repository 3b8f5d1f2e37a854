"""Does pruning help against attacks? The LSTM of a comparison, whole and pruned, under one budget.

Each of its trainings loses half of its hidden units, or nine tenths of its weights, and is then
retrained for some epochs. What the whole networks withstand was measured already (`attacked.py`),
on the same pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rnndemo.comparison.attacked import (
    PRUNED,
    TRIED,
    AttackedPeer,
    AttackedPeers,
    attacked_row,
    case,
    load_attacked,
    save_attacked,
    today,
    trainings,
)
from rnndemo.comparison.networks import trained
from rnndemo.comparison.results import load
from rnndemo.comparison.work import RUNS
from rnndemo.data.load import load as load_data
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import machine_class
from rnndemo.hardening.pruning.prune import Pruned, without_units, without_weights
from rnndemo.models.store import Model
from rnndemo.training.starts.pruned import EPOCHS, retraining

FILE = "attacked_pruned.json"
NETWORK, ATTACK, EPSILON = "lstm", "pgd", 0.05
UNITS, WEIGHTS = PRUNED

# what is left of a network -> function from a model and its data
WAYS: dict[str, Callable[[Model, DataSet], Pruned]] = {
    UNITS: lambda model, data: without_units(model, data.validation, 0.5),
    WEIGHTS: lambda model, data: without_weights(model, 0.9),
}


def attack_pruned(
    folder: Path,
    compared: Path,
    seeds: Sequence[int] | None = None,
    n: int | None = None,
    epochs: int = EPOCHS,
    command: str = "",
    on_row: Callable[[AttackedPeer], None] = lambda row: None,
) -> AttackedPeers:
    """Prune, retrain and attack the LSTM of a comparison; write what remains right into `folder`.

    Parameters
    ----------
    folder : Path
        Gets the trainings, and the file `FILE`. It may be that of
        `rnndemo.comparison.attacked.attack_peers`, whose trainings are taken then.
    compared : Path
        Of a comparison, with the figures of its attacked networks.
    seeds, n : optional
        Trainings, and evenly spaced test pictures: as many as the whole networks were measured
        with, which are only in the figures if these are the same.
    epochs : int
        Of retraining.
    """
    about, whole = load(compared).about, load_attacked(compared)
    data = load_data(about.data)
    seeds, count = tuple(seeds or whole.seeds), n or whole.n
    same = (seeds, count) == (whole.seeds, whole.n)
    cases = {case(attack, EPSILON) for attack in TRIED}
    row = whole.row(NETWORK)
    known = {name: counts for name, counts in row.withstood.items() if name in cases}
    found = replace(
        whole, n=count, seeds=seeds, epsilons=(EPSILON,), command=command,
        machine=machine_class(), date=today(),
        rows=(replace(row, withstood=known),) if same else (),
    )  # fmt: skip
    test = data.test.evenly(count)
    for name in WAYS:
        models = _retrained(
            folder, trainings(folder, compared, about, NETWORK, seeds, data), name, seeds, data,
            epochs,
        )  # fmt: skip
        row = attacked_row(name, models, test, (EPSILON,))
        found = replace(found, rows=(*found.rows, row))
        on_row(row)
    save_attacked(folder, found, FILE)
    return found


def _retrained(
    folder: Path,
    models: Iterator[Model],
    way: str,
    seeds: Sequence[int],
    data: DataSet,
    epochs: int,
) -> Iterator[Model]:
    """Yield each model pruned and retrained; what is trained already is taken as it is."""
    for seed, model in zip(seeds, models, strict=True):
        config, start = retraining(WAYS[way](model, data), epochs)
        run = folder / RUNS / f"{way}-{seed}"
        yield trained(run, config, data, lambda: False, start)
