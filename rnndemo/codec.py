"""RunConfig to JSON, to a query string, and back.

Both directions walk the dataclass fields of `rnndemo.config`, so a new field needs no line here.
A bad value in a file or on the command line raises `InputError`; in a link it is reported, and the
field keeps its default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from functools import cache
from operator import attrgetter
from typing import Any, get_type_hints

from rnndemo.config import RunConfig
from rnndemo.errors import InputError

SCHEMA = 1

# schema n -> function that brings content of schema n to schema n + 1
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


@cache
def field_table() -> tuple[tuple[str, Any, Field[Any]], ...]:
    """Return ``(path, type, field)`` of every setting, for example of ``model.hidden_size``."""
    return tuple(_walk())


def _walk() -> Iterator[tuple[str, Any, Field[Any]]]:
    hints = get_type_hints(RunConfig)
    for part in fields(RunConfig):
        kind = hints[part.name]
        if not is_dataclass(kind):
            yield part.name, kind, part
            continue
        leaf_hints = get_type_hints(kind)
        for leaf in fields(kind):
            yield f"{part.name}.{leaf.name}", leaf_hints[leaf.name], leaf


def get_value(config: RunConfig, path: str) -> Any:
    """Return the value at `path`, for example ``get_value(config, "training.lr")``."""
    return attrgetter(path)(config)


def set_value(config: RunConfig, path: str, value: Any) -> RunConfig:
    """Return `config` with `value` at `path`.

    Raises
    ------
    InputError
        If there is no such field, or the value has the wrong type or is out of range.
    """
    kinds = {p: kind for p, kind, _ in field_table()}
    if path not in kinds:
        raise InputError(
            "{path}: there is no such setting; choose one of {known}.",
            path=path, known=", ".join(kinds),
        )  # fmt: skip
    value = _typed(kinds[path], value)
    part, _, leaf = path.partition(".")
    if not leaf:
        return replace(config, **{part: value})
    return replace(config, **{part: replace(getattr(config, part), **{leaf: value})})


def set_values(config: RunConfig, given: Mapping[str, Any]) -> RunConfig:
    """Return `config` with the values of `given` at their paths, in whatever order they are given.

    Raises
    ------
    InputError
        As `set_value` does.
    """
    order = {path: place for place, (path, _, _) in enumerate(field_table())}
    values = {path: get_value(config, path) for path in order} | dict(given)
    config = RunConfig()
    # Unknown paths first: they raise. Then as declared, since a field may limit a later one.
    for path in sorted(values, key=lambda path: order.get(path, -1)):
        config = set_value(config, path, values[path])
    return config


def to_json(config: RunConfig) -> dict[str, Any]:
    """Return `config` as plain JSON values, all fields written out, with its schema version."""
    content: dict[str, Any] = {"schema": SCHEMA}
    for path, kind, _ in field_table():
        part, _, leaf = path.partition(".")
        value = get_value(config, path)
        if isinstance(value, tuple):
            value = list(value)
        elif kind is float:
            value = float(value)  # 1 and 1.0 are equal, so they must give the run the same name
        if leaf:
            content.setdefault(part, {})[leaf] = value
        else:
            content[part] = value
    return content


def from_json(content: Any) -> RunConfig:
    """Read what `to_json` wrote; a missing field takes its default.

    Raises
    ------
    InputError
        If the content is not a configuration, has a newer schema, or holds an unknown field or a
        value out of range.
    """
    if not isinstance(content, Mapping):
        raise InputError("This is not a configuration: a JSON object is expected.")
    content = dict(content)
    schema = content.pop("schema", SCHEMA)
    if isinstance(schema, bool) or not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise InputError(
            "This configuration has schema {schema!r}; this version reads up to {known}. "
            "Update the app to open it.",
            schema=schema, known=SCHEMA,
        )  # fmt: skip
    for version in range(schema, SCHEMA):
        content = MIGRATIONS[version](content)
    parts = {path.partition(".")[0] for path, _, _ in field_table() if "." in path}
    return set_values(RunConfig(), _leaves(content, parts))


def to_text(kind: Any, value: Any) -> str:
    """Return `value` as links and the command line write it; equal values give equal texts."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(float(value) if kind is float else value)


def to_query(config: RunConfig) -> dict[str, str]:
    """Return the fields that differ from their defaults as query parameters."""
    query = {}
    for path, kind, leaf in field_table():
        value = get_value(config, path)
        if value != leaf.default:
            query[path] = to_text(kind, value)
    return query


def from_query(query: Mapping[str, str]) -> tuple[RunConfig, list[InputError]]:
    """Read query parameters; a field whose value cannot be used keeps its default.

    Returns
    -------
    problems : list of InputError
        One for each parameter that cannot be used.
    """
    config, problems = RunConfig(), []
    for path, _, _ in field_table():
        if path not in query:
            continue
        try:
            config = set_value(config, path, query[path])
        except InputError as problem:
            problems.append(problem)
    return config, problems


def config_hash(config: RunConfig) -> str:
    """Return 12 hexadecimal digits that name the content of `config`.

    Fields at their defaults do not count, so that a field added later renames no run.
    """
    text = json.dumps(to_query(config), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _leaves(content: Mapping[str, Any], parts: set[str]) -> dict[str, Any]:
    """Return ``{"model.cell": …, "seed": …}`` for ``{"model": {"cell": …}, "seed": …}``."""
    leaves: dict[str, Any] = {}
    for name, value in content.items():
        if name in parts and isinstance(value, Mapping):
            leaves |= {f"{name}.{leaf}": leaf_value for leaf, leaf_value in value.items()}
        else:
            leaves[name] = value
    return leaves


_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _typed(kind: Any, value: Any) -> Any:
    """Return text or a JSON value as a value of the type of its field.

    A value that cannot be converted is returned as it is: the field's own check refuses it, with a
    message that names the range.
    """
    if kind in (tuple[int, ...], tuple[str, ...]):
        item = int if kind == tuple[int, ...] else str
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            return value
        return tuple(_typed(item, part) for part in parts if part != "")
    try:
        if kind is bool:
            return _TRUTH[str(value).lower()]
        if isinstance(value, bool) or kind is str:
            return value
        if kind is int and isinstance(value, float):
            return int(value) if value == int(value) else value
        return kind(value)
    except (ValueError, TypeError, KeyError, OverflowError):
        return value
