"""How often models are right, as the pictures get worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from rnndemo.data.corruptions import SEVERITIES
from rnndemo.hardening.corrupted.measured import SeverityPoint
from rnndemo.plots.look.colors import ACCENT, run_color
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import digits_of, percent

SYMBOLS = ("circle", "square", "diamond", "triangle-up")
APART = 0.05  # of a severity, between neighbours, so that whiskers do not cover each other


def accuracy_by_severity(
    lines: Mapping[str, Sequence[SeverityPoint]], chosen: int, look: Look
) -> go.Figure:
    """Return accuracy against severity, a line a model, with 95 % intervals.

    Parameters
    ----------
    lines : mapping of str to sequence of SeverityPoint
        By names of models, at most four; the first is that of the page.
    chosen : int
        The severity that the page shows, which is marked.
    """
    figure, said = go.Figure(), []
    colors = (ACCENT, *(run_color(k, look) for k in (0, 2, 3)))
    for number, (name, points) in enumerate(lines.items()):
        if points:
            aside = (number - (len(lines) - 1) / 2) * APART
            mark = colors[number], SYMBOLS[number]
            figure.add_trace(_line(name, points, aside, mark, look))
            said.append(_said(name, points, look))
    plain(figure, look, 360)
    figure.add_vline(x=chosen, line={"color": look.muted, "dash": "dash"})
    figure.update_xaxes(
        title=look.text("severity"), range=[-0.5, SEVERITIES[-1] + 0.3],
        tickvals=[0, *SEVERITIES], ticktext=[look.text("clean"), *map(str, SEVERITIES)],
    )  # fmt: skip
    figure.update_yaxes(title=look.text("right answers, %"), range=[0, 104], dtick=20)
    figure.update_layout(showlegend=True, margin={"t": 40})
    return named(figure, look.paragraph(*said) or look.text("Nothing is measured yet."))


def _line(
    name: str, points: Sequence[SeverityPoint], aside: float, mark: tuple[str, str], look: Look
) -> go.Scatter:
    color, symbol = mark
    means = [100 * one.mean.accuracy for one in points]
    lows, highs = ([100 * one.mean.interval[k] for one in points] for k in (0, 1))
    return go.Scatter(
        x=[one.severity + aside for one in points], y=means, mode="lines+markers",
        name=escape(name), line={"color": color, "width": 2},
        marker={"size": 8, "symbol": symbol},
        error_y={"type": "data", "thickness": 1.5, "width": 4, "color": color,
                 "array": [high - mean for high, mean in zip(highs, means, strict=True)],
                 "arrayminus": [mean - low for mean, low in zip(means, lows, strict=True)]},
        text=[_exact(one, look) for one in points],
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def _exact(point: SeverityPoint, look: Look) -> str:
    digits = digits_of(point.n)
    shares = (point.mean.accuracy, *point.mean.interval)
    right, low, high = (percent(one, digits, look.translate) for one in shares)
    values = {"right": right, "low": low, "high": high, "count": f"{point.n:,}"}
    if not point.severity:
        return look.text(
            "clean: {right} right (95 % interval {low} to {high}); pictures: {count}", **values
        )
    return look.text(
        "severity {severity}: {right} right (95 % interval {low} to {high}); pictures: {count}",
        severity=point.severity, **values,
    )  # fmt: skip


def _said(name: str, points: Sequence[SeverityPoint], look: Look) -> str:
    """Return how accuracy falls along a line, in a sentence."""
    first, last = points[0], points[-1]
    before, after = (
        percent(one.mean.accuracy, digits_of(one.n), look.translate) for one in (first, last)
    )
    return look.text(
        "{name}: {first} right when clean, {last} at severity {severity}.",
        name=name, first=before, last=after, severity=last.severity,
    )  # fmt: skip
