"""Retraining of pruned networks: a run that begins with their weights.

Pruned weights stay zero at every step (`StartingWeights.masks`). A run in the foreground and a run
in the queue begin in the same way: with a first checkpoint.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rnndemo.config import RunConfig, room_in_batch
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import own_digest
from rnndemo.hardening.pruning.prune import Pruned
from rnndemo.training.checkpoint import start_content
from rnndemo.training.runs import Run, Runs
from rnndemo.training.tasks.base import Finished
from rnndemo.training.tasks.pictures import PicturesTask
from rnndemo.training.trainer import StartingWeights

EPOCHS, MAX_EPOCHS = 8, 1000
RATE = 0.5  # the peak of the learning rate, as a share of that of the training before


def retraining(
    pruned: Pruned,
    epochs: int = EPOCHS,
    command: str = "",
    lr: float | None = None,
    digest: str = "",
) -> tuple[RunConfig, bytes]:
    """Return the configuration and the first checkpoint of a run that retrains a pruned network.

    Parameters
    ----------
    epochs : int
        How long; the course of the learning rate begins anew, with a lower peak.
    command : str
        What does all this again, for the card.
    lr : float, optional
        The learning rate of the training before pruning began; by default that of the network's
        last training. Of a network pruned in rounds, the last is a retraining already.
    digest : str, default ""
        See `rnndemo.training.checkpoint.start_content`.

    Returns
    -------
    config : RunConfig
        As the network was trained, with its new hidden size, and in whichever number format is
        faster here.
    start : bytes
        For `rnndemo.training.folder.make_run`.
    """
    config = pruned.model.config
    rate = RATE * (config.training.lr if lr is None else lr)
    training = replace(config.training, epochs=epochs, lr=rate, seconds=0.0, precision="auto")
    config = replace(config, training=training)
    start = StartingWeights(dict(pruned.model.network.state_dict()), pruned.masks, command)
    return config, start_content(config, start, digest)


def keep(runs: Runs, pruned: Pruned, data: DataSet, title: str, command: str) -> Run:
    """Keep a pruned network as a run that is tested and has made no step yet.

    Going on with it is what retrains it.

    Parameters
    ----------
    runs : Runs
        Of the visitor who keeps it.
    data : DataSet
        That it learnt from: it is calibrated and tested anew.
    command : str
        What makes it again, for the card.

    Raises
    ------
    InputError
        If too many runs are stored, it cannot be written, or its answers are no numbers.
    """
    config, start = retraining(pruned, command=command, digest=own_digest(data))
    network, seconds = pruned.model.network, pruned.model.card.train_seconds

    def finish(folder: Path) -> Finished:
        return PicturesTask().finish(folder, config, network, data, seconds, False, command)

    images = min(config.data.train_size or len(data.train), len(data.train))
    steps = config.training.epochs * -(-images // room_in_batch(config))
    return runs.add(config, title, start, steps, finish)
