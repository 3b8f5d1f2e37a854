"""Train and measure the peers, one after the other; what is done is kept.

Every peer sees the same three parts of the data: training, validation for what has to be chosen,
and a test part that nothing before has seen. The networks have one budget: the same epochs, batches
and variation of pictures, and a learning rate each that was chosen on the validation part of the
digits (``python -m benchmarks compare --rates``).
"""

from __future__ import annotations

import datetime
import math
import shlex
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from rnndemo.comparison.answerers import Answerer, NetworkAnswerer
from rnndemo.comparison.classical import BUILDERS
from rnndemo.comparison.kept import save_classical
from rnndemo.comparison.measure import answers_of, every, interval, latency, robustness
from rnndemo.comparison.networks import Stopped, sized, trained
from rnndemo.comparison.peers import PEERS, Peer
from rnndemo.comparison.results import (
    COMPARISON,
    PEERS_FOLDER,
    About,
    Comparison,
    Measured,
    load,
    save,
)
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.sets import DataSet
from rnndemo.data.sets import load as load_data
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import data_digest, machine_class
from rnndemo.evaluation.corruptions import CORRUPTIONS
from rnndemo.files import locked
from rnndemo.models.costs import flops
from rnndemo.models.store import save_model, size_of

LOCK, RUNS = "comparing", "runs"
PATIENCE = 0.5  # seconds: who only looks whether the lock is held lets go of it at once
EPOCHS, SEEDS, BATCH = 5, 3, 128
MOST_EPOCHS, MOST_SEEDS = 1000, 10
SMALL, SMALL_BATCH = 5000, 32  # with fewer training pictures, smaller batches
SEEN, MOST_SMALL_EPOCHS = 100_000, 200  # pictures that a network sees at least, in more epochs
AUGMENTATION = {"ink": "affine", "photo": "photo"}


def prepare(spec: str, epochs: int | None = None, seeds: int = SEEDS, command: str = "") -> About:
    """Return what a comparison on a data set is about.

    Parameters
    ----------
    spec : str
        A data set, as `rnndemo.data.sets.load` takes it.
    epochs : int, optional
        Of each network; else `EPOCHS`, or of few pictures so many that `SEEN` are seen in all.
    seeds : int, default `SEEDS`
        Trainings of each network.
    command : str, default ""
        That makes it again.

    Raises
    ------
    InputError
        If the data cannot be read or are no pictures of several classes, or a number is out of
        range.
    """
    for name, value, most in (("epochs", epochs, MOST_EPOCHS), ("seeds", seeds, MOST_SEEDS)):
        if value is not None and not 1 <= value <= most:
            raise InputError(
                "{field} = {value!r}: a whole number from {low} to {high} is needed.",
                field=name, value=value, low=1, high=most,
            )  # fmt: skip
    data = load_data(spec)
    if data.frame not in AUGMENTATION or len(data.classes) < 2:
        raise InputError(
            "{data}: peers are compared on pictures of at least two classes.", data=data.name
        )
    n = len(data.train)
    if epochs is None:
        epochs = min(MOST_SMALL_EPOCHS, max(EPOCHS, math.ceil(SEEN / n)))
    return About(
        spec, data.name, data_digest(data), data.classes, data.image_size, data.frame,
        n, len(data.validation), len(data.test), len(every(data.test.labels.numpy())),
        epochs, BATCH if n >= SMALL else SMALL_BATCH, AUGMENTATION[data.frame],
        tuple(range(seeds)), {kind: one.levels for kind, one in CORRUPTIONS.items()},
        command=command,
    )  # fmt: skip


def command_of(
    spec: str, names: Sequence[str], epochs: int | None, seeds: int, out: str = "compared"
) -> str:
    """Return the command that makes a comparison."""
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
    about: About,
    names: Sequence[str] = tuple(PEERS),
    on_peer: Callable[[Measured], None] = lambda measured: None,
    should_stop: Callable[[], bool] = lambda: False,
    on_training: Callable[[str, int], None] = lambda name, seed: None,
) -> Comparison:
    """Measure peers into `folder`; those that are measured there already are kept.

    Parameters
    ----------
    folder : Path
    about : About
        From `prepare`.
    names : sequence of str
        Keys of `PEERS`. A peer by whose time another is measured comes along.
    on_peer : callable
        Hears of each peer that is done.
    should_stop : callable
        Asked between two steps of a training, and two peers.
    on_training : callable
        Hears of each training that begins, by peer and seed, and of each classical peer's fit.

    Returns
    -------
    Comparison
        Not of all peers, where it was stopped.

    Raises
    ------
    InputError
        If another process compares there, or other things were compared there, or a peer cannot be
        trained.
    """
    wanted = _with_others(names)
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder):
        data = load_data(about.data)
        comparison = _begun(folder, about, data)
        torch.set_num_threads(1)
        work = _Work(folder, data, should_stop, on_training)
        for name in wanted:
            if should_stop():
                break
            if comparison.row(name) is not None:
                continue
            try:
                row, answers = work.measure(name, comparison)
            except Stopped:
                break
            comparison = _with_row(comparison, row, answers)
            save(folder, comparison)
            work.clear(name)
            on_peer(row)
    return comparison


def _with_others(names: Sequence[str]) -> list[str]:
    """Return `names` and the peers whose time they need, in the order of the table."""
    unknown = [name for name in names if name not in PEERS]
    if unknown or not names:
        raise InputError(
            "There is no peer {name!r}; there are {known}.",
            name=", ".join(unknown), known=", ".join(PEERS),
        )  # fmt: skip
    wanted = {*names, *(PEERS[name].time_of for name in names)}
    return [name for name in PEERS if name in wanted]


def _begun(folder: Path, about: About, data: DataSet) -> Comparison:
    """Return the comparison that is there, or an empty one."""
    if not (folder / COMPARISON).exists():
        kind = np.min_scalar_type(len(data.classes))
        return Comparison(about, (), data.test.labels.numpy().astype(kind), {})
    found = load(folder)
    if _question(found.about) != _question(about):
        raise InputError(
            "{folder} holds a comparison of other data or by another budget; name another folder.",
            folder=str(folder),
        )
    return found


def _question(about: About) -> About:
    return replace(about, machine="", date="", command="", data="")


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


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    try:
        with locked(folder / LOCK, PATIENCE):
            yield
    except TimeoutError:
        raise InputError(
            "Another process compares in {folder}; wait until it has ended, or stop it.",
            folder=str(folder),
        ) from None


@dataclass(frozen=True)
class _Work:
    """What it takes to measure one peer."""

    folder: Path
    data: DataSet
    should_stop: Callable[[], bool]
    on_training: Callable[[str, int], None]

    def measure(self, name: str, comparison: Comparison) -> tuple[Measured, np.ndarray]:
        """Return what is measured of a peer, and its answers."""
        peer = PEERS[name]
        if isinstance(peer.model, ModelConfig):
            return self._network(name, peer, peer.model, comparison)
        return self._classical(name, peer, peer.model, comparison.about)

    def _network(
        self, name: str, peer: Peer, model: ModelConfig, comparison: Comparison
    ) -> tuple[Measured, np.ndarray]:
        about, seconds = comparison.about, 0.0
        if peer.time_of:
            other = comparison.row(peer.time_of)
            assert other is not None  # it comes before, and was measured or is there
            seconds = other.train_seconds
        config = config_of(peer, sized(model, about), about, seconds)
        models = []
        for seed in about.seeds:
            self.on_training(name, seed)
            run = self.folder / RUNS / f"{name}-{seed}"
            models.append(trained(run, replace(config, seed=seed), self.should_stop))
        first = replace(models[0], name=name)
        save_model(self.folder / PEERS_FOLDER / name, first)
        settings: dict[str, float | str] = {"lr": peer.lr}
        return self._measured(
            name, peer, NetworkAnswerer(first), about, settings,
            accuracies=[one.card.test_accuracy for one in models],
            seconds=statistics.fmean(one.card.train_seconds for one in models),
            sizes=(
                first.network.count_parameters(),
                flops(first.network, config.data.scan, about.image_size), size_of(first),
            ),
        )  # fmt: skip

    def _classical(
        self, name: str, peer: Peer, builder: str, about: About
    ) -> tuple[Measured, np.ndarray]:
        self.on_training(name, 0)
        start = time.perf_counter()
        one = BUILDERS[builder].fit(self.data)
        seconds = time.perf_counter() - start
        size = save_classical(self.folder / PEERS_FOLDER / name, builder, one)
        settings = {key: value for key, value in one.settings.items() if key != "temperature"}
        return self._measured(
            name, peer, one, about, settings, seconds=seconds,
            sizes=(one.numbers, one.flops, size),
        )  # fmt: skip

    def _measured(
        self, name: str, peer: Peer, answerer: Answerer, about: About,
        settings: Mapping[str, float | str], *, seconds: float, sizes: tuple[int, int, int],
        accuracies: Sequence[float] = (),
    ) -> tuple[Measured, np.ndarray]:  # fmt: skip
        images, labels = self.data.test.images.numpy(), self.data.test.labels.numpy()
        answers = answers_of(answerer, images)
        each = tuple(accuracies) or (float((answers == labels).mean()),)
        parameters, operations, size = sizes
        row = Measured(
            name, peer.title, peer.kind, each, *interval(each, len(labels)),
            parameters, operations, seconds, latency(answerer, images), size,
            robustness(answerer, every(images), every(labels), about.levels), settings,
        )  # fmt: skip
        return row, answers

    def clear(self, name: str) -> None:
        """Remove the runs of a peer that is done."""
        for run in (self.folder / RUNS).glob(f"{name}-[0-9]*"):
            shutil.rmtree(run, ignore_errors=True)


def config_of(peer: Peer, model: ModelConfig, about: About, seconds: float = 0.0) -> RunConfig:
    """Return what a peer is trained by; with `seconds`, for so long instead of the epochs."""
    return RunConfig(
        data=DataConfig(name=about.data, augmentation=about.augmentation),
        model=model,
        training=TrainingConfig(
            lr=peer.lr, batch_size=about.batch_size, seconds=seconds,
            epochs=MOST_EPOCHS if seconds else about.epochs, precision="auto",
        ),
    )  # fmt: skip
