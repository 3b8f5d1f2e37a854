"""Train or fit a peer, store it, and measure it."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.comparison.answerers import Answerer, NetworkAnswerer, data_of
from rnndemo.comparison.classical.files import save_classical
from rnndemo.comparison.classical.kinds import CLASSICAL
from rnndemo.comparison.measure import (
    ROBUSTNESS_SIZE,
    answers_of,
    evenly_spaced,
    interval,
    latency,
    robustness,
)
from rnndemo.comparison.networks import sized, trained
from rnndemo.comparison.peers import PEERS, Peer
from rnndemo.comparison.results import PEERS_FOLDER, Comparison, ComparisonSpec, Measured
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.models.costs import flops
from rnndemo.models.store import Model, save_model, size_of

RUNS = "runs"
MAX_EPOCHS = 1000
OWN_ROBUSTNESS_SIZE = 500  # test pictures for the robustness of an own run: it takes seconds


@dataclass(frozen=True)
class Work:
    """Train and measure the peers of one comparison.

    Parameters
    ----------
    folder : Path
        Of the comparison.
    should_stop : callable
        Called between training steps.
    on_training : callable
        Called with peer and seed when a training begins.
    """

    folder: Path
    data: DataSet
    should_stop: Callable[[], bool]
    on_training: Callable[[str, int], None]

    def is_done(self, name: str, comparison: Comparison) -> bool:
        """Return whether a peer is fully measured."""
        row = comparison.row(name)
        if row is None:
            return False
        return row.kind == "classical" or len(row.accuracies) >= len(comparison.about.seeds)

    def measure(self, name: str, comparison: Comparison) -> tuple[Measured, np.ndarray]:
        """Train and measure a peer; return its measurements and its answers ``(test_size,)``."""
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
            assert other is not None  # it comes before this one in the table
            seconds = other.train_seconds
        config = config_of(peer, sized(model, about), about, seconds)
        before = comparison.row(name)
        models = []
        for seed in about.seeds[len(before.accuracies) if before else 0 :]:
            self.on_training(name, seed)
            run = self.folder / RUNS / f"{name}-{seed}"
            models.append(trained(run, replace(config, seed=seed), self.data, self.should_stop))
        accuracies = [one.card.test_accuracy for one in models]
        took = [one.card.train_seconds for one in models]
        if before is not None:
            return self._longer(before, accuracies, took), comparison.answers[name]
        first = replace(models[0], name=name)
        save_model(self.folder / PEERS_FOLDER / name, first)
        return _measured(
            NetworkAnswerer(first), self.data, about, accuracies=accuracies,
            name=name, title=peer.title, kind=peer.kind, train_seconds=statistics.fmean(took),
            settings={"lr": peer.lr}, **_sizes(first),
        )  # fmt: skip

    def _longer(
        self, before: Measured, accuracies: Sequence[float], took: Sequence[float]
    ) -> Measured:
        """Return a row with further seeds."""
        each = (*before.accuracies, *accuracies)
        mean, low, high = interval(each, len(self.data.test))
        seconds = before.train_seconds * len(before.accuracies) + sum(took)
        return replace(
            before, accuracies=each, accuracy=mean, low=low, high=high,
            train_seconds=seconds / len(each),
        )  # fmt: skip

    def _classical(
        self, name: str, peer: Peer, builder: str, about: ComparisonSpec
    ) -> tuple[Measured, np.ndarray]:
        self.on_training(name, 0)
        start = time.process_time()
        one = CLASSICAL[builder].fit(self.data)
        seconds = time.process_time() - start
        size = save_classical(self.folder / PEERS_FOLDER / name, builder, one)
        settings = {key: value for key, value in one.settings.items() if key != "temperature"}
        return _measured(
            one, self.data, about, name=name, title=peer.title, kind=peer.kind,
            train_seconds=seconds, settings=settings,
            parameters=one.numbers, flops=one.flops, bytes=size,
        )  # fmt: skip

    def clear(self, name: str) -> None:
        """Delete the runs of a finished peer."""
        for run in (self.folder / RUNS).glob(f"{name}-[0-9]*"):
            shutil.rmtree(run, ignore_errors=True)


def config_of(
    peer: Peer, model: ModelConfig, about: ComparisonSpec, seconds: float = 0.0
) -> RunConfig:
    """Return a peer's configuration; its budget is `seconds` if given, else the epochs."""
    return RunConfig(
        data=DataConfig(name=about.data, augmentation=about.augmentation),
        model=model,
        training=TrainingConfig(
            lr=peer.lr, batch_size=about.batch_size, seconds=seconds,
            epochs=MAX_EPOCHS if seconds else about.epochs, precision="auto",
        ),
    )  # fmt: skip


def join(comparison: Comparison, model: Model) -> tuple[Measured, np.ndarray]:
    """Measure a trained network on the test part of a comparison.

    Parameters
    ----------
    model : Model
        For the same classes and the same size of pictures.

    Returns
    -------
    row : Measured
        Of kind "own".
    answers : ndarray
        ``(test_size,)``.

    Raises
    ------
    InputError
        If its classes or its pictures are others, or the data have changed.
    """
    about = comparison.about
    seen, wanted = ((one.classes, one.image_size, one.frame) for one in (model, about))
    if seen != wanted:
        raise InputError(
            "{name} knows other classes or reads other pictures than those of this comparison "
            "({data}), so the two cannot be compared.",
            name=model.name, data=about.data_name,
        )  # fmt: skip
    card, config = model.card, model.config
    return _measured(
        NetworkAnswerer(model), data_of(about), about, OWN_ROBUSTNESS_SIZE,
        name=model.name, title=model.name, kind="own", train_seconds=card.train_seconds,
        settings={"lr": config.training.lr}, train_size=config.data.train_size,
        train_data="" if card.data_sha256 == about.data_sha256 else card.data, **_sizes(model),
    )  # fmt: skip


def _measured(
    answerer: Answerer, data: DataSet, about: ComparisonSpec, robust_size: int = ROBUSTNESS_SIZE,
    accuracies: Sequence[float] = (), **known: Any,
) -> tuple[Measured, np.ndarray]:  # fmt: skip
    """Measure a peer; `known` are the fields of `Measured` that need no test pictures."""
    images, labels = data.test.images.numpy(), data.test.labels.numpy()
    answers = answers_of(answerer, images)
    each = tuple(accuracies) or (float((answers == labels).mean()),)
    mean, low, high = interval(each, len(labels))
    few = evenly_spaced(images, robust_size), evenly_spaced(labels, robust_size)
    chosen = answers_of(answerer, data.validation.images.numpy()) == data.validation.labels.numpy()
    row = Measured(
        accuracies=each, accuracy=mean, low=low, high=high, latency=latency(answerer, images),
        robustness=robustness(answerer, *few, about.levels),
        validation_accuracy=float(chosen.mean()), **known,
    )  # fmt: skip
    return row, answers


def _sizes(model: Model) -> dict[str, Any]:
    return {
        "parameters": model.network.count_parameters(),
        "flops": flops(model.network, model.config.data.scan, model.image_size),
        "bytes": size_of(model),
    }
