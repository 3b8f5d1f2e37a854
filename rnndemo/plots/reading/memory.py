"""Units that turn and fade: clocks that follow the reading, and how long each remembers."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.moment import turning
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.reading.memory import TurningUnits

SHOWN, COLUMNS = 8, 4  # clocks, and how many side by side
FACE = 1.18  # half the side of a clock, whose longest hand has length 1


def clocks(found: TurningUnits, look: Look) -> go.Figure:
    """Return the units that hold most at the end as clocks, whose hands follow the moment.

    A hand is z, divided by its greatest length; the thin line is where its tip has been.
    """
    chosen = found.strongest(SHOWN)
    figure = make_subplots(
        rows=-(-len(chosen) // COLUMNS), cols=COLUMNS, horizontal_spacing=0.03,
        vertical_spacing=0.16,
        subplot_titles=[look.text("unit {unit}", unit=unit) for unit in chosen],
    )  # fmt: skip
    around = np.exp(2j * np.pi * np.linspace(0, 1, 61))
    for number, unit in enumerate(chosen):
        place = {"row": number // COLUMNS + 1, "col": number % COLUMNS + 1}
        path = found.states[:, unit] / max(float(np.abs(found.states[:, unit]).max()), 1e-12)
        figure.add_trace(
            go.Scatter(
                x=path.real.round(3), y=path.imag.round(3), mode="lines", name=str(unit),
                line={"color": look.muted, "width": 1}, customdata=np.arange(len(path)),
                hovertemplate=look.text("row {row}", row="%{customdata}") + "<extra></extra>",
            ),
            **place,
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=around.real.round(3), y=around.imag.round(3), mode="lines", hoverinfo="skip",
                line={"color": look.ink, "width": 1.5},
            ),
            **place,
        )  # fmt: skip
    plain(figure, look, 90 + 175 * -(-len(chosen) // COLUMNS))
    figure.update_layout(showlegend=False, margin={"t": 28, "b": 8, "l": 8, "r": 8})
    figure.update_annotations(font={"size": 12, "color": look.ink})
    hidden = {"visible": False, "range": [-FACE, FACE], "fixedrange": True}
    figure.update_xaxes(**hidden)
    figure.update_yaxes(**hidden)
    for number in range(len(chosen)):
        axis = "" if number == 0 else str(number + 1)
        figure.layout[f"yaxis{axis}"].update(scaleanchor=f"x{axis}", constrain="domain")
    figure.update_xaxes(constrain="domain")
    units = look.listed(str(unit) for unit in chosen)
    said = look.text("Clocks of the units that hold most at the end: {units}.", units=units)
    return turning(named(figure, said), range(0, 2 * len(chosen), 2))


def remembered(found: TurningUnits, look: Look) -> go.Figure:
    """Return λ of every unit in the unit circle, and how long each unit remembers."""
    lives, periods, time = found.half_lives, found.periods, len(found.states)
    figure = make_subplots(
        rows=1, cols=2, column_widths=[0.45, 0.55], horizontal_spacing=0.12,
        subplot_titles=[
            look.text("λ of each unit, inside the circle of radius 1"),
            look.text("timesteps until half is gone"),
        ],
    )  # fmt: skip
    around = np.exp(2j * np.pi * np.linspace(0, 1, 121))
    figure.add_trace(
        go.Scatter(
            x=around.real, y=around.imag, mode="lines", hoverinfo="skip",
            line={"color": look.muted, "width": 1},
        ),
        row=1, col=1,
    )  # fmt: skip
    hover = look.text(
        "unit {unit}: half is gone after {life} timesteps, one turn takes {period}",
        unit="%{customdata[0]}", life="%{customdata[1]:.4g}", period="%{customdata[2]:.4g}",
    ) + "<extra></extra>"  # fmt: skip
    data = np.column_stack([np.arange(len(lives)), lives, periods])
    marker = {"color": ACCENT, "size": 6, "opacity": 0.8}
    figure.add_trace(
        go.Scatter(
            x=found.factor.real, y=found.factor.imag, mode="markers", marker=marker,
            customdata=data, hovertemplate=hover,
        ),
        row=1, col=1,
    )  # fmt: skip
    order = np.argsort(-lives, kind="stable")
    figure.add_trace(
        go.Scatter(
            x=np.arange(len(lives)), y=lives[order], mode="markers", marker=marker,
            customdata=data[order], hovertemplate=hover,
        ),
        row=1, col=2,
    )  # fmt: skip
    plain(figure, look, 380)
    figure.add_hline(y=time, line={"color": look.ink, "dash": "dash"}, row=1, col=2)
    figure.add_annotation(
        x=1, xref="x2 domain", y=np.log10(time), yref="y2", showarrow=False, xanchor="right",
        yanchor="bottom", text=look.text("the whole picture, {time} timesteps", time=time),
        font={"color": look.ink, "size": 12},
    )  # fmt: skip
    figure.update_layout(showlegend=False, margin={"t": 40})
    figure.update_xaxes(range=[-1.08, 1.08], constrain="domain", row=1, col=1)
    figure.update_yaxes(range=[-1.08, 1.08], scaleanchor="x", constrain="domain", row=1, col=1)
    figure.update_xaxes(title=look.text("units, those that remember longest first"), row=1, col=2)
    figure.update_yaxes(type="log", row=1, col=2)
    long = int((lives >= time).sum())
    said = look.text(
        "Units that keep at least half of the first timestep to the end: {long} of {count}.",
        count=len(lives), long=long,
    )  # fmt: skip
    return named(figure, said)
