"""Explicit tables: what there is of each kind, and where it is built.

Menus, the command line, documentation and tests read these tables. An entry names its builder as
``module:object``, so that reading a table imports nothing; `build` resolves it. To add a kind,
write its file and add its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig

# name -> function () -> DataSet
DATA_SETS: dict[str, str] = {
    "digits": "rnndemo.data.digits:load_digits",
    "fashion": "rnndemo.data.downloads:load_fashion",
    "kuzushiji": "rnndemo.data.downloads:load_kuzushiji",
    "letters": "rnndemo.data.downloads:load_letters",
}

# name -> function (height, width) -> index tensor (time, features)
SCANS: dict[str, str] = {
    "rows": "rnndemo.data.scans:rows",
    "rows-up": "rnndemo.data.scans:rows_up",
    "columns": "rnndemo.data.scans:columns",
    "shuffled-rows": "rnndemo.data.scans:shuffled_rows",
    "patches": "rnndemo.data.scans:patches",
    "pixels": "rnndemo.data.scans:pixels",
}

# name -> function (images (N, H, W) in [0, 1], generator) -> images of the same shape
AUGMENTATIONS: dict[str, str] = {
    "none": "rnndemo.data.augment:unchanged",
    "affine": "rnndemo.data.augment:affine",
    "people": "rnndemo.data.augment:people",
}

# name -> hand-written cell with its equations, the oracle of the tests and the engine of "what if"
CELLS: dict[str, str] = {
    "rnn": "rnndemo.models.cells:RNNCell",
    "lstm": "rnndemo.models.cells:LSTMCell",
    "gru": "rnndemo.models.cells:GRUCell",
}

# name -> function (parameters, TrainingConfig) -> torch optimiser
OPTIMIZERS: dict[str, str] = {
    "adamw": "rnndemo.training.optimizers:adamw",
    "adam": "rnndemo.training.optimizers:adam",
    "sgd": "rnndemo.training.optimizers:sgd",
    "rmsprop": "rnndemo.training.optimizers:rmsprop",
    "adadelta": "rnndemo.training.optimizers:adadelta",
}

_PEOPLE = DataConfig(augmentation="people", synthetic=0.1, outliers=0.1)
_LONG = TrainingConfig(lr=8e-3, epochs=28, batch_size=160, weight_decay=0.01, ema_decay=0.998)

# name -> the configuration that makes it; those under assets/models are trained by these
PRESETS: dict[str, RunConfig] = {
    "fast": RunConfig(
        model=ModelConfig(hidden_size=64),
        training=TrainingConfig(lr=1e-2, epochs=1),
    ),
    "digits-lstm": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="lstm", hidden_size=192, num_layers=2, dropout=0.2),
        training=_LONG,
    ),
    "digits-gru": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="gru", hidden_size=192, num_layers=2, dropout=0.2),
        training=replace(_LONG, lr=3e-3, epochs=24),
    ),
    "digits-rnn": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="rnn", hidden_size=192, num_layers=2, dropout=0.1),
        training=replace(_LONG, lr=1e-3, epochs=24),
    ),
}

DEFAULT_MODEL = "digits-lstm"


def build(table: Mapping[str, str], name: str) -> Any:
    """Return the object that `table` names, importing its module on first use.

    Raises
    ------
    KeyError
        If `table` has no entry `name`.
    """
    module, _, attribute = table[name].partition(":")
    return getattr(import_module(module), attribute)
