"""Units that turn and fade: clocks that follow the reading, and how long each remembers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.moment import turning
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.reading.memory import Turning, TurningUnits


@dataclass(frozen=True)
class TurningWords:
    """What is said of units that turn again and again while a picture is read.

    Parameters
    ----------
    until : str
        The title of an axis of half-lives.
    keeping : str
        How many keep to the end what they read first, with {long} and {count}.
    one : str
        A unit with its {life} and its {period}.
    """

    until: str
    keeping: str
    one: str


# whether they turn at every pixel, or at every timestep
WORDS = {
    False: TurningWords(
        N_("timesteps until half is gone"),
        N_("Units that keep at least half of the first timestep to the end: {long} of {count}."),
        N_("unit {unit}: half is gone after {life} timesteps, one turn takes {period}"),
    ),
    True: TurningWords(
        N_("pixels until half is gone"),
        N_("Units that keep at least half of the first pixel to the end: {long} of {count}."),
        N_("unit {unit}: half is gone after {life} pixels, one turn takes {period}"),
    ),
}

SHOWN, COLUMNS = 8, 4  # clocks, and how many side by side
FACE = 1.18  # half the side of a clock, whose longest hand has length 1


def clocks(found: TurningUnits, look: Look) -> go.Figure:
    """Return units from the slowest to the fastest as clocks, whose hands follow the moment.

    A hand is z, divided by its greatest length; the thin line is where its tip has been.
    """
    chosen = found.spread(SHOWN)
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
                line={"color": look.muted, "width": 1},
                customdata=np.arange(len(path)) // found.each,
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
    said = look.text("Clocks of units, from the slowest to the fastest: {units}.", units=units)
    return turning(named(figure, said), range(0, 2 * len(chosen), 2), found.each)


def ring(found: Turning, look: Look, before: Turning | None = None) -> go.Figure:
    """Return λ of every unit, inside the circle of radius 1, and where it was `before`."""
    around = np.exp(2j * np.pi * np.linspace(0, 1, 121))
    figure = go.Figure(
        go.Scatter(
            x=around.real, y=around.imag, mode="lines", hoverinfo="skip",
            line={"color": look.muted, "width": 1}, showlegend=False,
        )
    )  # fmt: skip
    for each, muted in _both(found, before):
        real, imaginary = each.factor.real, each.factor.imag
        figure.add_trace(_units(each, real, imaginary, look, muted=muted))
    plain(figure, look, 340)
    figure.update_layout(showlegend=before is not None)
    figure.update_xaxes(title=look.text("real part of λ"), range=[-1.08, 1.08], constrain="domain")
    figure.update_yaxes(
        title=look.text("imaginary part of λ"), range=[-1.08, 1.08], scaleanchor="x",
        constrain="domain",
    )  # fmt: skip
    nearest = f"{np.abs(found.factor).max():.5f}"
    return named(figure, look.text("The largest |λ|: {size}.", size=nearest))


def half_lives(found: Turning, time: int, look: Look, before: Turning | None = None) -> go.Figure:
    """Return the turns after which half of what a unit has read is gone, the longest first.

    Parameters
    ----------
    time : int
        Turns in a picture.
    before : Turning, optional
        The same units at another time.
    """
    figure, lives = go.Figure(), found.half_lives
    for each, muted in _both(found, before):
        order = np.argsort(-each.half_lives, kind="stable")
        places = np.arange(len(order))
        figure.add_trace(_units(each, places, each.half_lives[order], look, order, muted))
    plain(figure, look, 340)
    figure.add_hline(y=time, line={"color": look.ink, "dash": "dash"})
    figure.add_annotation(
        x=1, xref="x domain", y=np.log10(time), yref="y", showarrow=False, xanchor="right",
        yanchor="bottom", text=look.text("one picture: {time}", time=time),
        font={"color": look.ink, "size": 12},
    )  # fmt: skip
    figure.update_layout(showlegend=before is not None)
    figure.update_xaxes(title=look.text("units, sorted"))
    figure.update_yaxes(title=look.text(WORDS[found.of_pixels].until), type="log")
    said = look.text(
        WORDS[found.of_pixels].keeping, count=len(lives), long=int((lives >= time).sum())
    )
    return named(figure, said)


def _both(found: Turning, before: Turning | None) -> list[tuple[Turning, bool]]:
    """Return what is drawn, from the back to the front, and whether it is muted."""
    return [(one, one is before) for one in (before, found) if one is not None]


def _units(
    found: Turning,
    x: np.ndarray,
    y: np.ndarray,
    look: Look,
    order: np.ndarray | None = None,
    muted: bool = False,
) -> go.Scatter:
    """Return a dot a unit; `order` says which unit each dot is, if they are not in order."""
    data = np.column_stack([np.arange(len(x)), found.half_lives, found.periods])
    hover = look.text(
        WORDS[found.of_pixels].one, unit="%{customdata[0]}", life="%{customdata[1]:.4g}",
        period="%{customdata[2]:.4g}",
    )  # fmt: skip
    return go.Scatter(
        x=x, y=y, mode="markers", name=look.text("at the start") if muted else look.text("now"),
        marker=(
            {"color": look.ink, "size": 9, "symbol": "circle-open", "opacity": 0.6}
            if muted
            else {"color": ACCENT, "size": 6, "opacity": 0.8}
        ),
        customdata=data if order is None else data[order],
        hovertemplate=hover + "<extra></extra>",
    )  # fmt: skip
