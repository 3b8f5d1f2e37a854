"""What settings do to a figure, in words: their effects, and whether these depend on each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from rnndemo.errors import N_
from rnndemo.reading.wording import paragraph
from rnndemo.sweeps.analysis.effects import Effect, Interaction, interactions, main_effects
from rnndemo.sweeps.analysis.noise import Contrast
from rnndemo.sweeps.analysis.points import METRICS, Point
from rnndemo.sweeps.analysis.texts import (
    BETWEEN,
    Translate,
    field_text,
    params_text,
    value_text,
)
from rnndemo.sweeps.space import SearchSpace

MEANS = N_("What each setting changes in the {metric}, on average over the other settings:")
ALONE = N_("What the setting changes in the {metric}:")
STEP, POINTS, TIMES = N_("{start} → {end}: {change}"), N_("{change} points"), N_("× {change}")
INTERVAL, NOISE = N_("{change} ({low} to {high})"), N_("{change}, within the noise")
INTERVALS = N_(
    "In parentheses: 95 % intervals over seeds; those of one setting hold at the same time."
)
PAIR = N_("{step} makes a difference of {before} with {first}, and of {after} with {last}.")
DEPENDS = N_("The two settings depend on each other (interaction): {change} between the two.")
APART = N_("That may be chance: no interaction shows ({change} between the two).")
UNTOLD = N_("More seeds would tell whether the two settings depend on each other (interaction).")
NO_PAIR = N_(
    "No two settings clearly depend on each other: no interaction stands out from the noise "
    "(pairs compared: {count})."
)
LEFT_OUT = N_("Left out, because they have no result: {count} of {all} combinations.")
LOST = N_(
    "Trainings that were given up early or failed, and are not in these means, which may be too "
    "good: {count}."
)
MAX_PAIRS = 3  # interactions that are told


def effect_lines(
    points: Sequence[Point], space: SearchSpace, metric: str, _: Translate
) -> list[str]:
    """Return the effects of settings as lines of Markdown; none where there are none to tell."""
    effects = main_effects(points, space, metric)
    if not effects:
        return []
    title = MEANS if len(space.varied) > 1 else ALONE
    lines = [_(title).format(metric=_(METRICS[metric].label)), ""]
    lines += [
        f"- **{field_text(path, _)}** " + _(BETWEEN).join(_effect(one, _) for one in some)
        for path, some in groupby(effects, key=lambda one: one.step.path)
    ]
    lines += [f"- {one}" for one in _together(interactions(points, space, metric), _)]
    missing = space.points - sum(metric in point.figures for point in points)
    if missing > 0:
        values = {"count": f"{missing:,}", "all": f"{space.points:,}"}
        lines.append("- " + _(LEFT_OUT).format(**values))
    lost = sum(point.lost for point in points if metric in point.figures)
    if lost and not METRICS[metric].exact:
        lines.append("- " + _(LOST).format(count=f"{lost:,}"))
    if any(one.change.interval for one in effects):
        lines += ["", _(INTERVALS)]
    return lines


def _effect(effect: Effect, _: Translate) -> str:
    start, end = (value_text(one, _) for one in (effect.step.start, effect.step.end))
    return _(STEP).format(start=start, end=end, change=_judged(effect.change, _))


def _together(found: Sequence[Interaction], _: Translate) -> list[str]:
    """Return sentences on interactions: on the only one, or on the largest that show."""
    if len(found) == 1:
        return [_pair(found[0], _)]
    shown = sorted((one for one in found if not one.change.chance), key=_size, reverse=True)
    if shown:
        return [_pair(one, _) for one in shown[:MAX_PAIRS]]
    if any(one.change.interval for one in found):
        return [_(NO_PAIR).format(count=f"{len(found):,}")]
    return []


def _size(interaction: Interaction) -> float:
    change = interaction.change
    return abs(math.log(change.value) if change.ratio else change.value)


def _pair(one: Interaction, _: Translate) -> str:
    step, by, change = one.step, one.by, one.change
    name = f"**{field_text(step.path, _)}** {value_text(step.start, _)} → {value_text(step.end, _)}"
    said = _(PAIR).format(
        step=name, before=_amount(one.before, _), after=_amount(one.after, _),
        first=params_text({by.path: by.start}, _), last=params_text({by.path: by.end}, _),
    )  # fmt: skip
    if change.exact:
        return said
    ending = (APART if change.chance else DEPENDS) if change.interval else UNTOLD
    return paragraph([said, _(ending).format(change=_with_interval(change, _))], _)


def _judged(change: Contrast, _: Translate) -> str:
    """Return a change with its interval, and whether it may be noise."""
    text = _with_interval(change, _)
    return _(NOISE).format(change=text) if change.interval and change.chance else text


def _with_interval(change: Contrast, _: Translate) -> str:
    text = _amount(change, _)
    if not change.interval:
        return text
    low, high = (_number(end, change.ratio) for end in change.interval)
    return _(INTERVAL).format(change=text, low=low, high=high)


def _amount(change: Contrast, _: Translate) -> str:
    text = TIMES if change.ratio else POINTS
    return _(text).format(change=_number(change.value, change.ratio))


def _number(value: float, ratio: bool) -> str:
    """Return a ratio, or a difference of shares in percentage points."""
    if ratio:
        return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
    return f"{100 * value:+.2f}".replace("-", "−")
