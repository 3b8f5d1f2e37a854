"""JSON becomes a dataclass only if every field has its annotated type."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.storage.records import read


@dataclass(frozen=True)
class Part:
    name: str
    share: float = 0.5


@dataclass(frozen=True)
class Whole:
    title: str
    count: int
    share: float
    ready: bool
    size: tuple[int, int]
    parts: tuple[Part, ...]
    levels: Mapping[str, tuple[float, ...]]
    low: float | None = None
    settings: Mapping[str, float | str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


WHOLE = Whole(
    "one", 3, 0.5, True, (28, 30), (Part("a"), Part("b", 1.0)), {"noise": (0.0, 0.1)}, 0.25,
    {"lr": 0.1, "kernel": "linear"}, {"of": [1, {"two": None}]},
)  # fmt: skip


def content(**changes: object) -> dict[str, Any]:
    """Return `WHOLE` as read from a file, with changes."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(WHOLE)))
    return plain | changes


def test_what_was_written_is_read() -> None:
    assert read(Whole, content()) == WHOLE
    assert read(Whole, content(low=None)).low is None


def test_whole_numbers_are_floats_where_these_are_asked_for() -> None:
    found = read(Whole, content(share=1, settings={"k": 3}))
    assert (type(found.share), type(found.settings["k"])) == (float, float)


@pytest.mark.parametrize(
    "change",
    [
        {"title": 1}, {"title": None}, {"title": ["one"]},
        {"count": True}, {"count": 1.0}, {"count": "1"}, {"count": None},
        {"share": True}, {"share": "0.5"}, {"share": math.nan}, {"share": math.inf},
        {"share": -math.inf}, {"share": 10**400}, {"share": None},
        {"ready": 1}, {"ready": "yes"},
        {"size": [28]}, {"size": [28, 28, 28]}, {"size": [28, 28.0]}, {"size": "28"}, {"size": {}},
        {"parts": {}}, {"parts": [None]}, {"parts": [{}]}, {"parts": [{"name": 1}]},
        {"levels": []}, {"levels": {"noise": 1}}, {"levels": {"noise": [True]}},
        {"low": "x"}, {"low": False}, {"low": math.nan},
        {"settings": {"k": None}}, {"settings": {"k": True}}, {"settings": {"k": math.inf}},
        {"values": []}, {"values": None},
    ],
    ids=str,
)  # fmt: skip
def test_another_type_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="."):
        read(Whole, content(**change))


@pytest.mark.parametrize("one", [None, [], "text", 3, True, 0.5])
def test_what_is_no_object_is_refused(one: object) -> None:
    with pytest.raises(ValueError, match="instead of"):
        read(Whole, one)


def test_missing_field_takes_its_default_unless_all_must_be_there() -> None:
    short = content()
    del short["low"], short["parts"][0]["share"]
    found = read(Whole, short)
    assert (found.low, found.parts[0].share) == (None, 0.5)
    with pytest.raises(ValueError, match="share is missing"):
        read(Whole, content(parts=short["parts"]), whole=True)
    with pytest.raises(ValueError, match="low is missing"):
        read(Whole, short | {"parts": []}, whole=True)
    del short["count"]
    with pytest.raises(ValueError, match="count is missing"):
        read(Whole, short)


def test_what_a_newer_version_adds_is_passed_over() -> None:
    assert read(Whole, content(mood="good"), whole=True) == WHOLE


@pytest.mark.parametrize("change", [{"count": -1}, {"levels": {"noise": [-0.1]}}, {"low": -1}])
def test_least_that_a_number_may_be(change: dict[str, object]) -> None:
    read(Whole, content(**change))
    with pytest.raises(ValueError, match="."):
        read(Whole, content(**change), low=0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(asdict(WHOLE))), JSON, max_size=3))
def test_any_json_is_read_or_refused(changes: dict[str, object]) -> None:
    try:
        found = read(Whole, content(**changes))
    except ValueError:
        return
    assert type(found.count) is int
    assert math.isfinite(found.share)
    assert all(isinstance(part, Part) for part in found.parts)
