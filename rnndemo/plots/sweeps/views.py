"""The views of a study: what each asks, how it is read, and its figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.landscape import landscape
from rnndemo.plots.sweeps.maps import maps
from rnndemo.plots.sweeps.parallel import parallel
from rnndemo.plots.sweeps.points import front_view, importance, seeds
from rnndemo.plots.sweeps.study import StudyView
from rnndemo.plots.sweeps.trials import history, slices, stages


@dataclass(frozen=True)
class View:
    """One way to look at a study.

    Parameters
    ----------
    question, caption : str
        In plain words: what it answers, and how to read it. Gettext keys.
    draw : callable
        Returns its figure; where there is too little to draw, that says why.
    """

    question: str
    caption: str
    draw: Callable[[StudyView, Look], go.Figure]


VIEWS: dict[str, View] = {
    "map": View(
        N_("What do the settings buy, and what do they cost?"),
        N_(
            "Each cell is the mean of its trials: the stronger, the more. From 98 to 99 % right "
            "is as far in colour as from 80 to 90 %."
        ),
        maps,
    ),
    "seeds": View(
        N_("Which differences are real?"),
        N_(
            "Each row is one combination, with its 95 % interval; ticks are single seeds. What is "
            "blue is as good as the best, within the noise."
        ),
        seeds,
    ),
    "importances": View(
        N_("Which settings matter?"),
        N_(
            "How differently a setting is spread among the best quarter of the trials and among "
            "all (PED-ANOVA). It holds for the values that were tried, not for others."
        ),
        importance,
    ),
    "history": View(
        N_("Does it still get better?"),
        N_("The trials in order; the line is the best so far. Where it stays flat, stop."),
        history,
    ),
    "slices": View(
        N_("What does each setting do?"),
        N_("Each panel shows all trials along one setting; the others vary behind it."),
        slices,
    ),
    "parallel": View(
        N_("What do good trials have in common?"),
        N_(
            "Each line is a trial, blue the good ones. Choose a mark, or draw a box round some on "
            "an axis: they stand out in every view."
        ),
        parallel,
    ),
    "contour": View(
        N_("Where are the heights?"),
        N_(
            "Points are trials; between them the colour is an estimate from the nearest. Where "
            "there are no points, do not trust it."
        ),
        landscape,
    ),
    "front-time": View(
        N_("How good can it get in how little time?"),
        N_("The line is the front: no trial to the left of it is as good."),
        front_view("seconds"),
    ),
    "front-parameters": View(
        N_("How good can a small network be?"),
        N_("The line is the front: no smaller network beats it."),
        front_view("parameters"),
    ),
    "curves": View(
        N_("Who learns fast, and who learns on?"),
        N_("Accuracy on validation pictures in the course of training, a line for each trial."),
        stages,
    ),
}
