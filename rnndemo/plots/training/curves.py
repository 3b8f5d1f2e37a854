"""The curves of a training, as lines for a live chart.

A run's own lines have the colour of text; runs to compare it with have colours of their own. Lines
of training pictures are solid, those of validation pictures dashed. No line joins points
that lie far apart, see `rnndemo.plots.look.gaps`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnndemo.config import TrainingConfig
from rnndemo.plots.look.colors import ACCENT, run_color
from rnndemo.plots.look.gaps import broken
from rnndemo.plots.look.theme import Look
from rnndemo.storage.log import Event
from rnndemo.training.history import History
from rnndemo.training.steps.optimizers import SCHEDULES

SMOOTHING = 0.03  # share of the run over which curves are averaged


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Parameters
    ----------
    name : str
        Translated.
    x, y : sequence of float
        Of equal length; None in `y` is a gap.
    faint : bool
        Whether it is thin: for comparison only.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    color: str
    dash: bool = False
    faint: bool = False


def learning(
    name: str, history: History, others: Mapping[str, History], look: Look, own: str = ""
) -> list[Line]:
    """Return the learning curves over the steps.

    Parameters
    ----------
    name : str
        "loss" or "accuracy".
    history : History
        Of the run.
    others : mapping of str to History
        Runs to compare it with, by their titles.
    own : str
        The title of the run itself, where its lines are to be told by it.
    """
    lines = _pair(history, name, own, look.ink, look)
    for number, (title, other) in enumerate(others.items()):
        lines += _pair(other, name, title, run_color(number, look), look, faint=not own)
    return lines


def _pair(
    history: History, name: str, title: str, color: str, look: Look, faint: bool = False
) -> list[Line]:
    names = look.text("training"), validation_name(history, look)
    sources = ("steps", name), ("validation", f"validation_{name}")
    return [
        Line(
            _titled(title, part),
            *over_steps(history, *source),
            color,
            dash=bool(place),
            faint=faint,
        )
        for place, (part, source) in enumerate(zip(names, sources, strict=True))
    ]


def _titled(title: str, part: str) -> str:
    return f"{title} · {part}" if title else part


def validation_name(history: History, look: Look) -> str:
    """Return the name of the validation curve, with the number of its pictures if it is known."""
    pictures = history.validation_pictures
    if not pictures:
        return look.text("validation")
    return look.text("validation ({count} pictures)", count=f"{pictures:,}")


def over_steps(history: History, kind: str, name: str) -> tuple[list[int], list[float | None]]:
    """Return the series of a run (see `History.series`), with a gap where points lie far apart."""
    return broken(*history.series(kind, name), history.last_step)


def smoothed(lines: Sequence[Line], share: float = SMOOTHING) -> list[Line]:
    """Return running averages of lines, the lines themselves pale behind them.

    Parameters
    ----------
    lines : sequence of Line
        What is not finite in y stays a gap.
    share : float
        Of the range of x: a value that lies so far back counts a third of the newest. Lines with
        few points and with many are smoothed alike.
    """
    ends = [x for line in lines for x in line.x]
    span = share * (max(ends) - min(ends)) if ends else 0.0
    return [replace(line, faint=True) for line in lines] + [
        replace(line, y=_averages(line, span)) for line in lines
    ]


def _averages(line: Line, span: float) -> list[float | None]:
    averages: list[float | None] = []
    average = before = None
    for x, value in zip(line.x, line.y, strict=True):
        if value is None or not math.isfinite(value):
            averages.append(None)
            continue
        kept = 0.0 if before is None or not span else math.exp((before - x) / span)
        average = value if average is None else kept * average + (1 - kept) * value
        averages.append(average)
        before = x
    return averages


def learning_rate(history: History, look: Look) -> list[Line]:
    """Return the learning rate over the steps."""
    return [Line(look.text("learning rate"), *over_steps(history, "steps", "lr"), look.ink)]


def gradient_size(
    history: History, others: Mapping[str, History], look: Look, own: str = ""
) -> list[Line]:
    """Return the norm of the gradient over the steps: the whole and each layer's part.

    Parameters
    ----------
    history : History
        Of the run.
    others : mapping of str to History
        Runs to compare it with, by their titles: then of each the whole alone.
    own : str
        The title of the run itself.
    """
    whole = look.text("whole network")
    lines = [_whole_norm(history, _titled(own, whole), look.ink)] if history.steps else []
    for number, (title, other) in enumerate(others.items()):
        lines.append(_whole_norm(other, _titled(title, whole), run_color(number, look)))
    return lines if others else lines + _norms_of_parts(history, look)


def _whole_norm(history: History, name: str, color: str) -> Line:
    return Line(name, *broken(*history.norms(), history.last_step), color)


def _norms_of_parts(history: History, look: Look) -> list[Line]:
    steps = [event["step"] for event in history.steps]
    names = history.steps[-1]["norms"] if history.steps else {}
    return [
        Line(
            layer_name(name, look),
            *broken(steps, [event["norms"].get(name) for event in history.steps], steps[-1]),
            run_color(number, look),
        )
        for number, name in enumerate(names)
    ]


def gradient_by_timestep(
    history: History, others: Mapping[str, History], look: Look, own: str = ""
) -> list[Line]:
    """Return ‖∂loss/∂h_t‖ over t: now, at the start (faint), and of runs to compare with.

    Parameters
    ----------
    history : History
        Of the run; each layer and direction has a line.
    others : mapping of str to History
        By their titles.
    own : str
        The title of the run itself.
    """
    lines: list[Line] = []
    if history.gradients:
        first, last = history.gradients[0], history.gradients[-1]
        now = look.text("after step {step}", step=f"{last['step']:,}")
        lines += _gradients(last, look.ink, False, _titled(own, now), look)
        if first is not last and not own:
            lines += _gradients(first, look.ink, True, look.text("at the start"), look)
    for number, (title, other) in enumerate(others.items()):
        if other.gradients:
            lines += _gradients(other.gradients[-1], run_color(number, look), False, title, look)
    return lines


def _gradients(event: Event, color: str, faint: bool, when: str, look: Look) -> list[Line]:
    lines = []
    for layer, directions in enumerate(event["gradient"]):
        for direction, values in enumerate(directions):
            arrow = ("", " →", " ←")[(direction + 1) * (len(directions) > 1)]
            name = layer_name(f"layer{layer}", look) + arrow
            shown = [value or None for value in values]  # 0 has no logarithm
            x = list(range(len(shown)))
            lines.append(Line(f"{name}, {when}", x, shown, color, bool(layer or direction), faint))
    return lines


def spread(event: Event, kind: str, look: Look) -> list[Line]:
    """Return the histograms of "weights" or "activations" as lines, one per layer and part.

    Parameters
    ----------
    event : Event
        With histograms.
    """
    lines = []
    for number, (name, part) in enumerate(event[kind].items()):
        bins = len(part["shares"])
        edges = np.linspace(part["low"], part["high"], bins + 1)
        middles = ((edges[1:] + edges[:-1]) / 2).round(6).tolist()
        color = look.ink if number % 2 else ACCENT
        lines.append(Line(_part_name(name, look), middles, part["shares"], color, dash=number > 1))
    return lines


def layer_name(name: str, look: Look) -> str:
    """Return the name of "layer0" or "head" for people."""
    if name == "head":
        return look.text("output layers")
    return look.text("layer {number}", number=int(name.removeprefix("layer")) + 1)


def _part_name(name: str, look: Look) -> str:
    layer, dot, part = name.partition(".")
    text = layer_name(layer, look)
    if not dot:
        return text
    source = look.text("from input") if part == "ih" else look.text("from hidden state")
    return look.pair(text, source)


def schedule(config: TrainingConfig, per_epoch: int, look: Look) -> list[Line]:
    """Return the planned learning rate over the steps."""
    steps = per_epoch * config.epochs
    x = np.linspace(0, steps, 120)
    y = [config.lr * SCHEDULES[config.schedule](share) for share in x / steps]
    return [Line(look.text("learning rate"), x.round().tolist(), y, look.ink)]
