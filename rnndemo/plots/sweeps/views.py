"""The views of a study: question, explanation and figure of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.look.names import named
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.landscape import landscape
from rnndemo.plots.sweeps.maps import maps
from rnndemo.plots.sweeps.parallel import parallel
from rnndemo.plots.sweeps.points import front, importance, seeds
from rnndemo.plots.sweeps.study import NO_FIGURES, StudyView
from rnndemo.plots.sweeps.trials import history, slices, stages
from rnndemo.sweeps.analysis.points import METRICS
from rnndemo.sweeps.analysis.texts import params_text
from rnndemo.sweeps.space import SearchSpace


@dataclass(frozen=True)
class View:
    """A view of a study.

    Parameters
    ----------
    question, caption : str
        What it answers and how to read it, gettext keys.
    draw : callable
        Returns the figure, or one with a message if there is too little to draw.
    caption_of_one : str, optional
        How to read it where a single setting varies, if that is drawn in another way.
    """

    question: str
    caption: str
    draw: Callable[[StudyView, Look], go.Figure]
    caption_of_one: str | None = None

    def caption_of(self, space: SearchSpace) -> str:
        """Return how to read the figure of a study of this space, a gettext key."""
        one = len(space.varied) == 1
        return (self.caption_of_one if one else None) or self.caption

    def figure(self, study: StudyView, look: Look) -> go.Figure:
        """Return the figure with its name."""
        return named(self.draw(study, look), _best_said(study, look))


def _best_said(study: StudyView, look: Look) -> str:
    """Return how many trials have a result, and which is best, in words."""
    metric = METRICS[study.metric]
    if not study.measured:
        return look.text(NO_FIGURES)
    sign = 1 if metric.better == "high" else -1
    trial, value = max(study.measured, key=lambda pair: sign * pair[1])
    return look.text(
        "Trials with a result: {count}. The single best by {metric}, which may be luck: "
        "{settings}, {value}.",
        count=len(study.measured), metric=look.text(metric.label),
        settings=params_text(trial.params, look.translate),
        value=metric.text(value, look.translate),
    )  # fmt: skip


VIEWS: dict[str, View] = {
    "map": View(
        N_("What do the settings buy, and what do they cost?"),
        N_(
            "Each cell is the mean of its trials: the stronger the colour, the higher the "
            "value. From 98 to 99 % right, the colour changes as much as from 80 to 90 %."
        ),
        maps,
        N_(
            "Each point is the mean of its trials. With several seeds, the bar is the 95 % "
            "interval of that mean."
        ),
    ),
    "seeds": View(
        N_("Which differences are real?"),
        N_(
            "Each row is one combination, the best first. Each tick is a seed; with several, "
            "the line is the 95 % interval of their mean. Blue rows may be as good as the "
            "first: these seeds cannot tell."
        ),
        seeds,
    ),
    "importances": View(
        N_("Which settings matter?"),
        N_(
            "The longer a bar, the more a setting's values in the best quarter of the trials "
            "differ from those in all trials (PED-ANOVA). This holds only for the values that "
            "were tried."
        ),
        importance,
    ),
    "history": View(
        N_("Is it still improving?"),
        N_("The trials in order; the line is the best so far. Once it stays flat, you can stop."),
        history,
    ),
    "slices": View(
        N_("What does each setting do?"),
        N_("Each panel shows all trials against one setting, while the others vary as well."),
        slices,
        N_("Each point is a trial, against the one setting that varies."),
    ),
    "parallel": View(
        N_("What do good trials have in common?"),
        N_(
            "Each line is a trial; the good ones are blue. Click a mark, or draw a box round "
            "some on an axis: they stand out in every view."
        ),
        parallel,
    ),
    "contour": View(
        N_("Where are the best settings?"),
        N_(
            "Points are trials; between them, the colour is estimated from the nearest ones. "
            "Do not trust it where there are no points."
        ),
        landscape,
    ),
    "front-time": View(
        N_("How good can it get in little time?"),
        N_(
            "The line is the Pareto front: no setting that trains faster is as good, on average "
            "over its seeds, as a point on it."
        ),
        partial(front, "seconds"),
    ),
    "front-parameters": View(
        N_("How good can a small network be?"),
        N_(
            "The line is the Pareto front: no smaller network is better, on average over its "
            "seeds, than a point on it."
        ),
        partial(front, "parameters"),
    ),
    "curves": View(
        N_("Which trials learn fast, which keep improving?"),
        N_("Validation accuracy during training, one line per trial."),
        stages,
    ),
}
