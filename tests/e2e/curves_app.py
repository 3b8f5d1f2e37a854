"""A small page of live curves for test_curves.py; what it shows stands in the address."""

from __future__ import annotations

import math

import streamlit as st

from rnndemo.plots.look.colors import NEGATIVE, POSITIVE, class_color
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.curves import Line
from rnndemo.ui.components.curves import curves

LOOK = Look()
STEPS = 40  # points at the start


def loss(step: int) -> float:
    """Return a loss that falls, with some noise."""
    return 2.3 * math.exp(-step / 60) + 0.08 * (1 + math.sin(step * 12.9898) * 0.8)


def accuracy(step: int) -> float:
    """Return an accuracy that rises to 97 %."""
    return 0.97 - 0.87 * math.exp(-step / 50)


@st.fragment(run_every=0.3)
def live() -> None:
    """Grow by one point at every run."""
    count = st.session_state["count"] = st.session_state.get("count", STEPS) + 1
    st.markdown(f"Points: **{count}**")
    steps = list(range(count))
    rare = steps[::10]
    lines = [
        Line("training", steps, [loss(k) for k in steps], NEGATIVE),
        Line("validation", rare, [loss(k) + 0.1 for k in rare], POSITIVE, dash=True),
    ]
    curves(lines, x_title="step", y_title="loss", key="live", alt="The loss falls.")


def many() -> None:
    """Grow twenty lines of 600 points, three times a second."""
    shift = st.session_state["shift"] = st.session_state.get("shift", 0) + 1
    x = list(range(600))
    lines = [
        Line(
            f"line {n}",
            x,
            [math.sin((k + shift) / 40 + n / 4) + n / 4 for k in x],
            class_color(n, LOOK),
        )
        for n in range(20)
    ]
    curves(lines, x_title="step", y_title="value", key="many", height=340)


def gallery() -> None:
    """Show every kind of chart, and what could break one."""
    steps = list(range(0, 2000, 5))
    rough = [loss(k / 6) + 0.3 * math.sin(k * k) ** 6 for k in steps]
    smooth = [loss(k / 6) + 0.1 for k in steps]
    curves(
        [
            Line("training", steps, rough, NEGATIVE, faint=True),
            Line("training", steps, smooth, NEGATIVE),
            Line("validation", steps[::20], [v + 0.1 for v in smooth[::20]], POSITIVE, dash=True),
        ],
        x_title="step", y_title="loss", key="loss",
    )  # fmt: skip
    curves(
        [Line("test", steps, [accuracy(k / 5) for k in steps], class_color(7, LOOK))],
        x_title="step", y_title="accuracy", key="share", as_percent=True, low=0, high=1,
    )  # fmt: skip
    curves(
        [
            Line(f"layer {n}", steps, [10 ** (-n - k / 700) for k in steps], class_color(n, LOOK))
            for n in range(4)
        ],
        x_title="step", y_title="length of the gradient", key="log", log=True,
    )  # fmt: skip
    bins = [k / 10 - 2 for k in range(41)]
    curves(
        [Line("weights", bins, [400 * math.exp(-2 * b * b) for b in bins], class_color(0, LOOK))],
        x_title="weight", y_title="count", key="bars", bars=True,
    )  # fmt: skip
    odd = {
        "empty": [],
        "nothing": [Line("no value", [0, 1], [None, math.nan], NEGATIVE)],
        "point": [Line("one point", [5], [0.25], NEGATIVE)],
        "gaps": [Line("gaps", range(7), [1, 2, None, 3, math.nan, 2, 4], NEGATIVE)],
        "constant": [Line("constant", range(9), [0.001] * 9, NEGATIVE)],
        "huge": [Line("huge", range(5), [1e30, -2e30, 3e30, math.inf, 1e308], NEGATIVE)],
        "tiny": [Line("tiny", range(4), [1e-30, 2e-30, 0, 5e-31], NEGATIVE)],
    }
    for key, lines in odd.items():
        curves(lines, x_title="step", y_title=key, key=key, height=180, log=key == "nothing")


PAGES = {"live": live, "many": st.fragment(many, run_every=0.33), "gallery": gallery}
PAGES[st.query_params.get("show", "live")]()
