"""RNN and CNN under attack: what each network still answers right, over the size of the change."""

from __future__ import annotations

import plotly.graph_objects as go

from rnndemo.comparison.attacked import AttackedPeers
from rnndemo.comparison.peers import PEERS
from rnndemo.plots.look.colors import peer_marks
from rnndemo.plots.look.names import lines_said, named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "triangle-down", "cross")
APART = (
    0.006  # between neighbours, as a share of the axis, so that whiskers do not cover each other
)


def attacked_networks(found: AttackedPeers, attack: str, look: Look) -> go.Figure:
    """Return the share of test pictures answered right over ε, a line a network, with intervals.

    Parameters
    ----------
    attack : str
        One of `rnndemo.comparison.attacked.TRIED`.
    """
    sizes = (0.0, *found.epsilons)
    marks = peer_marks([row.name for row in found.rows], look)
    figure, said = go.Figure(), []
    for number, row in enumerate(found.rows):
        color, title = marks[row.name][0], look.text(PEERS[row.name].title)
        shares = [found.share(row.name, attack, size) for size in sizes]
        means, lows, highs = ([100 * one for one in part] for part in zip(*shares, strict=True))
        aside = (number - (len(found.rows) - 1) / 2) * APART * sizes[-1]
        figure.add_trace(
            go.Scatter(
                x=[size + aside for size in sizes], y=means, name=title, mode="lines+markers",
                line={"color": color, "width": 2},
                marker={"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 9, "color": color},
                error_y={
                    "type": "data", "symmetric": False, "thickness": 1.5, "width": 3,
                    "array": [high - mean for high, mean in zip(highs, means, strict=True)],
                    "arrayminus": [mean - low for mean, low in zip(means, lows, strict=True)],
                },
                customdata=list(zip(sizes, lows, highs, strict=True)),
                hovertemplate=look.text(
                    "ε {size}: {right} % ({low} to {high})", size="%{customdata[0]:~g}",
                    right="%{y:.1f}", low="%{customdata[1]:.1f}", high="%{customdata[2]:.1f}",
                ) + "<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        said.append((title, means))
    plain(figure, look, 440)
    figure.update_layout(legend={"orientation": "h", "y": -0.22, "yanchor": "top"})
    figure.update_xaxes(
        title=look.text("largest change of a pixel, ε (1: from black to white)"),
        tickvals=list(sizes),
    )
    figure.update_yaxes(title=look.text("% of test pictures right"), range=[-2, 102])
    return named(figure, lines_said(sorted(said, key=lambda line: -sum(line[1])), look))
