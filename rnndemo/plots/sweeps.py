"""The views of a study: what each asks, how it is read, and its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.colors import ink
from rnndemo.plots.look import Translate, plain
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.space import SearchSpace


@dataclass(frozen=True)
class Shown:
    """What of a study is drawn.

    Parameters
    ----------
    trials : sequence of Known
    space : SearchSpace
    metric : str
        A key of `rnndemo.sweeps.analysis.METRICS`.
    chosen : frozenset of int
        Numbers of the trials that are drawn strongly; none: all alike.
    narrow : bool
        Whether there is little width, as on a phone: panels lie below each other.
    """

    trials: Sequence[Known]
    space: SearchSpace
    metric: str = "validation_accuracy"
    chosen: frozenset[int] = frozenset()
    narrow: bool = False


@dataclass(frozen=True)
class View:
    """One way to look at a study.

    Parameters
    ----------
    question, caption : str
        In plain words: what it answers, and how to read it. Gettext keys.
    draw : callable
        Takes `Shown`, whether it is dark, and what translates.
    """

    question: str
    caption: str
    draw: Callable[[Shown, bool, Translate], go.Figure]


def _soon(shown: Shown, dark: bool, _: Translate) -> go.Figure:
    figure = plain(go.Figure(), dark, 320)
    numbers = [[trial.number] for trial in shown.trials]
    y = [trial.result.validation_accuracy if trial.result else None for trial in shown.trials]
    figure.add_scatter(
        x=[trial.number for trial in shown.trials], y=y, customdata=numbers, mode="markers",
        marker={"color": ink(dark)},
    )  # fmt: skip
    return figure


VIEWS: dict[str, View] = {
    name: View(N_("What came of it?"), "", _soon)
    for name in (
        "map", "history", "parallel", "slices", "contour", "importances", "front-time",
        "front-parameters", "seeds", "curves",
    )
}  # fmt: skip


def courses(
    by_number: Mapping[int, Sequence[tuple[float, float]]],
    chosen: frozenset[int],
    dark: bool,
    _: Translate,
) -> go.Figure:
    """Return the courses of trials."""
    figure = plain(go.Figure(), dark, 320)
    for number, course in by_number.items():
        figure.add_scatter(
            x=[one[0] for one in course], y=[one[1] for one in course], mode="lines",
            customdata=[[number]] * len(course),
        )  # fmt: skip
    return figure
