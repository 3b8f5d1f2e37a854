"""Settings and their values as text in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from rnndemo import codec
from rnndemo.errors import N_
from rnndemo.reading.wording import listed as side_by_side
from rnndemo.sweeps.space import Value

Translate = Callable[[str], str]

MAX_LISTED = 5  # names of a list that are told
MORE = N_("{names} and {count} more")
BETWEEN = N_("; ")
SETTING = N_("{name} {value}")
# options that have names for programs -> the same for people, short enough for a table
VALUE_NAMES = {
    "rows": N_("row by row"),
    "rows-up": N_("rows upwards"),
    "columns": N_("column by column"),
    "shuffled-rows": N_("shuffled rows"),
    "patches-2": N_("patches of 2 × 2"),
    "patches": N_("patches of 4 × 4"),
    "patches-7": N_("patches of 7 × 7"),
    "patches-8": N_("patches of 8 × 8"),
    "patches-14": N_("patches of 14 × 14"),
    "patches-16": N_("patches of 16 × 16"),
    "patches-32": N_("patches of 32 × 32"),
    "pixels": N_("pixel by pixel"),
    "permuted-pixels": N_("permuted pixels"),
    "orthogonal": N_("orthogonal"),
    "normal": N_("normal"),
    "chrono": N_("chrono"),
    "ring": N_("ring"),
    "harmonics": N_("harmonics"),
    "short-ring": N_("small ring"),
    "onecycle": N_("one cycle"),
    "cosine": N_("cosine"),
    "constant": N_("constant"),
    "rnn": N_("simple RNN"),
    "gru": "GRU",
    "lstm": "LSTM",
    "lru": "LRU",
    "mingru": "minGRU",
    "two-speed": N_("two speeds"),
    "renet": "ReNet",
    "cnn": "CNN",
    "mlp": "MLP",
    "adamw": "AdamW",
    "adam": "Adam",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adadelta": "Adadelta",
    "relu": "ReLU",
    "gelu": "GELU",
    "last": N_("last state"),
    "mean": N_("mean"),
    "max": N_("maximum"),
    "attention": N_("attention"),
    "identity": N_("identity"),
    "down": N_("down"),
    "up": N_("up"),
    "right": N_("to the right"),
    "left": N_("to the left"),
    "auto": N_("automatic"),
    "ink": N_("drawings"),
    "photo": N_("photographs"),
    "path": N_("the pen path"),
    "none": N_("none"),
    "affine": N_("turned and slanted"),
    "people": N_("like different writers"),
}
YES, NO, NOTHING, ONLY_ONE = N_("yes"), N_("no"), N_("none"), N_("the only setting")


@cache
def _labels() -> dict[str, str]:
    return {path: field.metadata["label"] for path, _, field in codec.field_table()}


def field_text(path: str, _: Translate) -> str:
    """Return the label of a field without its hint in parentheses, for example "Hidden size"."""
    return re.sub(r"\s*[(（].*[)）]$", "", _(_labels().get(path, path)))


def value_text(value: Value | None, _: Translate) -> str:
    """Return a field's value as text."""
    if isinstance(value, bool):
        return _(YES) if value else _(NO)
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, int):
        return f"{value:,}"
    if value in ("", None):
        return _(NOTHING)
    return side_by_side((_(VALUE_NAMES.get(one, one)) for one in str(value).split(",")), _)


def setting_text(path: str, value: str, _: Translate) -> str:
    """Return the label of a field and its value, for example "Layers 2"."""
    return _(SETTING).format(name=field_text(path, _), value=value)


def params_text(params: Mapping[str, Value], _: Translate) -> str:
    """Return a trial's settings with their labels, for example "Hidden size 128, Layers 2"."""
    words = [setting_text(path, value_text(one, _), _) for path, one in params.items()]
    return side_by_side(words, _) or _(ONLY_ONE)


def short_text(params: Mapping[str, Value], _: Translate) -> str:
    """Return a trial's values without labels, for example "128 · 2"."""
    return " · ".join(value_text(one, _) for one in params.values())


def listed(names: Sequence[str], _: Translate) -> str:
    """Return names as one text; of many, the first and how many more there are."""
    text = _(BETWEEN).join(names[:MAX_LISTED])
    rest = len(names) - MAX_LISTED
    return _(MORE).format(names=text, count=f"{rest:,}") if rest > 0 else text
