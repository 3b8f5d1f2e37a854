"""Search spaces as JSON.

    {
      "schema": 1,
      "preset": "fast",
      "base": {"data": {"train_size": 5000}},
      "fields": {
        "model.hidden_size": {"choices": [32, 64, 128]},
        "training.lr": {"low": 0.001, "high": 0.1, "log": true, "points": 5},
        "model.num_layers": {"fixed": 2}
      },
      "sampler": "tpe", "seed": 0, "repeats": 2,
      "budget": {"trials": 24, "seconds": 600, "images": 0},
      "pruning": true, "steps": 0, "ahead": 8
    }

Only ``fields`` is required. ``base`` has the form of a ``config.json``, complete or partial, and
overrides the settings of the preset if one is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.presets import PRESETS
from rnndemo.storage.files import read_given
from rnndemo.sweeps.space import Budget, Choices, Dimension, Fixed, Range, SearchSpace

SCHEMA = 1
MAX_BYTES = 1_000_000

# the key that tells a dimension's kind -> all keys of that kind
_KINDS = {"fixed": {"fixed"}, "choices": {"choices"}, "low": {"low", "high", "log", "points"}}
_SIMPLE = ("sampler", "seed", "repeats", "pruning", "steps", "ahead")


def to_json(space: SearchSpace) -> dict[str, Any]:
    """Return `space` as JSON values, without a preset."""
    return {
        "schema": SCHEMA,
        "base": codec.to_json(space.base),
        "fields": {path: _write_dimension(one) for path, one in space.dimensions},
        "budget": asdict(space.budget),
        **{name: getattr(space, name) for name in _SIMPLE},
    }


def from_json(content: Any) -> SearchSpace:
    """Return the search space of JSON values, from `to_json` or written by hand.

    Raises
    ------
    InputError
        If it is not a search space, has a newer schema, or a part is unknown or out of range.
    """
    content = dict(_object("A search space", content))
    schema = content.pop("schema", SCHEMA)
    if isinstance(schema, bool) or not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise InputError(
            "This search space has schema {schema!r}; this version reads up to {known}. Update "
            "the app to open it.",
            schema=schema, known=SCHEMA,
        )  # fmt: skip
    _check_known("A search space", content, {"preset", "base", "fields", "budget", *_SIMPLE})
    if "fields" not in content:
        raise InputError("A search space needs fields: which settings vary, and how.")
    budget = _object("budget", content.get("budget", {}))
    _check_known("budget", budget, {part.name for part in fields(Budget)})
    dimensions = _object("fields", content["fields"])
    return SearchSpace(
        _base(content.get("preset"), content.get("base", {})),
        tuple((path, _read_dimension(path, one)) for path, one in dimensions.items()),
        budget=Budget(**budget),
        **{name: content[name] for name in _SIMPLE if name in content},
    )


def read_space(path: Path) -> SearchSpace:
    """Return the search space in a file.

    Raises
    ------
    InputError
        If the file cannot be read, is not JSON, or as for `from_json`.
    """
    return from_json(read_given(path, MAX_BYTES))


def _base(preset: Any, content: Any) -> RunConfig:
    if preset is None:
        return codec.from_json(content)
    if not isinstance(preset, str) or preset not in PRESETS:
        raise InputError(
            "There is no preset {name!r}; choose one of {known}.",
            name=preset, known=", ".join(PRESETS),
        )  # fmt: skip
    whole = codec.to_json(PRESETS[preset])
    for part, value in _object("base", content).items():
        both = isinstance(value, Mapping) and isinstance(whole.get(part), dict)
        whole[part] = whole[part] | dict(value) if both else value
    return codec.from_json(whole)


def _write_dimension(dimension: Dimension) -> dict[str, Any]:
    if isinstance(dimension, Fixed):
        return {"fixed": _plain(dimension.value)}
    if isinstance(dimension, Choices):
        return {"choices": [_plain(value) for value in dimension.values]}
    return asdict(dimension)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _read_dimension(path: str, content: Any) -> Dimension:
    content = _object(path, content)
    kind = next((one for one in _KINDS if one in content), None)
    if kind is None:
        raise InputError(
            "{field}: write one of these: fixed (a value), choices (a list), or low and high "
            "(a range).",
            field=path,
        )
    _check_known(path, content, _KINDS[kind])
    if kind == "fixed":
        return Fixed(_frozen(content["fixed"]))
    if kind == "choices":
        if not isinstance(content["choices"], list):
            raise InputError("{field}: choices must be a list.", field=path)
        return Choices(tuple(map(_frozen, content["choices"])))
    if "high" not in content:
        raise InputError("{field}: a range needs low and high.", field=path)
    return Range(**content)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _object(name: str, content: Any) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise InputError("{part}: a JSON object is needed here.", part=name)
    return content


def _check_known(name: str, content: Mapping[str, Any], known: set[str]) -> None:
    for key in content:
        if key not in known:
            raise InputError(
                "{part}: there is no {key!r} here; choose one of {known}.",
                part=name, key=key, known=", ".join(sorted(known)),
            )  # fmt: skip
