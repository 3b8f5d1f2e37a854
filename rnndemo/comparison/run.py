"""Train and measure peers one after the other, and store each when it is finished.

All peers get the same three parts of the data: training, validation for choices, and a test part
that is used for nothing else. All networks have the same budget: epochs, batches and augmentation;
the learning rate of each was chosen on the validation part of the digits
(``python -m benchmarks compare --rates``).
"""

from __future__ import annotations

import datetime
import math
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from rnndemo.comparison.measure import evenly_spaced
from rnndemo.comparison.networks import ComparisonStopped
from rnndemo.comparison.peers import PEERS, with_timekeepers
from rnndemo.comparison.results import COMPARISON, Comparison, ComparisonSpec, Measured, load, save
from rnndemo.comparison.work import MAX_EPOCHS, Work
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.load import load as load_data
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError, check_number
from rnndemo.evaluation.cards import data_digest, machine_class
from rnndemo.storage.locks import held

LOCK = "comparing"
EPOCHS, SEEDS, BATCH = 5, 3, 128
MAX_SEEDS = 10
SMALL, SMALL_BATCH = 5000, 32  # fewer training pictures than this get smaller batches
MIN_SEEN, MAX_SMALL_EPOCHS = 100_000, 200  # pictures to read in all: few take more epochs
AUGMENTATION = {"ink": "affine", "photo": "photo"}


def prepare(
    spec: str, epochs: int | None = None, seeds: int = SEEDS, command: str = ""
) -> ComparisonSpec:
    """Return the specification of a comparison on a data set.

    Parameters
    ----------
    spec : str
        A data set, as `rnndemo.data.load.load` takes it.
    epochs : int, optional
        Of each network; by default `EPOCHS`, or more until `MIN_SEEN` pictures are read.
    seeds : int, default `SEEDS`
        Number of trainings of each network.
    command : str, default ""
        The command that repeats it.

    Raises
    ------
    InputError
        If the data cannot be read or are not pictures of several classes, or a number is out of
        range.
    """
    if epochs is not None:
        check_number("epochs", epochs, 1, MAX_EPOCHS, whole=True)
    check_number("seeds", seeds, 1, MAX_SEEDS, whole=True)
    data = load_data(spec)
    if data.frame not in AUGMENTATION or len(data.classes) < 2:
        raise InputError(
            "{data}: a comparison needs pictures of at least two classes.", data=data.name
        )
    n = len(data.train)
    if epochs is None:
        epochs = min(MAX_SMALL_EPOCHS, max(EPOCHS, math.ceil(MIN_SEEN / n)))
    return ComparisonSpec(
        spec, data.name, data_digest(data), data.classes, data.image_size, data.frame,
        n, len(data.validation), len(data.test), len(evenly_spaced(data.test.labels.numpy())),
        epochs, BATCH if n >= SMALL else SMALL_BATCH, AUGMENTATION[data.frame],
        tuple(range(seeds)), {kind: one.levels for kind, one in COMPARED.items()},
        command=command,
    )  # fmt: skip


def command_of(
    spec: str, names: Sequence[str], epochs: int | None, seeds: int, out: str = "compared"
) -> str:
    """Return the command line that makes a comparison."""
    words = ["python", "-m", "rnndemo", "compare", "--data", spec]
    if set(names) != set(PEERS):
        words += ["--peers", ",".join(names)]
    if epochs is not None:
        words += ["--epochs", str(epochs)]
    if seeds != SEEDS:
        words += ["--seeds", str(seeds)]
    return shlex.join([*words, "--out", f"./{out}" if out.startswith("-") else out])


def compare(
    folder: Path,
    about: ComparisonSpec,
    names: Sequence[str] = tuple(PEERS),
    on_peer: Callable[[Measured], None] = lambda measured: None,
    should_stop: Callable[[], bool] = lambda: False,
    on_training: Callable[[str, int], None] = lambda name, seed: None,
) -> Comparison:
    """Measure peers into `folder`, except those that are measured there.

    With more seeds than before, the networks there are trained with the missing ones.

    Parameters
    ----------
    about : ComparisonSpec
        From `prepare`.
    names : sequence of str
        Keys of `PEERS`. A peer whose training time another gets is added.
    on_peer : callable
        Called with each finished peer.
    should_stop : callable
        Called between training steps and between peers.
    on_training : callable
        Called with peer and seed when a training or a classical peer's fit begins.

    Returns
    -------
    Comparison
        Without the remaining peers, if it was stopped.

    Raises
    ------
    InputError
        If another process compares there, the comparison there has other data or another budget, or
        a peer cannot be trained.
    """
    _check_known(names)
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder / LOCK, lambda: _busy(folder)):
        data = load_data(about.data)
        comparison = _begun(folder, about, data)
        torch.set_num_threads(1)
        work = Work(folder, data, should_stop, on_training)
        for name in with_timekeepers(names):
            if should_stop():
                break
            if work.is_done(name, comparison):
                continue
            try:
                row, answers = work.measure(name, comparison)
            except ComparisonStopped:
                break
            comparison = _with_row(comparison, row, answers)
            save(folder, comparison)
            work.clear(name)
            on_peer(row)
    return comparison


def _check_known(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in PEERS]
    if unknown or not names:
        raise InputError(
            "There is no method {name!r}; choose one of {known}.",
            name=", ".join(unknown), known=", ".join(PEERS),
        )  # fmt: skip


def _begun(folder: Path, about: ComparisonSpec, data: DataSet) -> Comparison:
    """Return the comparison in `folder`, or an empty one."""
    if not (folder / COMPARISON).exists():
        kind = np.min_scalar_type(len(data.classes))
        return Comparison(about, (), data.test.labels.numpy().astype(kind), {})
    found = load(folder)
    if _question(found.about) != _question(about):
        raise InputError(
            "{folder} already contains a comparison on other data or with another budget; name "
            "another folder.",
            folder=str(folder),
        )
    seeds = max(found.about.seeds, about.seeds, key=len)
    return replace(found, about=replace(found.about, seeds=seeds, command=about.command))


def _question(about: ComparisonSpec) -> ComparisonSpec:
    return replace(about, machine="", date="", command="", data="", seeds=())


def _with_row(comparison: Comparison, row: Measured, answers: np.ndarray) -> Comparison:
    rows = {one.name: one for one in (*comparison.rows, row)}
    about = replace(
        comparison.about, machine=machine_class(),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
    )  # fmt: skip
    return replace(
        comparison, about=about, rows=tuple(rows[name] for name in PEERS if name in rows),
        answers={**comparison.answers, row.name: answers},
    )  # fmt: skip


def _busy(folder: Path) -> InputError:
    return InputError(
        "Another process is running a comparison in {folder}; wait until it ends, or stop it.",
        folder=str(folder),
    )
