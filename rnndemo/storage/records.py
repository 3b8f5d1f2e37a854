"""Dataclasses from JSON that is not trusted: each field is checked against its annotation."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

_hints = cache(get_type_hints)


def read(kind: type[T], content: Any, *, low: float = -math.inf, whole: bool = False) -> T:
    """Return `content`, from `json.loads`, as a value of `kind`.

    Parameters
    ----------
    kind : type
        A dataclass, or what a field may be annotated with: a plain type, ``Any``, a union, a tuple,
        a mapping from texts. Keys that a dataclass lacks are ignored: a newer version may have
        written them.
    low : float, optional
        The lowest number allowed. Infinity and NaN are always refused.
    whole : bool, default False
        Whether fields with a default are required too.

    Raises
    ------
    ValueError
        If something is missing or of another type: True is not a number, 1.0 not an integer.
    """
    again: Any = partial(read, low=low, whole=whole)
    origin, parts = get_origin(kind) or kind, get_args(kind)
    value: Any = content
    match content:
        case dict() if is_dataclass(kind):
            _check_names(kind, content, whole)
            given = {n: again(hint, content[n]) for n, hint in _hints(kind).items() if n in content}
            value = kind(**given)
        case dict() if origin in (dict, Mapping):
            value = {key: again(parts[1], one) for key, one in content.items()}
        case list() if origin is tuple:
            kinds = parts[:1] * len(content) if parts[1:] == (...,) else parts
            value = tuple(again(*pair) for pair in zip(kinds, content, strict=True))
        case int() | float() if kind in (int, float) and type(content) in (int, kind):
            if not (abs(content) <= sys.float_info.max and content >= low):
                raise ValueError(f"{content} is out of range")
            value = kind(content)  # type: ignore[call-arg]
        case _ if origin is UnionType:
            value = _first(parts, content, again)
        case _ if kind is not Any and type(content) is not kind:
            raise ValueError(f"{type(content)} instead of {kind}")
    return value


def _check_names(kind: Any, content: dict[str, Any], whole: bool) -> None:
    for part in fields(kind):
        needed = whole or (part.default is MISSING and part.default_factory is MISSING)
        if needed and part.name not in content:
            raise ValueError(f"{part.name} is missing")


def _first(kinds: tuple[Any, ...], content: Any, again: Any) -> Any:
    """Return `content` as a value of the first of `kinds` that it fits."""
    for kind in kinds:
        with suppress(ValueError):
            return again(kind, content)
    raise ValueError("of none of these types")
