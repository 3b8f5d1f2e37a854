"""What a change of the picture does to the reading, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.hardening.drawing import RowsAttacked
from rnndemo.plots.look.colors import ACCENT, POSITIVE
from rnndemo.plots.look.names import lines_said, named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look

# of the lines, in the order in which they are given: drawn, changed, the control, defended
WIDTHS, DASHES = (2, 3, 2, 2), ("solid", "solid", "dot", "dash")

Lines = Mapping[str, np.ndarray]


def odds_by_row(
    odds: Lines, distances: Lines, label: str, tips: int | None, look: Look
) -> go.Figure:
    """Return the probability of the first answer at every row, and how far the states are apart.

    Parameters
    ----------
    odds : mapping of str to ndarray (time,)
        By translated names: as drawn, changed, the control, behind a defence.
    distances : mapping of str to ndarray (time,)
        Of some of the same names; empty for a network without hidden states.
    label : str
        The first answer, translated.
    tips : int or None
        The row at which the answer tips, which is marked.
    """
    titles = [look.text("Probability of {label}", label=escape(label))]
    if tips is not None:  # in the title, since a label beside the line would cover curves
        titles[0] += " · " + look.text("tips at row {row}", row=tips)
    if distances:
        titles.append(look.text("Distance from the hidden state of the drawing"))
    figure = make_subplots(
        rows=len(titles), cols=1, shared_xaxes=True, subplot_titles=titles,
        vertical_spacing=0.17,
    )  # fmt: skip
    styles = dict(zip(odds, _styles(look), strict=False))
    for place, lines in enumerate((odds, distances), 1):
        for name, values in lines.items():
            figure.add_trace(
                _line(name, values, styles[name], look, legend=place == 1), row=place, col=1
            )
    plain(figure, look, 60 + 190 * len(titles))
    figure.update_layout(margin={"t": 64}, legend={"y": 1, "yref": "container", "yanchor": "top"})
    figure.update_annotations(font={"size": 13, "color": look.ink}, xanchor="left", x=0)
    last = max(map(len, odds.values())) - 1
    figure.update_xaxes(range=[-0.5, last + 0.5])
    figure.update_xaxes(title=look.text("row"), row=len(titles), col=1)
    figure.update_yaxes(range=[-0.04, 1.04], dtick=0.5, row=1, col=1)
    if distances:
        figure.update_yaxes(rangemode="tozero", row=2, col=1)
    if tips is not None:
        figure.add_vline(x=tips, line={"color": look.ink, "dash": "dash"}, row="all", col=1)
    said = lines_said(odds.items(), look)
    tipped = "" if tips is None else look.text("The answer tips at row {row}.", row=tips)
    return named(figure, look.paragraph(tipped, said))


def _styles(look: Look) -> list[dict[str, object]]:
    colors = (look.ink, ACCENT, look.ink, ACCENT)
    return [
        {"color": color, "dash": dash, "width": width}
        for color, dash, width in zip(colors, DASHES, WIDTHS, strict=True)
    ]


def _line(
    name: str, values: np.ndarray, style: dict[str, object], look: Look, *, legend: bool
) -> go.Scatter:
    return go.Scatter(
        x=np.arange(len(values)), y=values, mode="lines+markers", name=escape(name),
        legendgroup=name, showlegend=legend, line=style, marker={"size": 5},
        hovertemplate=look.text("row {row}: {value}", row="%{x}", value="%{y:.4g}")
        + "<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def each_row_alone(
    found: RowsAttacked, label: str, names: Mapping[str, str], look: Look
) -> go.Figure:
    """Return what is left of the first answer when one row alone is attacked, a bar a row.

    Parameters
    ----------
    label : str
        The first answer, translated.
    names : mapping of str to str
        Class -> its name, translated.
    """
    values = found.probabilities
    answers = [names[one] for one in found.labels]
    flips = found.flips.tolist()
    turned = [escape(one) if flip else "" for one, flip in zip(answers, flips, strict=True)]
    figure = go.Figure(
        go.Bar(
            x=np.arange(len(values)), y=values,
            marker={"color": [POSITIVE if flip else look.muted for flip in flips]},
            text=turned, textposition="outside", textangle=0, cliponaxis=False,
            textfont={"color": look.ink, "size": 14},
            customdata=answers,
            hovertemplate=look.text(
                "row {row} alone: answer {label}, {value} left", row="%{x}", label="%{customdata}",
                value="%{y:.1%}",
            ) + "<extra></extra>",
        )
    )  # fmt: skip
    plain(figure, look, 260)
    figure.update_xaxes(
        title=look.text("row that alone is changed"), range=[-0.6, len(values) - 0.4]
    )
    figure.update_yaxes(
        title=look.text("Probability of {label}", label=escape(label)), range=[0, 1.12], dtick=0.5
    )
    figure.update_layout(showlegend=False, bargap=0.15)
    return named(figure, flips_said(found, look))


def flips_said(found: RowsAttacked, look: Look) -> str:
    """Return in a sentence which rows alone turn the answer."""
    rows = np.flatnonzero(found.flips).tolist()
    if not rows:
        return look.text("No row alone turns the answer.")
    return look.text("Rows that alone turn the answer: {rows}.", rows=look.listed(map(str, rows)))
