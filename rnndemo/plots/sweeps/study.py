"""What the views of a study share: the data to draw, marks, and hover texts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from rnndemo.errors import N_
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.sweeps.analysis.noise import Estimate
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS, Point, points
from rnndemo.sweeps.analysis.tables import importances
from rnndemo.sweeps.analysis.texts import params_text
from rnndemo.sweeps.analysis.verdict import figure_text
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import SearchSpace
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED

CHOSEN = "#D1603D"  # colour of chosen trials
FAINT, USUAL, STRONG = 0.15, 0.75, 1.0  # opacity: not chosen, if none is chosen, chosen

NO_TRIALS = N_("No trial has started yet.")
NO_FIGURES = N_("No trial has a result yet.")
STATES = {
    COMPLETE: (N_("trained to the end"), "circle"),
    PRUNED: (N_("given up early"), "circle-open"),
    FAILED: (N_("failed"), "x"),
}


@dataclass(frozen=True)
class StudyView:
    """The part of a study to draw.

    Parameters
    ----------
    metric : str
        A key of `rnndemo.sweeps.analysis.tables.METRICS`.
    chosen : frozenset of int
        Numbers of the trials to emphasize; if none, all are drawn alike.
    narrow : bool
        Whether there is little width, as on a phone: panels are below each other.
    """

    trials: Sequence[TrialRecord]
    space: SearchSpace
    metric: str = CHOSEN_BY
    chosen: frozenset[int] = frozenset()
    narrow: bool = False

    @cached_property
    def points(self) -> list[Point]:
        """The trials, combined over their seeds."""
        return points(self.trials, self.space)

    @cached_property
    def by_number(self) -> dict[int, TrialRecord]:
        """The trials by their numbers."""
        return {trial.number: trial for trial in self.trials}

    def numbers(self, point: Point) -> list[int]:
        """Return the numbers of a point's trials, the best by validation first."""
        value = METRICS[CHOSEN_BY].value
        return sorted(
            point.numbers, key=lambda number: (-(value(self.by_number[number]) or -1.0), number)
        )

    @cached_property
    def measured(self) -> list[tuple[TrialRecord, float]]:
        """The trials that have a value of the metric, with it."""
        values = ((trial, METRICS[self.metric].value(trial)) for trial in self.trials)
        return [(trial, one) for trial, one in values if one is not None and trial.state in STATES]

    def main(self, count: int, numeric: bool = False) -> list[str]:
        """Return the `count` most important settings, in the order of the space."""
        paths = [path for path in self.space.varied if not numeric or self.space.numeric(path)]
        if len(paths) <= count:
            return paths
        shares = self.shares or {}
        best = sorted(paths, key=lambda path: -shares.get(path, 0.0))[:count]
        return [path for path in paths if path in best]

    @cached_property
    def shares(self) -> dict[str, float] | None:
        """The importances of the settings; None if there are too few trials."""
        return importances(self.trials, self.space)


def words(trial: TrialRecord, study: StudyView, look: Look) -> str:
    """Return the hover text of a trial."""
    lines = [
        look.text("trial {number}", number=trial.number),
        params_text(trial.params, look.translate),
    ]
    if study.space.repeats > 1 or trial.repeat:
        lines.append(look.text("repetition {number}", number=trial.repeat + 1))
    if trial.state in STATES and trial.state != COMPLETE:
        diverged = trial.result is not None and trial.result.diverged
        lines.append(look.text("diverged") if diverged else look.text(STATES[trial.state][0]))
    for name in dict.fromkeys((CHOSEN_BY, study.metric, "seconds", "parameters")):
        value = METRICS[name].value(trial)
        if value is not None:
            lines.append(
                look.pair(look.text(METRICS[name].label), METRICS[name].text(value, look.translate))
            )
    return "<br>".join(map(escape, lines))


def point_words(point: Point, name: str, look: Look) -> str:
    """Return the hover text of a combination of settings for metric `name`."""
    lines = [params_text(point.params, look.translate)]
    if name in point.figures:
        figure = figure_text(point.figures[name], METRICS[name], look.translate)
        lines.append(look.pair(look.text(METRICS[name].label), figure))
    counts = {
        N_("seeds: {count}"): point.seeds,
        N_("given up early: {count}"): point.pruned,
        N_("failed: {count}"): point.failed,
        N_("of these diverged: {count}"): point.diverged,
        N_("running: {count}"): point.running,
    }
    lines += [look.text(text, count=count) for text, count in counts.items() if count]
    return "<br>".join(map(escape, lines))


def strengths(numbers: Sequence[Sequence[int]], study: StudyView) -> list[float]:
    """Return the opacity of marks, given the numbers of the trials that each stands for."""
    if not study.chosen:
        return [USUAL] * len(numbers)
    return [FAINT if study.chosen.isdisjoint(some) else STRONG for some in numbers]


def colors(numbers: Sequence[Sequence[int]], study: StudyView, usual: str) -> list[str]:
    """Return the colours of marks, given the numbers of the trials that each stands for."""
    return [usual if study.chosen.isdisjoint(some) else CHOSEN for some in numbers]


def marks(
    trials: Sequence[TrialRecord], x: Sequence[Any], y: Sequence[Any], study: StudyView, look: Look
) -> go.Scatter:
    """Return a mark for each of some trials, with the trial's number as ``customdata``.

    Not drawn by WebGL, however many there are: Plotly's needs a Content Security Policy that lets
    any text run as a script.
    """
    numbers = [[trial.number] for trial in trials]
    once = {trial.number: trial for trial in trials}  # a trial may have several marks
    told = {number: words(trial, study, look) for number, trial in once.items()}
    symbols = [STATES[trial.state][1] if trial.state in STATES else "circle" for trial in trials]
    marker = {
        "color": colors(numbers, study, look.ink), "opacity": strengths(numbers, study),
        "symbol": symbols, "size": 8,
    }  # fmt: skip
    return go.Scatter(
        x=x, y=y, mode="markers", marker=marker, customdata=numbers, showlegend=False,
        text=[told[trial.number] for trial in trials],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def point_marks(shown: Sequence[Point], name: str, study: StudyView, look: Look) -> dict[str, Any]:
    """Return what marks of combinations have in common, with hover texts for metric `name`."""
    numbers = [study.numbers(point) for point in shown]
    return {
        "mode": "markers", "customdata": numbers, "showlegend": False,
        "text": [point_words(point, name, look) for point in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": colors(numbers, study, look.ink), "opacity": strengths(numbers, study),
        },
    }  # fmt: skip


def error_bars(figures: Sequence[Estimate], color: str) -> dict[str, Any]:
    """Return the intervals of figures as error bars."""
    return {
        "array": [0 if one.high is None else one.high - one.mean for one in figures],
        "arrayminus": [0 if one.low is None else one.mean - one.low for one in figures],
        "color": color, "thickness": 1.2, "width": 3,
    }  # fmt: skip


def rgba(color: str, opacity: float) -> str:
    """Return a colour ``#rrggbb`` with an opacity."""
    red, green, blue = hex_to_rgb(color)
    return f"rgba({red},{green},{blue},{opacity:g})"


def message(text: str, look: Look) -> go.Figure:
    """Return an empty figure with a message why there is nothing to draw."""
    figure = plain(go.Figure(), look, 180)
    text = look.text(text)
    wrapped = "<br>".join(textwrap.wrap(text, 42 if text.isascii() else 22))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure.add_annotation(
        text=wrapped, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
        font={"size": 15, "color": look.ink},
    )  # fmt: skip
