"""What is certain of an answer: votes of noisy readings, and lengths of changes on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnndemo.hardening.certified import CertifiedDrawing
from rnndemo.plots.look.colors import ACCENT, POSITIVE, class_color
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import Option, are_words, class_axis

LEAST = 2.0  # of the axis, so that a longer certificate looks longer
SAID = 3  # classes whose votes are said in words


@dataclass(frozen=True)
class LengthOnAxis:
    """A length of a change on the axis.

    Parameters
    ----------
    text : str
        What it is, translated.
    length : float
    color : str
    symbol : str
        Of Plotly's markers.
    """

    text: str
    length: float
    color: str
    symbol: str


def lengths_of(found: CertifiedDrawing, look: Look) -> list[LengthOnAxis]:
    """Return the certified radius, and the attacks that are known, for one axis."""
    lengths = []
    if found.certificate.label is not None:
        text = look.text(
            "certain: no change shorter than {length} turns the smoothed network's answer"
        )
        lengths.append((text, found.certificate.radius, ACCENT, "line-ns"))
    if found.smoothed is not None:
        text = look.text("attack on the smoothed network: {length}")
        lengths.append((text, found.smoothed.size, POSITIVE, "x"))
    if found.plain is not None:
        text = look.text("attack on the network itself: {length}")
        lengths.append((text, found.plain.size, look.ink, "x"))
    return [
        LengthOnAxis(text.format(length=f"{length:.2f}"), length, color, symbol)
        for text, length, color, symbol in lengths
    ]


def axis_of_lengths(found: CertifiedDrawing, look: Look) -> go.Figure:
    """Return certified radius and attacks on one axis, the L2 length of a change.

    What is certain reaches from 0 to the radius. From an attack on, longer changes turn the answer.
    """
    lengths = lengths_of(found, look)
    most = max([LEAST, *(1.15 * one.length for one in lengths)])
    figure = go.Figure()
    for place, one in enumerate(reversed(lengths)):
        certain = one.symbol == "line-ns"
        ends = (0, one.length) if certain else (one.length, most)
        figure.add_trace(
            go.Scatter(
                x=ends, y=[place, place], mode="lines", hoverinfo="skip",
                line={"color": one.color, "width": 14 if certain else 2,
                      "dash": "solid" if certain else "dot"},
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=[one.length], y=[place], mode="markers", text=[one.text],
                marker={"color": one.color, "symbol": one.symbol, "size": 14,
                        "line": {"color": one.color, "width": 3}},
                hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
        figure.add_annotation(
            x=0, y=place + 0.42, text=one.text, showarrow=False, xanchor="left", yanchor="middle",
            font={"color": look.ink, "size": 13}, bgcolor=look.ground,
        )  # fmt: skip
    plain(figure, look, 84 + 64 * max(1, len(lengths)))
    figure.update_layout(showlegend=False, margin={"t": 8})
    figure.update_xaxes(title=look.text("length of the change, L2"), range=[-0.01 * most, most])
    figure.update_yaxes(visible=False, range=[-0.4, max(1, len(lengths)) - 0.3])
    texts = [look.text("{sentence}.", sentence=one.text) for one in lengths]
    return named(figure, look.paragraph(*texts) or look.text("Nothing is certain."))


def votes_chart(counts: np.ndarray, classes: Sequence[str], look: Look) -> Option:
    """Return how many noisy readings answered each class, a bar a class, in its colour."""
    bars = [
        {
            "value": int(count),
            "tooltip": {"formatter": f"{{b}}: {count:,}"},
            "label": {"formatter": f"{count:,}", "show": bool(count)},
            "itemStyle": {"color": class_color(k, look), "borderRadius": [3, 3, 0, 0]},
        }
        for k, count in enumerate(counts.tolist())
    ]
    option: Option = {
        "animationDurationUpdate": 300,
        "grid": {"left": 8, "right": 8, "top": 26, "bottom": 70 if are_words(classes) else 28},
        "tooltip": {"trigger": "item"},
        "xAxis": class_axis(classes, look),
        "yAxis": {"type": "value", "show": False, "min": 0, "max": int(counts.sum())},
        "series": [
            {
                "type": "bar", "data": bars, "barCategoryGap": "22%",
                "label": {"position": "top", "color": look.ink},
            }
        ],
    }  # fmt: skip
    order = np.argsort(-counts, kind="stable")[:SAID].tolist()
    said = look.listed(look.pair(classes[k], f"{counts[k]:,}") for k in order if counts[k])
    return named(option, look.text("Votes: {votes}.", votes=said))
