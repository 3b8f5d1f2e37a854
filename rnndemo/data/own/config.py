"""How a network for a set of own classes is trained: small, quick, and from few examples."""

from __future__ import annotations

from dataclasses import replace

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.own.data import COPIES
from rnndemo.data.own.sets import OwnSet
from rnndemo.data.sets import TEST_SHARE, VALIDATION_SHARE, letters_among
from rnndemo.presets import PRESETS

STEPS, BATCH = 500, 32
STRANGE = 0.2  # share of drawings of other things, so that it learns to doubt
MAX_EPOCHS = 1000

DRAWN = RunConfig(
    data=DataConfig(augmentation="people", outliers=STRANGE),
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
    content : OwnSet
    spec : str
        What the set is called as data.
    frame : str, default "auto"
        To which drawings are brought; see `rnndemo.data.own.data.load_set`.
    """
    if content.kind == "photographed":
        return replace(PHOTOGRAPHED, data=replace(PHOTOGRAPHED.data, name=spec))
    data = replace(DRAWN.data, name=spec, frame=frame)
    if frame == "path":  # varied where the data is made
        data = replace(data, augmentation="none")
    if letters_among(one.name for one in content.classes):  # letters are among the other things
        data = replace(data, outliers=0.0)
    share = 1 - TEST_SHARE - VALIDATION_SHARE
    pictures = len(content.examples) * share * (1 + COPIES if frame == "path" else 1)
    room = BATCH * (1 - data.outliers)
    epochs = min(MAX_EPOCHS, max(1, round(STEPS / max(1.0, pictures / room))))
    return replace(DRAWN, data=data, training=replace(DRAWN.training, epochs=epochs))
