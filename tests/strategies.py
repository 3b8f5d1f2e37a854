"""Hypothesis strategies, all in one place: configurations, strokes."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from rnndemo.codec import field_table
from rnndemo.config import DataConfig, ModelConfig, RunConfig, ScenesConfig, TrainingConfig

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)


def values(path: str) -> st.SearchStrategy[Any]:
    """Every value that the field at `path` declares as valid."""
    kind, meta = next((kind, f.metadata) for p, kind, f in field_table() if p == path)
    if "options" in meta:
        item: st.SearchStrategy[Any] = st.sampled_from(meta["options"])
    elif "low" in meta and meta["whole"]:
        item = st.integers(meta["low"], meta["high"])
    elif "low" in meta:
        item = st.floats(meta["low"], meta["high"])
    else:
        return st.booleans() if kind is bool else _TEXT
    return st.lists(item, max_size=meta["most"]).map(tuple) if "most" in meta else item


def _part(name: str, kind: type) -> st.SearchStrategy[Any]:
    names = [p.partition(".")[2] for p, _, _ in field_table() if p.startswith(f"{name}.")]
    return st.fixed_dictionaries({leaf: values(f"{name}.{leaf}") for leaf in names}).map(
        lambda chosen: kind(**_consistent(chosen))
    )


def _consistent(chosen: dict[str, Any]) -> dict[str, Any]:
    if "head_sizes" in chosen:
        most = len(chosen["head_sizes"])
        chosen["head_activations"] = chosen["head_activations"][:most]
    return chosen


def configs() -> st.SearchStrategy[RunConfig]:
    """Any valid configuration."""
    return st.builds(
        RunConfig,
        data=_part("data", DataConfig),
        model=_part("model", ModelConfig),
        training=_part("training", TrainingConfig),
        seed=values("seed"),
        scenes=_part("scenes", ScenesConfig),
    )


def strokes(most_points: int = 12) -> st.SearchStrategy[list[np.ndarray]]:
    """One to four strokes in a unit square, at least a tenth of it across."""
    number = st.floats(0, 1, width=32)
    stroke = st.lists(st.tuples(number, number), min_size=1, max_size=most_points)
    drawing = st.lists(stroke.map(lambda points: np.array(points, float)), min_size=1, max_size=4)
    return drawing.filter(lambda parts: np.ptp(np.concatenate(parts), axis=0).max() >= 0.1)
