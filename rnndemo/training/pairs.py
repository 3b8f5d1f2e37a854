"""What two runs that differ in one thing have shown: said from their recorded points alone.

Each function returns sentences as messages with their values; a page translates them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import N_
from rnndemo.presets import PAIRS, PRESETS, preset_of
from rnndemo.training.history import History

PLAINLY = 10.0  # times: what is so much stronger is seen in a chart
TURNED_UP = 1.1  # times its lowest value: a loss that ends so high has turned up
EXPLODED = 100.0  # times the usual norm
LARGE = (1e3, 1e9)  # numbers that are written out, with separators

Sentence = tuple[str, dict[str, Any]]


class PerCent(float):
    """A value that people read in per cent."""


@dataclass(frozen=True)
class PairedRun:
    """One of the two runs.

    Parameters
    ----------
    name : str
        A message, such as "LSTM".
    failed : bool
        Whether its numbers ran out of bounds.
    """

    name: str
    history: History
    failed: bool = False


def other_side(lesson: str) -> RunConfig:
    """Return the configuration of the second run of a lesson of `PAIRS`."""
    config = PRESETS[lesson]
    for path, value in PAIRS[lesson].changes.items():
        config = codec.set_value(config, path, value)
    return config


def pair_of(left: RunConfig, right: RunConfig) -> str:
    """Return the lesson whose two sides these are, "" if they are none."""
    name = preset_of(left)
    return name if name in PAIRS and right == other_side(name) else ""


def seen(lesson: str, left: PairedRun, right: PairedRun) -> list[Sentence]:
    """Return what was seen in the two runs of a lesson; nothing if too little was recorded."""
    return SEEN[lesson](left, right)


def _vanishing(left: PairedRun, right: PairedRun) -> list[Sentence]:
    """Compare the gradients that reach the first timestep."""
    if not (left.history.gradients and right.history.gradients):
        return []
    last = [side.history.gradients[-1] for side in (left, right)]
    first = [event["gradient"][0][0][0] for event in last]
    if any(value is None for value in first):
        return []
    step = {"step": last[0]["step"], "later": last[1]["step"]}
    weak, strong = sorted(((first[0], left), (first[1], right)), key=lambda one: one[0])
    values = step | {"weak": weak[1].name, "strong": strong[1].name, "value": strong[0]}
    if not weak[0] < strong[0] / PLAINLY:
        both = step | {"left": left.name, "right": right.name, "a": first[0], "b": first[1]}
        return [(ALIKE, both)]
    if not weak[0]:
        return [(GONE, values)]
    return [(WEAKER, values | {"times": strong[0] / weak[0]})]


ALIKE = N_(
    "In the last measurement (steps {step} and {later}), the gradient at the first timestep was "
    "about as strong in both: {left} {a}, {right} {b}."
)
GONE = N_(
    "In the last measurement (steps {step} and {later}), the gradient at the first timestep was 0 "
    "in the {weak}: too small for the computer's numbers. In the {strong} it was {value}."
)
WEAKER = N_(
    "In the last measurement (steps {step} and {later}), the gradient at the first timestep was "
    "{times} times weaker in the {weak} than in the {strong}."
)


def _of_each(
    say: Callable[[PairedRun], list[Sentence]],
) -> Callable[[PairedRun, PairedRun], list[Sentence]]:
    """Return a function that says of either side what `say` says of one."""
    return lambda left, right: say(left) + say(right)


def _known(steps: list[int], values: list[Any]) -> list[tuple[float, int]]:
    """Return each value that was measured, with its step."""
    return [(value, step) for value, step in zip(values, steps, strict=True) if value is not None]


def _explosion(side: PairedRun) -> list[Sentence]:
    """Say how large the gradient became, and how the run ended."""
    steps, norms = side.history.norms()
    known = _known(steps, norms)
    if not known:
        return []
    largest, at = max(known)
    usual = sorted(known)[len(known) // 2][0]
    values = {"side": side.name, "norm": largest, "usual": usual, "at": at, "step": steps[-1]}
    if side.failed:
        return [(BROKE if largest > EXPLODED * usual else FAILED, values)]
    return [(HELD, values)]


BROKE = N_(
    "{side}: the gradient norm, usually {usual}, jumped to {norm} at step {at}, and training "
    "failed after step {step}."
)
FAILED = N_(
    "{side}: training failed after step {step}; no norm recorded before was above {norm} (usually "
    "{usual})."
)
HELD = N_(
    "{side}: training went on to step {step}. Before clipping, the largest gradient norm was "
    "{norm}, at step {at} (usually {usual})."
)


def _turn(side: PairedRun) -> list[Sentence]:
    """Say whether the validation loss has turned up."""
    steps, losses = side.history.series("validation", "validation_loss")
    known = _known(steps, losses)
    if len(known) < 2:
        return []
    lowest, at = min(known)
    last, end = known[-1]
    values = {"side": side.name, "lowest": lowest, "at": at, "last": last, "step": end}
    if at == end:
        return [(FELL, values)]
    return [(UP if last > TURNED_UP * lowest else DOWN, values)]


UP = N_(
    "{side}: the validation loss fell to {lowest} at step {at}, then rose to {last} at step "
    "{step}: it overfits."
)
FELL = N_("{side}: the validation loss was lowest at the end, {last} at step {step}.")
DOWN = N_(
    "{side}: the validation loss fell to {lowest} at step {at} and was {last} at step {step}: it "
    "did not turn up."
)


def _learnt(side: PairedRun) -> list[Sentence]:
    """Say how often a side is right after how long."""
    steps, shares = side.history.series("validation", "validation_accuracy")
    known = _known(steps, shares)
    if not known or not side.history.steps:
        return []
    seconds = round(side.history.steps[-1]["seconds"], 1)
    values = {"side": side.name, "step": steps[-1], "seconds": seconds}
    return [(LEARNT, values | {"share": PerCent(known[-1][0])})]


LEARNT = N_(
    "{side}: {share} of the validation pictures right after {seconds} s of training ({step} steps)."
)


def _kept(side: PairedRun) -> list[Sentence]:
    """Say how far a side has come, and what reaches its first timestep."""
    first = side.history.gradients[-1]["gradient"][0][0][0] if side.history.gradients else None
    reached = [] if first is None else [(REACHED, {"side": side.name, "value": first})]
    return [*_learnt(side), *reached]


REACHED = N_("{side}: the gradient at the first timestep was {value} in the end.")


def _remembered(left: PairedRun, right: PairedRun) -> list[Sentence]:
    """Say how far both have come, and what reaches the first timestep."""
    return [*_learnt(left), *_learnt(right), *_vanishing(left, right)]


SEEN: dict[str, Callable[[PairedRun, PairedRun], list[Sentence]]] = {
    "vanishing-gradient": _vanishing,
    "exploding-gradient": _of_each(_explosion),
    "overfit": _of_each(_turn),
    "pixel-by-pixel": _remembered,
    "pixels-permuted": _remembered,
    "pixels-forgotten": _of_each(_kept),
}


def figure(value: float) -> str:
    """Return a whole number, or another with three digits, as people read it.

    Examples
    --------
    >>> figure(12_345), figure(1234567.0), figure(1.239), figure(0.00001234)
    ('12,345', '1,230,000', '1.24', '1.23e-05')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if LARGE[0] <= abs(value) < LARGE[1]:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"
