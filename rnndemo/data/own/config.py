"""The training configuration of a network for own classes: small, quick, from few examples."""

from __future__ import annotations

from dataclasses import replace

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.own.data import COPIES
from rnndemo.data.own.sets import OwnSet
from rnndemo.data.sets import TEST_SHARE, VALIDATION_SHARE, letters_among
from rnndemo.presets import PRESETS

STEPS, BATCH = 500, 32
OUTLIERS = 0.2  # share of drawings of other things, from which it learns to doubt
MAX_EPOCHS = 1000

DRAWN = RunConfig(
    data=DataConfig(augmentation="people", outliers=OUTLIERS),
    model=ModelConfig(cell="lstm", hidden_size=64, dropout=0.2),
    training=TrainingConfig(
        lr=5e-3, batch_size=BATCH, weight_decay=0.01, label_smoothing=0.02, ema_decay=0.98
    ),
)
PHOTOGRAPHED = PRESETS["hands"]


def config_for(content: OwnSet, spec: str, frame: str = "auto") -> RunConfig:
    """Return the configuration that trains a network on a set.

    Parameters
    ----------
    spec : str
        The name of the set as data.
    frame : str, default "auto"
        Of the drawings; see `rnndemo.data.own.data.load_set`.
    """
    if content.kind == "photographed":
        return replace(PHOTOGRAPHED, data=replace(PHOTOGRAPHED.data, name=spec))
    data = replace(DRAWN.data, name=spec, frame=frame)
    if frame == "path":  # already varied when loaded
        data = replace(data, augmentation="none")
    if letters_among(one.name for one in content.classes):  # outliers show letters too
        data = replace(data, outliers=0.0)
    share = 1 - TEST_SHARE - VALIDATION_SHARE
    pictures = len(content.examples) * share * (1 + COPIES if frame == "path" else 1)
    per_batch = BATCH * (1 - data.outliers)
    epochs = min(MAX_EPOCHS, max(1, round(STEPS / max(1.0, pictures / per_batch))))
    return replace(DRAWN, data=data, training=replace(DRAWN.training, epochs=epochs))
