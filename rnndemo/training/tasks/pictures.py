"""To say what a picture shows: one class a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.config import RunConfig, TrainingConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.sets import DataSet, check_fit
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import finished_model
from rnndemo.evaluation.examination import examine
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.models.build import build_network
from rnndemo.models.network import Network
from rnndemo.models.store import save_model
from rnndemo.storage.names import REPORT
from rnndemo.training import watch
from rnndemo.training.steps.batches import Batches
from rnndemo.training.tasks.adversarial import hardened
from rnndemo.training.tasks.base import Finished, Learnt
from rnndemo.training.watch import Probe, Watched, validation_pictures

# output activation -> the loss of a batch
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "softmax": F.cross_entropy,
    "sigmoid": F.binary_cross_entropy_with_logits,
}


class PicturesTask:
    """See `rnndemo.training.tasks.base.TrainingTask`; a batch is sequences, targets and labels."""

    def __init__(self, training: TrainingConfig | None = None) -> None:
        given = training or TrainingConfig()
        self.attack = AttackBudget(given.adversarial, steps=given.adversarial_steps)

    def check(self, config: RunConfig, data: DataSet) -> None:
        """Raise an `InputError` if the configuration does not suit the data."""
        check_fit(config, data)
        if config.training.adversarial and not FRAMES[data.frame].takes_pictures:
            raise InputError(
                "training.adversarial = {epsilon}: a pen path has no pixels whose brightness an "
                "attack could change; set 0.",
                epsilon=config.training.adversarial,
            )
        with torch.device("meta"):  # takes no memory and draws no random numbers
            self.build(config, data)

    def build(self, config: RunConfig, data: DataSet) -> Network:
        """Return the untrained network for the pictures and classes of `data`."""
        return build_network(config, data.image_size, len(data.classes))

    def batches(self, config: RunConfig, data: DataSet) -> Batches:
        """Return the batches to learn from."""
        return Batches(config, data)

    def parts(self, config: RunConfig, batch: Any) -> tuple[Any, ...]:
        """Return the batch whole: its steps are too short for two threads."""
        return (batch,)

    def learn(
        self, model: Network, batch: tuple[Tensor, Tensor, Tensor], half: bool, progress: float
    ) -> Learnt:
        """Return the cross-entropy of the answers; outliers count as neither right nor wrong."""
        sequence, target, labels = batch
        loss_of = LOSSES[model.config.output_activation]
        if self.attack.epsilon and model.training:  # a network that is only timed learns nothing
            sequence = hardened(model, (sequence, target), loss_of, self.attack, half, progress)
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = model(sequence)
        logits = logits.float()
        loss = loss_of(logits, target)
        right = (logits.detach().argmax(1) == labels).sum().item() / int((labels >= 0).sum())
        return Learnt(loss, right, len(labels))

    def watched(
        self, config: RunConfig, data: DataSet, folder: Path, learned: int
    ) -> tuple[Probe, tuple[Watched, ...]]:
        """Return what is measured with, and how, in a training that sees `learned` pictures."""
        return Probe(data, config.data.scan, validation_pictures(learned)), watch.LOOKS

    def finish(
        self,
        folder: Path,
        config: RunConfig,
        model: Network,
        data: DataSet,
        seconds: float,
        steered: bool,
        command: str = "",
    ) -> Finished:
        """Test a trained network, and write it with card and report into its folder."""
        made = finished_model(
            folder.resolve().name, config, model, data, seconds, steered=steered, command=command
        )
        save_model(folder, made)
        examine(made, data.test).save(folder / REPORT)
        low, high = (made.card.measured[f"accuracy_{end}"] for end in ("low", "high"))
        return Finished(made.card.test_accuracy, (low, high), made.card.test_size)
