"""The verdict of a study: which settings are best, and whether their lead is beyond the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rnndemo.errors import N_
from rnndemo.reading.wording import paragraph
from rnndemo.sweeps.analysis.noise import Estimate, difference
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS, TEST_PART, Metric, Point
from rnndemo.sweeps.analysis.texts import Translate, listed, params_text

NONE = N_("No trial has a result yet.")
ALONE = N_("{best}: {figure}. There is nothing to compare it with yet.")
EXACT = N_("{best} has the {word} ({metric}): {figure}; next is {rival} with {next}.")
EXACT_TIED = N_("{best} has the {word} ({metric}): {figure}; just as many: {ties}.")
ONE_SEED = N_(
    "{best} leads with {figure}, ahead of {rival} with {next}. Each setting was trained with one "
    "seed only: how much a result changes with the seed is unknown, so nothing here can be called "
    "better than luck. More seeds would tell."
)
UNKNOWN = N_(
    "{best} leads with {figure}, ahead of {rival} with {next}. Too few of them have several seeds "
    "with different results to call this more than luck; more seeds would tell."
)
SELECTED = N_(
    "{best} leads with {figure}, ahead of {rival} with {next}. Trainings of it that were given up "
    "early or failed, and are not in its mean: {lost}. So it may look better than it is, and "
    "nothing here can be called better than luck."
)
CLEAR = N_(
    "{best} is best: {figure}. Its lead over {rival}, the next best, is larger than the noise of "
    "the seeds."
)
TIED = N_(
    "{best} leads with {figure}. Within the noise of the seeds, these may be as good: {ties}. More "
    "seeds would tell."
)
OPEN = N_(
    "Not compared, because a single seed or equal results do not show what a seed changes: {open}."
)
LUCK = N_("The best of {count} always looks a little better than it is.")
REPORTED = N_("It is chosen by {chosen_by}; its {metric}: {figure}.")
SO_FAR = N_("So far: {answer}")
NAMED = N_("{name} ({figure})")
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
        Indices of the best point, and of the second among those it can be compared with.
    tied : tuple of int
        Points whose difference from the best is within the noise; all intervals of these
        differences hold at once with 95 % (Bonferroni).
    open : tuple of int
        Points that cannot be compared with the best, because it is unknown what a seed changes in
        one of both, or because the best's mean leaves out trials that were given up or failed.
    reported : str
        A metric that does not choose the best, but is told of it; "" if there is none.
    """

    message: str
    count: int = 0
    best: int | None = None
    rival: int | None = None
    points: Sequence[Point] = ()
    metric: str = ""
    tied: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    reported: str = ""

    @property
    def clear(self) -> bool:
        """Whether the best is better than all others by more than the noise."""
        return self.message in (CLEAR, EXACT) and not self.open

    def text(self, _: Translate, so_far: bool = False) -> str:
        """Return the verdict as a few sentences.

        Parameters
        ----------
        so_far : bool, default False
            Whether trials are still to come.
        """
        if self.best is None:
            return _(self.message)
        values = {
            "best": self._name(self.best, _), "figure": self._figure(self.best, _),
            "ties": self._names(self.tied, _), "word": _(BEST[METRICS[self.metric].better]),
            "metric": _(METRICS[self.metric].label), "lost": f"{self.points[self.best].lost:,}",
        }  # fmt: skip
        if self.rival is not None:
            values["rival"] = self._name(self.rival, _)
            values["next"] = self._figure(self.rival, _)
        sentences = [_(self.message).format(**values)]
        if self.open and self.message in (CLEAR, TIED):
            sentences.append(_(OPEN).format(open=self._names(self.open, _)))
        if self.count > 2 and self.message not in (EXACT, EXACT_TIED):
            sentences.append(_(LUCK).format(count=f"{self.count:,}"))
        if self.reported in self.points[self.best].figures:
            sentences.append(self._reported(self.points[self.best], _))
        said = paragraph(sentences, _)
        return _(SO_FAR).format(answer=said) if so_far else said

    def _reported(self, best: Point, _: Translate) -> str:
        metric = METRICS[self.reported]
        return _(REPORTED).format(
            chosen_by=_(METRICS[self.metric].label), metric=_(metric.label),
            figure=figure_text(best.figures[self.reported], metric, _),
        )  # fmt: skip

    def _name(self, place: int, _: Translate) -> str:
        return params_text(self.points[place].params, _)

    def _figure(self, place: int, _: Translate) -> str:
        return figure_text(self.points[place].figures[self.metric], METRICS[self.metric], _)

    def _names(self, places: Sequence[int], _: Translate) -> str:
        """Return the names of some points, each with its mean."""
        metric = METRICS[self.metric]
        pairs = ((self._name(one, _), self.points[one].figures[self.metric].mean) for one in places)
        return listed(
            [_(NAMED).format(name=n, figure=metric.text(mean, _)) for n, mean in pairs], _
        )


def figure_text(figure: Estimate, metric: Metric, _: Translate) -> str:
    """Return a figure with its interval, for example "98.10 % (97.80 % to 98.40 %)"."""
    if figure.low is None or figure.high is None:
        return metric.text(figure.mean, _)
    return _("{value} ({low} to {high})").format(
        value=metric.text(figure.mean, _), low=metric.text(figure.low, _),
        high=metric.text(figure.high, _),
    )  # fmt: skip


def choice(points: Sequence[Point], metric: str) -> Verdict:
    """Return the verdict for a metric that may choose; test pictures choose nothing.

    For a figure of theirs, the best by `CHOSEN_BY` is named, with what it reaches there.
    """
    if METRICS[metric].part == TEST_PART:
        return replace(verdict(points, CHOSEN_BY), reported=metric)
    return verdict(points, metric)


def verdict(points: Sequence[Point], metric: str) -> Verdict:
    """Return which point is best, and whether its lead is beyond the noise.

    The best is compared with all others by Welch's intervals of the differences, or of the ratios
    of amounts (`rnndemo.sweeps.analysis.noise.difference`), with Bonferroni's correction: among
    many points, some come close or lead by luck alone. (Hsu 1984 calls this multiple comparisons
    with the best.) What seeds change must have been seen: without repeated seeds nothing is called
    better than luck. Trials that were given up early or failed are in no mean, which may be too
    good then: nothing is called better than luck where the best has any. (Where others have, its
    lead is larger than it looks.)

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
    best, *others = order
    known = {n for n in order if figures[n].variance is not None}
    selected = bool(points[best].lost) and not figures[best].exact
    compared = [n for n in others if n in known] if best in known and not selected else []
    gaps = {n: difference(figures[best], figures[n], len(compared)) for n in compared}
    tied = tuple(n for n, gap in gaps.items() if gap.chance)
    message = SELECTED if selected else _message(figures, bool(compared), bool(tied))
    rival = (compared or others)[0]
    rest = tuple(n for n in others if n not in gaps)
    return Verdict(message, len(order), best, rival, points, metric, tied, rest)


def _message(figures: Mapping[int, Estimate], compared: bool, tied: bool) -> str:
    if all(one.exact for one in figures.values()):
        return EXACT_TIED if tied else EXACT
    if not compared:
        return ONE_SEED if all(one.count < 2 for one in figures.values()) else UNKNOWN
    return TIED if tied else CLEAR
