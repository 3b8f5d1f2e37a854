"""The live charts of the page Train: the question that each answers, and its axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rnndemo.errors import N_
from rnndemo.plots.training.curves import Line, smoothed
from rnndemo.ui.components.curves import curves
from rnndemo.ui.shell.session import _

SMOOTH, LOG = "smooth", "log"
STYLES = {SMOOTH: N_("Smooth"), LOG: N_("Log scale")}


@dataclass(frozen=True)
class Chart:
    """The question that a chart answers, how to read it, and its axes.

    Parameters
    ----------
    log, as_percent, bars : bool
        The form of the value axis, and whether to draw bars.
    low, high : float, optional
        Fixed ends of the value axis.
    may_log : bool
        Whether a person chooses if the value axis is logarithmic.
    """

    question: str
    how: str
    x_title: str = N_("training step")
    y_title: str = ""
    log: bool = False
    as_percent: bool = False
    bars: bool = False
    low: float | None = None
    high: float | None = None
    may_log: bool = False


CHARTS = {
    "loss": Chart(
        N_("How wrong is it still?"),
        N_(
            "The loss: 0 means sure and right. Drag across the chart to zoom in. Points that are "
            "further apart than a tenth of the run are not joined."
        ),
        y_title=N_("loss"),
        low=0.0,
        may_log=True,
    ),
    "accuracy": Chart(
        N_("How often is it right?"),
        N_(
            "Training: the pictures of each batch, before it learns from them. Validation: the "
            "same pictures each time, which it never learns from. Validation well below "
            "training: it memorises the pictures (overfitting)."
        ),
        y_title=N_("accuracy"),
        as_percent=True,
        low=0.0,
        high=1.0,
    ),
    "film": Chart(
        N_("How does its memory of one digit take shape?"),
        N_(
            "The same drawing, never used in training, read again and again while the network "
            "learns. When training has paused or ended, move the slider to go back in time."
        ),
    ),
    "gradient": Chart(
        N_("How far back does the error reach?"),
        N_(
            "The size of the gradient at each timestep. If the line falls towards the left, "
            "the gradient vanishes: the network hardly learns from what it read early. If it "
            "rises, the gradient explodes."
        ),
        x_title=N_("timestep"),
        y_title="‖∂loss/∂h_t‖",
        log=True,
    ),
    "norms": Chart(
        N_("How large is the gradient?"),
        N_("The norm (length) of the gradient at each step, before clipping."),
        y_title=N_("gradient norm"),
        log=True,
        may_log=True,
    ),
    "lr": Chart(
        N_("How large are the steps?"),
        N_("The learning rate, as the schedule changes it."),
        y_title=N_("learning rate"),
        low=0.0,
    ),
    "weights": Chart(
        N_("How are the weights spread?"),
        N_("They start near zero and spread as the network learns."),
        x_title=N_("weight"),
        y_title=N_("share of the weights"),
        as_percent=True,
        bars=True,
        low=0.0,
    ),
    "activations": Chart(
        N_("How are the hidden states spread?"),
        N_("Peaks at −1 and 1: these units are saturated (at their limit) and hardly learn."),
        x_title=N_("hidden state h_t"),
        y_title=N_("share of the values"),
        as_percent=True,
        bars=True,
        low=0.0,
    ),
    "turning": Chart(
        N_("How does its memory change?"),
        N_(
            "Each unit of a linear recurrent unit turns and fades by a factor λ at every timestep, "
            "and training moves λ. Left: λ of every unit; the closer to the circle, the longer "
            "it remembers. Right: timesteps until half of what it has read is gone. Open dots: at "
            "the start. Point at a dot to read its values."
        ),
    ),
    "mean_iou": Chart(
        N_("How well does it colour the digits?"),
        N_(
            "Mean IoU on held-out scenes: of each class the share of pixels that are both coloured "
            "and right, among those that are either; then the mean of the classes. The ground does "
            "not count."
        ),
        y_title=N_("mean IoU"),
        as_percent=True,
        low=0.0,
        high=1.0,
    ),
    "ap": Chart(
        N_("How well does it box them?"),
        N_(
            "Average precision on held-out scenes: boxes are taken from the surest on; "
            "precision (how many of them are right) is averaged over recall (how many of all "
            "digits they have found), then over the classes. A digit that is never found counts "
            "as 0. A box is right if its intersection over union with the true one is 0.5 (AP50) "
            "or 0.75 (AP75) or more."
        ),
        y_title=N_("average precision"),
        as_percent=True,
        low=0.0,
        high=1.0,
    ),
    "schedule": Chart(
        N_("How will the learning rate change?"),
        N_("Over the whole training, as set here."),
        y_title=N_("learning rate"),
        low=0.0,
    ),
}


def draw_chart(
    name: str, lines: Sequence[Line], height: int = 168, shows: str = "", styles: Sequence[str] = ()
) -> None:
    """Draw the chart `name` of `CHARTS` under its question; how to read it unfolds beside that.

    If it `shows` another run than before, it comes into view. `styles` are some of `STYLES`, as far
    as the chart has them.
    """
    chart = CHARTS[name]
    st.header(_(chart.question), help=_(chart.how))
    lines = smoothed(lines) if SMOOTH in styles else lines
    log = LOG in styles if chart.may_log else None
    draw_lines(name, lines, f"train_{name}_curves", height, shows, log)


def draw_lines(
    name: str,
    lines: Sequence[Line],
    key: str,
    height: int,
    shows: str = "",
    log: bool | None = None,
) -> None:
    """Draw the chart `name` of `CHARTS` alone."""
    chart = CHARTS[name]
    curves(
        lines,
        x_title=_(chart.x_title),
        y_title=_(chart.y_title),
        key=key,
        height=height,
        log=chart.log if log is None else log,
        low=chart.low,
        high=chart.high,
        as_percent=chart.as_percent,
        bars=chart.bars,
        alt=_(chart.question),
        shows=shows,
    )
