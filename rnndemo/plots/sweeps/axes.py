"""Settings and figures of a study as axes, and as colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rnndemo.plots.look.theme import Look
from rnndemo.sweeps.analysis.points import Metric
from rnndemo.sweeps.analysis.texts import field_text, value_text
from rnndemo.sweeps.space import Choices, SearchSpace, Value

WIDE = 8.0  # the ratio of numbers from which on equal ratios count the same
TINY = 1e-12  # from here on an amount is drawn as this one
MAX_TICKS = 12  # values of a setting, each of which has a mark


def is_numeric(space: SearchSpace, path: str) -> bool:
    """Return whether a setting is a number, and not one of several names."""
    one = space.varied[path]
    values = space.values(path) if isinstance(one, Choices) else (one.low,)
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


@dataclass(frozen=True)
class Side:
    """A setting as an axis.

    Parameters
    ----------
    path, title : str
    numeric, log : bool
    values : tuple
        All that there are of it; none where it lies in a range.
    texts : tuple of str
        What people read for these.
    ends : tuple of float
        Of the range, where it lies in one.
    """

    path: str
    title: str
    numeric: bool
    log: bool
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    ends: tuple[float, ...] = ()

    def place(self, value: Value | None) -> float | None:
        """Return where a value lies on the axis; None where it does not."""
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
    """Return a setting that varies as an axis."""
    one, numeric = space.varied[path], is_numeric(space, path)
    title = field_text(path, look.translate)
    if not isinstance(one, Choices) and space.sampler != "grid":
        return Side(path, title, True, one.log, (), (), (one.low, one.high))
    values = space.values(path)
    numbers = [float(value) for value in values] if numeric else []
    log = bool(numbers) and min(numbers) > 0 and max(numbers) >= WIDE * min(numbers)
    if not isinstance(one, Choices):
        log = one.log
    return Side(
        path,
        title,
        numeric,
        log,
        values,
        tuple(escape(value_text(value, look.translate)) for value in values),
    )


def metric_title(metric: Metric, look: Look) -> str:
    """Return the title of a figure's axis, with its unit."""
    return f"{look.text(metric.label)}, {metric.unit}" if metric.unit else look.text(metric.label)


def metric_axis(metric: Metric, values: Sequence[float], look: Look) -> dict[str, Any]:
    """Return the layout of a figure's axis, along which some values are drawn."""
    layout: dict[str, Any] = {"title": metric_title(metric, look)}
    if logarithmic(metric, values):
        ticks = log_ticks(values)
        layout |= {"type": "log", "minor": {"ticks": ""}, "tickvals": ticks}
        return layout | {"ticktext": [brief(metric, tick) for tick in ticks]}
    return layout | ({"tickformat": ".2~%"} if metric.percent else {})


def logarithmic(metric: Metric, values: Sequence[float]) -> bool:
    """Return whether values are drawn on a logarithmic axis, which has no 0 (no error, say)."""
    return metric.log and all(value > 0 for value in values)


def log_ticks(values: Sequence[float]) -> list[float]:
    """Return round numbers along a logarithmic axis, at most seven or so."""
    low, high = (
        math.log10(max(end, TINY)) for end in (min(values, default=1.0), max(values, default=1.0))
    )
    steps = (1, 2, 5) if high - low < 2.2 else (1, 3) if high - low < 3.5 else (1,)
    decades = range(math.floor(low) - 1, math.ceil(high) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    inside = [tick for tick in ticks if low - 0.3 <= math.log10(tick) <= high + 0.3]
    if high - low < 0.4:  # too near to each other for round ones
        inside = sorted({float(f"{10**place:.2g}") for place in (low, (low + high) / 2, high)})
    return inside


def brief(metric: Metric, value: float) -> str:
    """Return a value as short as an axis or a cell needs it."""
    if metric.percent:
        return f"{float(f'{100 * value:.2g}'):g} %"
    size, letter = next(
        (one for one in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if value >= one[0]), (1.0, "")
    )
    value /= size
    return f"{value:.0f}{letter}" if value >= 10 else f"{value:.2g}{letter}"


def scale(look: Look, quality: bool) -> list[tuple[float, str]]:
    """Return a colour scale: blue for how good, grey for what it costs; the more, the stronger."""
    if quality:
        return [(0.0, look.ground), (1.0, "#8EC5EC" if look.dark else "#1B5E91")]
    return [(0.0, look.ground), (1.0, "#c9c4b8" if look.dark else "#4a4f55")]


def shade(metric: Metric, value: float) -> float:
    """Return a figure on the scale that colours it.

    From 98 to 99 % right is as far as from 80 to 90 %; amounts count by their ratio.
    """
    if metric.percent and metric.better == "high":
        return -math.log10(max(1 - value, 1e-4))
    return math.log10(max(value, TINY))
