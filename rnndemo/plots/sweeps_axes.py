"""Settings and figures of a study as axes, and as colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

from rnndemo.plots.colors import ground
from rnndemo.plots.look import Translate
from rnndemo.sweeps.analysis import Metric, field_text, value_text
from rnndemo.sweeps.dimensions import Choices, Value
from rnndemo.sweeps.space import SearchSpace

WIDE = 8.0  # the ratio of numbers from which on equal ratios count the same
MOST_TICKS = 12  # values of a setting, each of which has a mark


def is_numeric(space: SearchSpace, path: str) -> bool:
    """Tell whether a setting is a number, and not one of several names."""
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
    """

    path: str
    title: str
    numeric: bool
    log: bool
    values: tuple[Value, ...]
    texts: tuple[str, ...]

    def place(self, value: Value | None) -> float | None:
        """Return where a value lies on the axis; None where it does not."""
        if self.numeric:
            return float(value) if isinstance(value, (int, float)) else None
        return float(self.values.index(value)) if value in self.values else None

    def axis(self) -> dict[str, Any]:
        """Return the layout of the axis."""
        layout: dict[str, Any] = {"title": self.title}
        if self.values and len(self.values) <= MOST_TICKS:
            places = [self.place(value) for value in self.values]
            layout |= {"tickmode": "array", "tickvals": places, "ticktext": self.texts}
            layout |= {"minor": {"ticks": ""}}
        if self.log:
            return layout | {"type": "log"}
        if not self.numeric:
            return layout | {"range": [-0.5, len(self.values) - 0.5]}
        return layout


def side(space: SearchSpace, path: str, _: Translate) -> Side:
    """Return a setting that varies as an axis."""
    one, numeric = space.varied[path], is_numeric(space, path)
    if not isinstance(one, Choices):
        return Side(path, field_text(path, _), True, one.log, (), ())
    values = space.values(path)
    numbers = [float(value) for value in values] if numeric else []
    log = bool(numbers) and min(numbers) > 0 and max(numbers) >= WIDE * min(numbers)
    texts = tuple(escape(value_text(value, _)) for value in values)
    return Side(path, field_text(path, _), numeric, log, values, texts)


def metric_title(metric: Metric, _: Translate) -> str:
    """Return the title of a figure's axis, with its unit."""
    return f"{_(metric.label)}, {metric.unit}" if metric.unit else _(metric.label)


def metric_axis(metric: Metric, _: Translate) -> dict[str, Any]:
    """Return the layout of a figure's axis."""
    layout: dict[str, Any] = {"title": metric_title(metric, _)}
    if metric.percent:
        layout |= {"tickformat": ".2~%"}
    if metric.log:
        layout |= {"type": "log", "minor": {"ticks": ""}, "dtick": "D2", "exponentformat": "SI"}
    return layout


def scale(dark: bool, quality: bool) -> list[tuple[float, str]]:
    """Return a colour scale: blue for how good, grey for what it costs; the more, the stronger."""
    if quality:
        return [(0.0, ground(dark)), (1.0, "#8EC5EC" if dark else "#1B5E91")]
    return [(0.0, ground(dark)), (1.0, "#c9c4b8" if dark else "#4a4f55")]


def shade(metric: Metric, value: float) -> float:
    """Return a figure on the scale that colours it.

    From 98 to 99 % right is as far as from 80 to 90 %; amounts count by their ratio.
    """
    if metric.percent and metric.better == "high":
        return -math.log10(max(1 - value, 1e-4))
    return math.log10(max(value, 1e-9))
