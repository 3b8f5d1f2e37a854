"""Views of a study that combine trials over their seeds: fronts, intervals, importances."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import metric_axis
from rnndemo.plots.sweeps.study import (
    NO_FIGURES,
    NO_TRIALS,
    StudyView,
    colors,
    error_bars,
    message,
    point_marks,
    rgba,
    strengths,
)
from rnndemo.reading.percent import percent
from rnndemo.sweeps.analysis.noise import Estimate
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS, Point
from rnndemo.sweeps.analysis.tables import pareto_front
from rnndemo.sweeps.analysis.texts import field_text, short_text
from rnndemo.sweeps.analysis.verdict import verdict
from rnndemo.trials.task import COMPLETE

FEW = 60  # points up to which the interval of each is drawn
MAX_ROWS, MAX_NAME, LETTER = 40, 26, 8  # rows; letters of a name; width of a letter in pixels
FEW_TRIALS = N_(
    "To tell what matters, at least eight trials must have finished, with different results."
)
SAME = N_("So far all trials cost the same, so there is no Pareto front to draw.")
NO_SETTINGS = N_("Only the seed varies, so no setting can matter.")


def front(cost: str, study: StudyView, look: Look) -> go.Figure:
    """Return accuracy or error against `cost`, a key of `METRICS`, with the Pareto front."""
    name = study.metric if METRICS[study.metric].percent else CHOSEN_BY
    shown = [one for one in study.points if name in one.figures and cost in one.figures]
    if not shown:
        return message(NO_FIGURES if study.trials else NO_TRIALS, look)
    if len(set(_means_of(shown, cost))) < 2:
        return message(SAME, look)
    figure = plain(go.Figure(), look, 400)
    best = pareto_front(shown, cost, name)
    figure.add_scatter(
        x=_means_of([shown[place] for place in best], cost),
        y=_means_of([shown[place] for place in best], name), mode="lines",
        name=look.text("Pareto front"), hoverinfo="skip",
        line={"color": ACCENT, "width": 2.5, "shape": "hv"},
    )  # fmt: skip
    figure.add_trace(_costs(study, shown, cost, name, set(best), look))
    figure.update_xaxes(metric_axis(METRICS[cost], _means_of(shown, cost), look))
    return figure.update_yaxes(metric_axis(METRICS[name], _means_of(shown, name), look))


def _means_of(shown: Sequence[Point], name: str) -> list[float]:
    return [point.figures[name].mean for point in shown]


def _costs(
    study: StudyView, shown: Sequence[Point], cost: str, name: str, best: set[int], look: Look
) -> go.Scatter:
    """Return the combinations as marks; of many, only those in `best` have an interval."""
    metric = METRICS[cost]
    figures = [
        point.figures[name] if len(shown) <= FEW or place in best
        else Estimate(point.figures[name].mean)
        for place, point in enumerate(shown)
    ]  # fmt: skip
    trace = go.Scatter(
        x=_means_of(shown, cost), y=_means_of(shown, name),
        error_y=error_bars(figures, rgba(look.ink, 0.5)), **point_marks(shown, name, study, look),
    )  # fmt: skip
    costs = [
        look.pair(look.text(metric.label), metric.text(one, look.translate))
        for one in _means_of(shown, cost)
    ]
    return trace.update(
        text=[f"{text}<br>{escape(more)}" for text, more in zip(trace.text, costs, strict=True)],
        marker={"size": [10 if place in best else 8 for place in range(len(shown))]},
    )


# --- intervals ------------------------------------------------------------------------------------


def seeds(study: StudyView, look: Look) -> go.Figure:
    """Return the combinations of settings with their intervals, the best first."""
    metric, answer = METRICS[study.metric], verdict(study.points, study.metric)
    if answer.best is None:
        return message(NO_FIGURES if study.trials else NO_TRIALS, look)
    sign = -1 if metric.better == "high" else 1
    shown = _rows(study, sign)
    level = {id(study.points[place]) for place in (answer.best, *answer.tied, *answer.open)}
    figure = plain(go.Figure(), look, 100 + 24 * len(shown))
    figure.add_trace(_single(study, shown, look))
    figure.add_trace(_means(study, shown, [id(point) in level for point in shown], look))
    first = shown[0].figures[study.metric]
    if first.low is not None and first.high is not None:
        figure.add_vrect(
            x0=first.low, x1=first.high, fillcolor=rgba(ACCENT, 0.13), line_width=0, layer="below"
        )
    figure.update_xaxes(metric_axis(metric, _means_of(shown, study.metric), look), side="top")
    names = [escape(_short(point, look)) for point in shown]
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(shown))), ticktext=names,
        range=[len(shown) - 0.4, -0.6], showgrid=False,
    )  # fmt: skip
    title = " · ".join(field_text(path, look.translate) for path in study.space.varied)
    if len(title) * LETTER < figure.layout.height - 100:
        figure.update_yaxes(title=title)
    return figure.update_layout(margin={"t": 60})


def _rows(study: StudyView, sign: int) -> list[Point]:
    """Return the best points and the chosen ones, the best first."""
    found = [point for point in study.points if study.metric in point.figures]
    found.sort(key=lambda point: (sign * point.figures[study.metric].mean, point.numbers))
    rest = [one for one in found[MAX_ROWS:] if not study.chosen.isdisjoint(one.numbers)]
    return found[:MAX_ROWS] + rest[:MAX_ROWS]


def _short(point: Point, look: Look) -> str:
    """Return a short name of a point: its values alone."""
    text = short_text(point.params, look.translate)
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


def _single(study: StudyView, shown: Sequence[Point], look: Look) -> go.Scatter:
    """Return small marks of single trials, for means of several."""
    metric = METRICS[study.metric]
    found = [
        (value, row, [number])
        for row, point in enumerate(shown)
        if point.seeds > 1
        for number in point.numbers
        if (value := metric.value(study.by_number[number])) is not None
        and study.by_number[number].state == COMPLETE
    ]
    numbers = [some for _value, _row, some in found]
    return go.Scatter(
        x=[value for value, _row, _some in found], y=[row for _value, row, _some in found],
        customdata=numbers, mode="markers", showlegend=False, hoverinfo="skip",
        marker={
            "symbol": "line-ns", "size": 9, "opacity": strengths(numbers, study),
            "line": {"width": 1.5, "color": colors(numbers, study, look.muted)},
        },
    )  # fmt: skip


def _means(
    study: StudyView, shown: Sequence[Point], level: Sequence[bool], look: Look
) -> go.Scatter:
    """Return the means with their intervals; those that may be `level` with the best stand out."""
    figures = [point.figures[study.metric] for point in shown]
    trace = go.Scatter(
        x=[one.mean for one in figures], y=list(range(len(shown))),
        error_x=error_bars(figures, rgba(look.ink, 0.5)),
        **point_marks(shown, study.metric, study, look),
    )  # fmt: skip
    strong = [
        ACCENT if one and color == look.ink else color
        for one, color in zip(level, trace.marker.color, strict=True)
    ]
    return trace.update(marker={"size": 10, "color": strong})


# --- importances ----------------------------------------------------------------------------------


def importance(study: StudyView, look: Look) -> go.Figure:
    """Return the importances of the settings as bars."""
    if not study.space.varied:
        return message(NO_SETTINGS, look)
    shares = study.shares
    if shares is None:
        return message(FEW_TRIALS, look)
    names = [field_text(path, look.translate) for path in shares]
    values = list(shares.values())
    figure = plain(go.Figure(), look, 100 + 36 * len(names))
    figure.add_bar(
        x=values, y=names, orientation="h", marker={"color": look.ink, "opacity": 0.85},
        text=[percent(value, 0, look.translate) for value in values], textposition="auto",
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title=look.text("relative importance"), range=[0, 1.02], tickformat=".0%")
    return figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
