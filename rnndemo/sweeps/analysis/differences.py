"""What two configurations differ in, in words: "hidden size 32 instead of 96; no dropout"."""

from __future__ import annotations

from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import N_
from rnndemo.evaluation.cards import data_text
from rnndemo.sweeps.analysis.texts import BETWEEN, SETTING, Translate, field_text, value_text

INSTEAD = N_("{name} {value} instead of {other}")
SIZES, ACTIVATIONS = "model.head_sizes", "model.head_activations"

# values that are said without the field's name -> how
PLAIN: dict[tuple[str, Any], str] = {
    ("data.train_size", 0): N_("all training pictures"),
    ("data.augmentation", "none"): N_("no augmentation"),
    ("data.synthetic", 0.0): N_("no synthetic digits"),
    ("data.outliers", 0.0): N_("no outliers"),
    ("model.bidirectional", False): N_("one direction"),
    ("model.bidirectional", True): N_("both directions"),
    ("model.dropout", 0.0): N_("no dropout"),
    (SIZES, ()): N_("no further output layers"),
    (ACTIVATIONS, ()): N_("ReLU in the output layers"),
    ("training.seconds", 0.0): N_("no time limit"),
    ("training.max_norm", 0.0): N_("no gradient clipping"),
    ("training.weight_decay", 0.0): N_("no weight decay"),
    ("training.label_smoothing", 0.0): N_("no label smoothing"),
    ("training.ema_decay", 0.0): N_("no averaged weights"),
    ("training.adversarial", 0.0): N_("no adversarial training"),
}


def differing(config: RunConfig, other: RunConfig) -> list[str]:
    """Return the paths of the fields in which two configurations differ."""
    paths = [path for path, _, _ in codec.field_table()]
    return [p for p in paths if codec.get_value(config, p) != codec.get_value(other, p)]


def put_back(config: RunConfig, other: RunConfig, path: str) -> RunConfig:
    """Return `config` with the value of `other` at `path`.

    Sizes and activations of the output layers go together: alone they may not fit.
    """
    paths = (SIZES, ACTIVATIONS) if path in (SIZES, ACTIVATIONS) else (path,)
    return codec.set_values(config, {name: codec.get_value(other, name) for name in paths})


def setting_words(config: RunConfig, path: str, _: Translate) -> str:
    """Return one setting as people say it, for example "hidden size 32" or "no dropout"."""
    value = codec.get_value(config, path)
    plain = PLAIN.get((path, value))
    return (
        _(plain) if plain else _(SETTING).format(name=_name(path, _), value=_value(path, value, _))
    )


def difference_words(config: RunConfig, other: RunConfig, path: str, _: Translate) -> str:
    """Return how one setting differs, for example "hidden size 32 instead of 96"."""
    value, instead = codec.get_value(config, path), codec.get_value(other, path)
    if (path, value) in PLAIN or (path, instead) in PLAIN:
        return setting_words(config, path, _)
    return _(INSTEAD).format(
        name=_name(path, _), value=_value(path, value, _), other=_value(path, instead, _)
    )


def difference_text(config: RunConfig, other: RunConfig, _: Translate) -> str:
    """Return how `config` differs from `other`; "" if it does not.

    Examples
    --------
    >>> one = codec.set_values(RunConfig(), {"model.hidden_size": 32, "training.max_norm": 0.0})
    >>> difference_text(one, RunConfig(), str)
    'hidden size 32 instead of 128; no gradient clipping'
    """
    words = (difference_words(config, other, path, _) for path in differing(config, other))
    return _(BETWEEN).join(words)


def _name(path: str, _: Translate) -> str:
    """Return a field's label as it stands within a sentence."""
    label = field_text(path, _)
    return label[:1].lower() + label[1:]


def _value(path: str, value: Any, _: Translate) -> str:
    if path == "data.name":
        return data_text(value, _)
    if isinstance(value, float):
        return f"{value:.6g}"  # as its control shows it
    return value_text(",".join(map(str, value)) if isinstance(value, tuple) else value, _)
