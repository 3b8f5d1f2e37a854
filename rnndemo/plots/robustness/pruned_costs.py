"""What a pruned model costs, against the share that is removed: size of its file, time to read."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.hardening.pruning.measured import STEPS
from rnndemo.plots.look.colors import ACCENT, run_color
from rnndemo.plots.look.names import lines_said, named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.robustness.pruned import SYMBOLS, Points
from rnndemo.reading.percent import percent

# attribute of a point -> what it is called, what it is multiplied by, and decimals
COSTS: dict[str, tuple[str, float, int]] = {
    "bytes": (N_("file of weights, kB"), 1e-3, 1),
    "seconds": (N_("time for one drawing, ms"), 1e3, 2),
}


def costs_by_share(lines: Mapping[str, Points], chosen: float, cost: str, look: Look) -> go.Figure:
    """Return a cost against the share that is removed.

    Parameters
    ----------
    lines : mapping of str to sequence of ShareMeasured
        By translated names: ways to prune the same model; points without this cost are left out.
    chosen : float
        The share that the page shows, which is marked.
    cost : str
        A key of `COSTS`.
    """
    title, factor, decimals = COSTS[cost]
    figure, said = go.Figure(), []
    colors = (ACCENT, run_color(0, look), run_color(2, look))
    for (name, points), color, symbol in zip(lines.items(), colors, SYMBOLS, strict=False):
        known = [one for one in points if getattr(one, cost)]
        if not known:
            continue
        values = [factor * getattr(one, cost) for one in known]
        texts = [
            look.text(
                "{removed} removed: {value}", value=f"{value:,.{decimals}f}",
                removed=percent(one.share, 0, look.translate),
            )
            for one, value in zip(known, values, strict=True)
        ]  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=[100 * one.share for one in known], y=values, mode="lines+markers",
                name=escape(name), line={"color": color, "width": 2},
                marker={"size": 8, "symbol": symbol}, text=texts,
                hovertemplate="%{text}<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        said.append((name, values))
    plain(figure, look, 340)
    figure.add_vline(x=100 * chosen, line={"color": look.muted, "dash": "dash"})
    figure.update_xaxes(title=look.text("removed, %"), range=[-3, 100 * STEPS[-1] + 5], dtick=10)
    figure.update_yaxes(title=look.text(title), rangemode="tozero")
    figure.update_layout(showlegend=True, margin={"t": 40})
    return named(figure, lines_said(said, look) if said else look.text("Nothing is measured yet."))
