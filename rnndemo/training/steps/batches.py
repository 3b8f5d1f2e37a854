"""The batches of a training: shuffled and varied anew each epoch, from one generator.

The position in the data is a few kilobytes: the state of the generator now, its state before the
epoch was shuffled, and how many pictures of the epoch are used. A training that resumes from there
sees exactly the batches that it would have seen.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.config import RunConfig, drawn_counts, room_in_batch
from rnndemo.data.augment import AUGMENTATIONS
from rnndemo.data.drawn import digits
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet, ImageSet

POOL = 40_000  # pictures drawn before the first step, then varied like the others
NO_CLASS = -1  # label of outliers


class Batches:
    """An endless series of batches: sequences, targets and labels.

    Parameters
    ----------
    pool : int, optional
        How many pictures of each kind to draw before the first batch; by default as many as the
        training uses, up to `POOL`.

    Raises
    ------
    InputError
        If a batch has no room for pictures of the data set.
    """

    def __init__(self, config: RunConfig, data: DataSet, pool: int | None = None) -> None:
        self.from_train = room_in_batch(config)
        self.config = config
        self.classes = len(data.classes)
        self.softmax = config.model.output_activation == "softmax"
        size = min(config.data.train_size or len(data.train), len(data.train))
        self.train = data.train.take(torch.arange(size))
        self.augment = AUGMENTATIONS[config.data.augmentation].vary
        drawn, outliers = drawn_counts(config)
        # a short training uses fewer than `POOL`, and need not wait for the rest
        used = max(drawn, outliers) * len(self) * config.training.epochs
        count = min(POOL, used) if pool is None else pool
        self.pools: list[tuple[ImageSet, int]] = []
        if drawn:
            self.pools.append((ImageSet(*digits.digits(count, config.seed)), drawn))
        if outliers:
            from rnndemo.data.drawn import no_class  # half a second, not needed by most trainings

            drawings = no_class.pool(data.classes, data.frame, self.train, count, config.seed)
            self.pools.append((ImageSet(drawings, torch.full((count,), NO_CLASS)), outliers))
        self.target_of = self._target_of()
        self.labels_suffice = not outliers and not config.training.label_smoothing and self.softmax
        self.generator = torch.Generator().manual_seed(config.seed)
        self._shuffle()

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        return -(-len(self.train) // self.from_train)

    def _shuffle(self) -> None:
        self.before = self.generator.get_state()
        self.order = torch.randperm(len(self.train), generator=self.generator)
        self.used = 0

    def next(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return the next batch: sequences ``(N, time, features)``, targets, labels ``(N,)``."""
        if self.used >= len(self.train):
            self._shuffle()
        images, labels = self.next_pictures()
        sequence = to_sequence(images, self.config.data.scan)
        return sequence, self.targets(labels), labels

    def empty(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return a batch of empty pictures, to time a network with."""
        labels = torch.zeros(self.from_train, dtype=torch.long)
        images = torch.zeros(self.from_train, *self.train.images.shape[1:])
        return to_sequence(images, self.config.data.scan), self.targets(labels), labels

    def next_pictures(self) -> tuple[Tensor, Tensor]:
        """Return the next batch's pictures ``(N, H, W)`` in [0, 1], and their labels."""
        index = self.order[self.used : self.used + self.from_train]
        self.used += self.from_train
        parts = [self.train.take(index)]
        for pool, count in self.pools:
            parts.append(pool.take(torch.randint(len(pool), (count,), generator=self.generator)))
        images = torch.cat([part.images for part in parts]) if len(parts) > 1 else parts[0].images
        labels = torch.cat([part.labels for part in parts]) if len(parts) > 1 else parts[0].labels
        return self.augment(images.float().div_(255), self.generator), labels

    def targets(self, labels: Tensor) -> Tensor:
        """Return soft targets; for an outlier all classes are equal, or with sigmoids none is true.

        With a softmax, and neither outliers nor smoothing, the labels: they say the same in less.
        """
        return labels if self.labels_suffice else self.target_of[labels]

    def _target_of(self) -> Tensor:
        """Return one target per class, and in the last row, `NO_CLASS`, that of outliers."""
        spread = self.config.training.label_smoothing
        target = torch.eye(self.classes + 1, self.classes) * (1 - spread) + spread / self.classes
        target[NO_CLASS] = 1 / self.classes if self.softmax else 0.0
        return target

    def state(self) -> dict[str, Tensor]:
        """Return the position in the data, for `restore`."""
        return {
            "before": self.before.clone(),
            "now": self.generator.get_state(),
            "used": torch.tensor(self.used),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go to the position that `state` returned."""
        self.generator.set_state(state["before"])
        self._shuffle()
        self.generator.set_state(state["now"])
        self.used = int(state["used"])
