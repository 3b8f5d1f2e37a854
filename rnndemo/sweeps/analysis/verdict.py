"""The verdict of a study: which settings are best, and whether their lead is beyond the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnndemo.errors import N_
from rnndemo.sweeps.analysis.noise import Estimate, difference
from rnndemo.sweeps.analysis.points import METRICS, Metric, Point
from rnndemo.sweeps.analysis.texts import Translate, params_text

NONE = N_("No trial has a result yet.")
ALONE = N_("{best}: {figure}. There is nothing to compare it with yet.")
EXACT = N_("{best} has the {word}: {figure}; next is {rival} with {next}.")
UNKNOWN = N_(
    "{best} leads with {figure}, ahead of {rival} with {next}. With one seed each, there is no "
    "telling how much of that is luck."
)
CLEAR = N_(
    "{best} is best: {figure}. Its lead over {rival}, the next best, is larger than the noise."
)
NOISE = N_(
    "{best} leads with {figure}. The difference from {rival} is within the noise; more seeds "
    "would tell."
)
TIED = N_(
    "{best} leads with {figure}. {tied} others are just as good, within the noise; more seeds "
    "would tell."
)
LUCK = N_("The best of {count} always looks a little better than it is.")
BEST = {"high": N_("most"), "low": N_("fewest")}


@dataclass(frozen=True)
class Verdict:
    """The verdict of a study for one metric.

    Parameters
    ----------
    message : str
        A gettext key; `text` fills it in.
    count : int
        Number of points that have the metric.
    best, rival : int or None
        Indices of the best point and the second.
    tied : tuple of int
        Points whose difference from the best is within the noise; all intervals of these
        differences hold at once with 95 % (Bonferroni).
    """

    message: str
    count: int = 0
    best: int | None = None
    rival: int | None = None
    points: Sequence[Point] = ()
    metric: str = ""
    tied: tuple[int, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether the best is better than all others by more than the noise."""
        return self.message in (CLEAR, EXACT)

    def text(self, _: Translate) -> str:
        """Return the verdict as one or two sentences."""
        if self.best is None:
            return _(self.message)
        values = {
            "best": self._name(self.best, _), "figure": self._figure(self.best, _),
            "tied": f"{len(self.tied):,}", "word": _(BEST[METRICS[self.metric].better]),
        }  # fmt: skip
        if self.rival is not None:
            values["rival"] = self._name(self.rival, _)
            values["next"] = self._figure(self.rival, _)
        said = _(self.message).format(**values)
        if self.count > 2 and not METRICS[self.metric].exact:
            said += " " + _(LUCK).format(count=f"{self.count:,}")
        return said

    def _name(self, place: int, _: Translate) -> str:
        return params_text(self.points[place].params, _)

    def _figure(self, place: int, _: Translate) -> str:
        return figure_text(self.points[place].figures[self.metric], METRICS[self.metric], _)


def figure_text(figure: Estimate, metric: Metric, _: Translate) -> str:
    """Return a figure with its interval, for example "98.10 % (97.80 % to 98.40 %)"."""
    if figure.low is None or figure.high is None:
        return metric.text(figure.mean)
    return _("{value} ({low} to {high})").format(
        value=metric.text(figure.mean), low=metric.text(figure.low), high=metric.text(figure.high)
    )


def verdict(points: Sequence[Point], metric: str) -> Verdict:
    """Return which point is best, and whether its lead is beyond the noise.

    The best is compared with all others by Welch's intervals of the differences
    (`rnndemo.sweeps.analysis.noise.difference`), with Bonferroni's correction: among many points,
    some come close or lead by luck alone.

    Parameters
    ----------
    metric : str
        A key of `METRICS`.
    """
    sign = 1 if METRICS[metric].better == "high" else -1
    figures = {n: one.figures[metric] for n, one in enumerate(points) if metric in one.figures}
    order = sorted(figures, key=lambda n: (-sign * figures[n].mean, n))
    if len(order) < 2:
        best = order[0] if order else None
        return Verdict(NONE if best is None else ALONE, len(order), best, None, points, metric)
    best, rival = order[:2]
    gaps = {n: difference(figures[best], figures[n], len(order) - 1) for n in order[1:]}
    tied = tuple(n for n, gap in gaps.items() if gap is not None and gap[1] <= 0 <= gap[2])
    message = _message(METRICS[metric], gaps[rival], len(tied))
    return Verdict(message, len(order), best, rival, points, metric, tied)


def _message(metric: Metric, gap: tuple[float, float, float] | None, tied: int) -> str:
    if metric.exact:
        return EXACT
    if gap is None:
        return UNKNOWN
    if not tied:
        return CLEAR
    return NOISE if tied == 1 else TIED
