"""Settings and metrics of a study as axes and colour scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import PERCENT
from rnndemo.sweeps.analysis.points import Metric
from rnndemo.sweeps.analysis.texts import field_text, value_text
from rnndemo.sweeps.space import Choices, SearchSpace, Value

WIDE = 8.0  # ratio of the largest to the smallest value from which on an axis is logarithmic
TINY = 1e-12  # smaller amounts are drawn here
MAX_TICKS = 12  # values of a setting up to which each has a tick


@dataclass(frozen=True)
class Side:
    """A setting as an axis.

    Parameters
    ----------
    values : tuple
        All values of the setting; none if it is a range.
    texts : tuple of str
        Their names for people.
    ends : tuple of float
        Of the range, if it is one.
    """

    path: str
    title: str
    numeric: bool
    log: bool
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    ends: tuple[float, ...] = ()

    def place(self, value: Value | None) -> float | None:
        """Return the position of a value on the axis; None if it has none."""
        if self.numeric:
            return float(value) if isinstance(value, (int, float)) else None
        return float(self.values.index(value)) if value in self.values else None

    def axis(self) -> dict[str, Any]:
        """Return the layout of the axis."""
        layout: dict[str, Any] = {"title": self.title}
        if self.values and len(self.values) <= MAX_TICKS:
            places = [self.place(value) for value in self.values]
            layout |= {"tickvals": places, "ticktext": self.texts}
        elif self.log:
            ticks = log_ticks(self.ends or [float(value) for value in self.values])
            layout |= {"tickvals": ticks, "ticktext": [f"{tick:g}" for tick in ticks]}
        if self.log:
            return layout | {"type": "log"}
        if not self.numeric:
            return layout | {"range": [-0.5, len(self.values) - 0.5]}
        return layout


def side(space: SearchSpace, path: str, look: Look) -> Side:
    """Return a varied setting as an axis."""
    one, numeric = space.varied[path], space.numeric(path)
    title = field_text(path, look.translate)
    if not isinstance(one, Choices) and space.sampler != "grid":
        return Side(path, title, True, one.log, (), (), (one.low, one.high))
    values = space.values(path)
    numbers = [float(value) for value in values] if numeric else []
    log = bool(numbers) and min(numbers) > 0 and max(numbers) >= WIDE * min(numbers)
    if not isinstance(one, Choices):
        log = one.log
    texts = tuple(escape(value_text(value, look.translate)) for value in values)
    return Side(path, title, numeric, log, values, texts)


def metric_title(metric: Metric, look: Look) -> str:
    """Return the title of a metric's axis, with the unit."""
    return look.text(metric.titled or metric.label)


def metric_axis(metric: Metric, values: Sequence[float], look: Look) -> dict[str, Any]:
    """Return the layout of a metric's axis for some values."""
    layout: dict[str, Any] = {"title": metric_title(metric, look)}
    if logarithmic(metric, values):
        ticks = log_ticks(values)
        layout |= {"type": "log", "minor": {"ticks": ""}, "tickvals": ticks}
        return layout | {"ticktext": [brief(metric, tick, look) for tick in ticks]}
    return layout | ({"tickformat": ".2~%"} if metric.percent else {})


def logarithmic(metric: Metric, values: Sequence[float]) -> bool:
    """Return whether values are drawn on a logarithmic axis, which has no place for 0."""
    return metric.log and all(value > 0 for value in values)


def log_ticks(values: Sequence[float]) -> list[float]:
    """Return round numbers along a logarithmic axis, about seven at most."""
    low, high = (
        math.log10(max(end, TINY)) for end in (min(values, default=1.0), max(values, default=1.0))
    )
    steps = (1, 2, 5) if high - low < 2.2 else (1, 3) if high - low < 3.5 else (1,)
    decades = range(math.floor(low) - 1, math.ceil(high) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    inside = [tick for tick in ticks if low - 0.3 <= math.log10(tick) <= high + 0.3]
    if high - low < 0.4:  # too narrow for round numbers
        inside = sorted({float(f"{10**place:.2g}") for place in (low, (low + high) / 2, high)})
    return inside


def brief(metric: Metric, value: float, look: Look) -> str:
    """Return a value as a short text, for an axis or a cell."""
    if metric.percent:
        return look.text(PERCENT, number=f"{float(f'{100 * value:.2g}'):g}")
    size, letter = next(
        (one for one in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if value >= one[0]), (1.0, "")
    )
    value /= size
    return f"{value:.0f}{letter}" if value >= 10 else f"{value:.2g}{letter}"


def scale(look: Look, quality: bool) -> list[tuple[float, str]]:
    """Return a colour scale from pale to strong: blue for quality, grey for costs."""
    on_dark, on_light = ("#8EC5EC", "#1B5E91") if quality else ("#c9c4b8", "#4a4f55")
    return [(0.0, look.ground), (1.0, on_dark if look.dark else on_light)]


def shade(metric: Metric, value: float) -> float:
    """Return the position of a value on the colour scale of its metric.

    From 98 to 99 % right is as far as from 80 to 90 %; amounts are on a log scale.
    """
    if metric.percent and metric.better == "high":
        return -math.log10(max(1 - value, 1e-4))
    return math.log10(max(value, TINY))
