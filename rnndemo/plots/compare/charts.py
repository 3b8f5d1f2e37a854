"""Peers side by side as ECharts options: error over a cost, accuracy over a corruption.

A peer has the same colour and marker in every chart (`rnndemo.plots.look.colors.PEER_MARKS`). Exact
values are in the hover text of each point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rnndemo.comparison.results import Comparison, Measured
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.errors import N_
from rnndemo.plots.look.colors import peer_marks
from rnndemo.plots.look.names import lines_said, named
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import Option
from rnndemo.reading.percent import digits_of, percent

OWN_SIZE, SIZE = 18, 13  # of markers, in pixels
MIN_ERROR = 1e-4  # smaller errors are drawn here: a log axis has no zero


@dataclass(frozen=True)
class Cost:
    """A measure of what a peer costs.

    Parameters
    ----------
    title, axis : str
        Its name in the menu and on the axis.
    value : callable
        Returns the cost of a peer, in the unit of the axis.
    least : float
        Smaller values are drawn here.
    """

    title: str
    axis: str
    value: Callable[[Measured], float]
    least: float


COSTS: dict[str, Cost] = {
    "training": Cost(
        N_("Training time"), N_("seconds to train once"), lambda row: row.train_seconds, 0.1
    ),
    "flops": Cost(
        N_("Calculations"), N_("millions of calculations (FLOPs) per drawing"),
        lambda row: row.flops / 1e6, 1e-3,
    ),
    "latency": Cost(
        N_("Time per drawing"), N_("milliseconds per drawing"),
        lambda row: 1000 * row.latency, 1e-3,
    ),
    "size": Cost(
        N_("Size"), N_("megabytes on disk"), lambda row: row.bytes / 1e6, 1e-4
    ),
    "parameters": Cost(
        N_("Parameters"), N_("thousands of parameters"),
        lambda row: row.parameters / 1e3, 1e-2,
    ),
}  # fmt: skip


def title_of(row: Measured, look: Look) -> str:
    """Return the name of a peer for people; own runs have the names that visitors gave them."""
    return row.title if row.kind == "own" else look.text(row.title)


def cost_chart(comparison: Comparison, cost: str, look: Look) -> Option:
    """Return the error of every peer over a cost, a key of `COSTS`, with 95 % intervals."""
    marks = peer_marks([row.name for row in comparison.rows], look)
    costs = [_cost(row, cost) for row in comparison.rows]
    ends = [_wrong(share) for row in comparison.rows for share in (row.low, row.high)]
    option: Option = {
        "animationDurationUpdate": 300,
        "grid": {"left": 8, "right": 24, "top": 22, "bottom": 8},
        "tooltip": {"formatter": "{b}", "confine": True},
        "xAxis": _log_axis(costs, 2.0, look) | {"name": look.text(COSTS[cost].axis), "nameGap": 28},
        "yAxis": _log_axis(ends, 1.1, look)
        | {"name": look.text("% of test pictures wrong"), "nameGap": 44},
        "series": [
            _point(row, cost, marks[row.name], comparison.about.test_size, look)
            for row in comparison.rows
        ],
    }
    return named(option, _ends_said(option["series"], look))


def _ends_said(points: Sequence[Option], look: Look) -> str:
    """Return the best and the cheapest of a chart's points in words."""
    marks = [point["data"][0] for point in points]
    if not marks:
        return ""
    cheapest, best = (min(marks, key=lambda mark: mark["value"][axis])["name"] for axis in (0, 1))
    return look.text("Fewest mistakes: {best}. Cheapest: {cheapest}.", best=best, cheapest=cheapest)


def _point(row: Measured, cost: str, mark: tuple[str, str], n: int, look: Look) -> Option:
    """Return the point of a peer whose accuracy was measured on `n` pictures."""
    color, path = mark
    exact, x = COSTS[cost].value(row), _cost(row, cost)
    middle, low, high = (_wrong(share) for share in (row.accuracy, row.high, row.low))
    right, least, most = (
        percent(share, digits_of(n), look.translate) for share in (row.accuracy, row.low, row.high)
    )
    text = look.text(
        "{name}: {right} right ({low} to {high}), {cost} {axis}", name=title_of(row, look),
        right=right, low=least, high=most, cost=f"{exact:,.4g}", axis=look.text(COSTS[cost].axis),
    )  # fmt: skip
    return {
        "type": "scatter",
        "name": title_of(row, look),
        "data": [{"value": [x, middle], "name": text}],
        "symbol": f"path://{path}",
        "symbolSize": OWN_SIZE if row.kind == "own" else SIZE,
        "itemStyle": {"color": color},
        "label": {
            "show": True, "formatter": "{a}", "position": "right", "color": look.ink,
            "fontSize": 12,
        },
        "labelLayout": {"moveOverlap": "shiftY", "hideOverlap": True},
        "markLine": {
            "symbol": "none", "silent": True, "label": {"show": False}, "animation": False,
            "lineStyle": {"color": color, "type": "solid", "width": 1.5},
            "data": [[{"coord": [x, low]}, {"coord": [x, high]}]],
        },
    }  # fmt: skip


def _cost(row: Measured, cost: str) -> float:
    """Return the cost at which a peer is drawn."""
    return float(f"{max(COSTS[cost].value(row), COSTS[cost].least):.5g}")


def _log_axis(values: Sequence[float], room: float, look: Look) -> Option:
    """Return a log axis up to `room` times the largest of `values`.

    Ticks are at powers of ten and, unless there are many of these, at 2 and 5 times them.
    """
    low, high = min(values, default=1) / 1.25, max(values, default=1) * room
    steps = (1, 2, 5) if high < 300 * low else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [float(f"{m}e{k}") for k in powers for m in steps]
    shown = {"customValues": [tick for tick in ticks if low <= tick <= high]}
    axis = _axis(look)
    return {
        **axis,
        "type": "log",
        "nameLocation": "middle",
        "min": float(f"{low:.4g}"),
        "max": float(f"{high:.4g}"),
        "axisTick": shown,
        "axisLabel": {**axis["axisLabel"], **shown},
        "splitLine": {**axis["splitLine"], **shown},
    }


def _wrong(right: float) -> float:
    """Return the share of wrong answers in percent, at least 100 `MIN_ERROR`."""
    return round(100 * max(1 - right, MIN_ERROR), 4)


def robustness_chart(comparison: Comparison, kind: str, look: Look) -> Option:
    """Return the accuracy of every peer over the strength of a corruption, as lines.

    Parameters
    ----------
    kind : str
        A key of `rnndemo.data.corruptions.compared.COMPARED`.
    """
    levels = comparison.about.levels[kind]
    rows = [row for row in comparison.rows if kind in row.robustness]
    marks = peer_marks([row.name for row in comparison.rows], look)
    option: Option = {
        "animationDurationUpdate": 300,
        "grid": {"left": 8, "right": 20, "top": 16, "bottom": 8},
        "tooltip": {
            "trigger": "axis", "confine": True, "order": "valueDesc",
            "textStyle": {"fontSize": 12}, "padding": 6,
        },
        "xAxis": {
            **_axis(look), "type": "value", "name": level_axis(kind, look), "nameGap": 28,
            "nameLocation": "middle", "min": 0, "max": levels[-1],
        },
        "yAxis": {
            **_axis(look), "type": "value", "name": look.text("% of test pictures right"),
            "nameGap": 40, "nameLocation": "middle", "min": 0, "max": 100,
        },
        "series": [_line(row, kind, levels, marks[row.name], look) for row in rows],
    }  # fmt: skip
    shares = [(title_of(row, look), [100 * one for one in row.robustness[kind]]) for row in rows]
    shares.sort(key=lambda line: -line[1][-1])  # the most robust are said
    return named(option, lines_said(shares, look))


def level_axis(kind: str, look: Look) -> str:
    """Return the title of the axis of a corruption's strengths."""
    corruption = COMPARED[kind]
    return look.text(corruption.unit) if corruption.unit else look.text("strength")


def _line(
    row: Measured, kind: str, levels: Sequence[float], mark: tuple[str, str], look: Look
) -> Option:
    color, path = mark
    own = row.kind == "own"
    return {
        "type": "line",
        "name": title_of(row, look),
        "data": [
            [level, round(100 * share, 2)]
            for level, share in zip(levels, row.robustness[kind], strict=True)
        ],
        "symbol": f"path://{path}",
        "symbolSize": SIZE if own else 9,
        "showAllSymbol": True,
        "itemStyle": {"color": color},
        "lineStyle": {"color": color, "width": 3 if own else 2},
        "emphasis": {"focus": "series", "lineStyle": {"width": 4}},
        "z": 4 if own else 2,
    }


def _axis(look: Look) -> Option:
    return {
        "nameTextStyle": {"color": look.ink, "fontSize": 13},
        "axisLabel": {"color": look.ink},
        "axisLine": {"lineStyle": {"color": look.muted}},
        "splitLine": {"lineStyle": {"color": look.muted, "opacity": 0.4}},
    }
