"""The curves of a training: events in, lines for a live chart out.

A run's own lines are drawn in the colour of text; runs to compare it with have colours of their
own. What was measured on training pictures is drawn through, what on validation pictures dashed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnndemo.config import TrainingConfig
from rnndemo.plots.look.colors import ACCENT, ink, run_color
from rnndemo.plots.look.plotly import Translate
from rnndemo.storage.log import Event
from rnndemo.training.history import History
from rnndemo.training.optimizers import SCHEDULES


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Parameters
    ----------
    name : str
        Translated.
    x, y : sequence of float
        Of equal length; None in `y` is a gap.
    color : str
    dash : bool
    faint : bool
        Drawn thinly: there for comparison.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    color: str
    dash: bool = False
    faint: bool = False


def learning(
    name: str, history: History, others: Mapping[str, History], dark: bool, _: Translate
) -> list[Line]:
    """Return the lines of "loss" or "accuracy" over the steps.

    Parameters
    ----------
    name : str
        "loss" or "accuracy".
    history : History
        Of the run itself.
    others : mapping of str to History
        Runs to compare it with, by their titles.
    dark : bool
    _ : callable
    """
    lines = _pair(history, name, (_("training"), _("validation")), ink(dark), False)
    for number, (title, other) in enumerate(others.items()):
        training, validation = (f"{title} · {part}" for part in (_("training"), _("validation")))
        lines += _pair(other, name, (training, validation), run_color(number), True)
    return lines


def _pair(
    history: History, name: str, names: tuple[str, str], color: str, faint: bool
) -> list[Line]:
    sources = ("steps", name), ("validation", f"validation_{name}")
    return [
        Line(title, *history.series(*source), color, dash=bool(place), faint=faint)
        for place, (title, source) in enumerate(zip(names, sources, strict=True))
    ]


def one(name: str, history: History, title: str, dark: bool) -> list[Line]:
    """Return the line of one number of the steps' events, for example "lr"."""
    return [Line(title, *history.series("steps", name), ink(dark))]


def layer_norms(history: History, dark: bool, _: Translate) -> list[Line]:
    """Return the norm of each layer's gradient over the steps."""
    steps = [event["step"] for event in history.steps]
    names = history.steps[-1]["norms"] if history.steps else {}
    return [
        Line(
            layer_name(name, _),
            steps,
            [event["norms"].get(name) for event in history.steps],
            ink(dark) if number % 2 else ACCENT,
            dash=number > 1,
        )
        for number, name in enumerate(names)
    ]


def gradient_by_timestep(
    history: History, others: Mapping[str, History], dark: bool, _: Translate
) -> list[Line]:
    """Return ‖∂loss/∂h_t‖ over t: now, faintly at the beginning, and of runs to compare with.

    Parameters
    ----------
    history : History
        Of the run itself: each of its layers and directions has a line.
    others : mapping of str to History
        By their titles.
    dark : bool
    _ : callable
    """
    lines: list[Line] = []
    if history.gradients:
        first, last = history.gradients[0], history.gradients[-1]
        now = _("after step {step}").format(step=last["step"])
        lines += _gradients(last, ink(dark), False, now, _)
        if first is not last:
            lines += _gradients(first, ink(dark), True, _("at the beginning"), _)
    for number, (title, other) in enumerate(others.items()):
        if other.gradients:
            lines += _gradients(other.gradients[-1], run_color(number), False, title, _)
    return lines


def _gradients(event: Event, color: str, faint: bool, when: str, _: Translate) -> list[Line]:
    lines = []
    for layer, directions in enumerate(event["gradient"]):
        for way, values in enumerate(directions):
            arrow = ("", " →", " ←")[(way + 1) * (len(directions) > 1)]
            name = layer_name(f"layer{layer}", _) + arrow
            shown = [value or None for value in values]  # no logarithm of 0
            x = list(range(len(shown)))
            lines.append(Line(f"{name}, {when}", x, shown, color, bool(layer or way), faint))
    return lines


def spread(event: Event, kind: str, dark: bool, _: Translate) -> list[Line]:
    """Return histograms as lines: "weights" or "activations", one a layer and part.

    Parameters
    ----------
    event : Event
        A histograms event.
    kind : str
    dark : bool
    _ : callable
    """
    lines = []
    for number, (name, part) in enumerate(event[kind].items()):
        bins = len(part["shares"])
        edges = np.linspace(part["low"], part["high"], bins + 1)
        middles = ((edges[1:] + edges[:-1]) / 2).round(6).tolist()
        color = ink(dark) if number % 2 else ACCENT
        lines.append(Line(_part_name(name, _), middles, part["shares"], color, dash=number > 1))
    return lines


def layer_name(name: str, _: Translate) -> str:
    """Return what people read for "layer0" or "head"."""
    if name == "head":
        return _("output layers")
    return _("layer {number}").format(number=int(name.removeprefix("layer")) + 1)


def _part_name(name: str, _: Translate) -> str:
    layer, dot, part = name.partition(".")
    text = layer_name(layer, _)
    if not dot:
        return text
    source = _("from the input") if part == "ih" else _("from the memory")
    return f"{text}: {source}"


def schedule(config: TrainingConfig, per_epoch: int, title: str, dark: bool) -> list[Line]:
    """Return the course that the learning rate will take over the steps."""
    steps = per_epoch * config.epochs
    x = np.linspace(0, steps, 120)
    y = [config.lr * SCHEDULES[config.schedule](share) for share in x / steps]
    return [Line(title, x.round().tolist(), y, ink(dark))]
