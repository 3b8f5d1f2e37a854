"""To say what scenes show: the class of every pixel, boxes, and a number."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import EPOCH, SceneData
from rnndemo.data.scenes.scene import Scenes
from rnndemo.data.sets import DIGITS
from rnndemo.errors import InputError
from rnndemo.evaluation.scene_cards import finished_scene_model
from rnndemo.models.scenes import SceneNetwork, build_scene_network
from rnndemo.models.store import save_model
from rnndemo.training.tasks.base import Finished, Learnt
from rnndemo.training.tasks.scene_looks import LOOKS, SceneProbe
from rnndemo.training.tasks.scene_loss import scene_loss
from rnndemo.training.watch import Watched


class SceneBatches:
    """An endless series of new scenes; see `rnndemo.training.tasks.base.BatchSeries`."""

    def __init__(self, config: RunConfig, data: SceneData) -> None:
        self.composer, self.count = data.training, config.training.batch_size
        self.epoch = config.data.train_size or EPOCH
        self.size = data.image_size
        self.generator = torch.Generator().manual_seed(config.seed)

    def __len__(self) -> int:
        return -(-self.epoch // self.count)

    def next(self) -> Scenes:
        """Return the next batch."""
        return self.composer.scenes(self.count, self.generator)

    def empty(self) -> Scenes:
        """Return scenes to time a network with; they move nothing on."""
        return self.composer.scenes(self.count, torch.Generator().manual_seed(0))

    def state(self) -> dict[str, Tensor]:
        """Return the position, for `restore`."""
        return {"now": self.generator.get_state()}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go to the position that `state` returned."""
        self.generator.set_state(state["now"])


class ScenesTask:
    """See `rnndemo.training.tasks.base.TrainingTask`; a batch is `Scenes`."""

    def check(self, config: RunConfig, data: SceneData) -> None:
        """Raise an `InputError` if the configuration does not suit scenes."""
        if config.training.adversarial:
            raise InputError(
                "training.adversarial = {epsilon}: networks for scenes are not trained on attacked "
                "pictures; set 0.",
                epsilon=config.training.adversarial,
            )
        if config.data.synthetic and data.classes != DIGITS:
            raise InputError(
                "data.synthetic = {share}: synthetic digits only suit data of the digits 0 to 9; "
                "set 0.",
                share=config.data.synthetic,
            )  # fmt: skip
        if config.data.outliers:
            raise InputError(
                "data.outliers = {share}: scenes have clutter instead (scenes.clutter); set 0.",
                share=config.data.outliers,
            )  # fmt: skip
        build_scene_network(config, len(data.classes))

    def build(self, config: RunConfig, data: SceneData) -> SceneNetwork:
        """Return the untrained network for the classes of `data`."""
        return build_scene_network(config, len(data.classes))

    def batches(self, config: RunConfig, data: SceneData) -> SceneBatches:
        """Return the scenes to learn from."""
        return SceneBatches(config, data)

    def parts(self, config: RunConfig, batch: Scenes) -> tuple[Scenes, ...]:
        """Return the halves of the batch.

        It stays whole for convolutions, whose batch normalisation needs all of it, and for dropout,
        whose random numbers come one after the other.
        """
        middle = len(batch) // 2
        if config.model.network == "cnn" or config.model.dropout or not middle:
            return (batch,)
        return batch.take(slice(0, middle)), batch.take(slice(middle, None))

    def learn(self, model: SceneNetwork, batch: Scenes, half: bool, progress: float) -> Learnt:
        """Return what is wrong with the answers, and the share of ink whose class is right."""
        # no cache: all threads share it
        with torch.autocast("cpu", torch.bfloat16, enabled=half, cache_enabled=False):
            output = model(batch.images.float() / 255)
        loss, right = scene_loss(model, output.float(), batch, progress)
        return Learnt(loss, right, len(batch))

    def watched(
        self, config: RunConfig, data: SceneData, folder: Path, learned: int
    ) -> tuple[SceneProbe, tuple[Watched, ...]]:
        """Return what is measured with, and how."""
        return SceneProbe(data, folder), LOOKS

    def finish(
        self,
        folder: Path,
        config: RunConfig,
        model: SceneNetwork,
        data: SceneData,
        seconds: float,
        steered: bool,
        command: str = "",
    ) -> Finished:
        """Test a trained network, and write it with its card into its folder."""
        made, scores = finished_scene_model(
            folder.resolve().name, config, model, data, seconds, steered=steered,
            command=command,
        )  # fmt: skip
        save_model(folder, made)
        return Finished(scores.exact_sequence, scores.interval, scores.n)
