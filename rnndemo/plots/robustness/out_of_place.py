"""How sure a network is in place and out of place, and what a threshold does with both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnndemo.evaluation.roc import area, area_interval, roc_curve, share_below
from rnndemo.hardening.out_of_place import Separation
from rnndemo.plots.look.colors import ACCENT, POSITIVE
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import percent

BINS = 25
ROW, TALLEST = 64, 0.62  # pixels of a row of the histogram; the share of it that a full bar takes
NEAR = 0.002  # points of a curve that are nearer to each other are drawn as one
LEAST = 0.05  # share that is accepted at least: of fewer, an error says nothing
POINTS = 120  # of the curve of errors
HIGH = 340  # pixels of a curve
UNDER = "rgba(74,144,194,0.13)"  # the accent, faint: the area under a curve


@dataclass(frozen=True)
class ThresholdView:
    """What of a separation is shown.

    Parameters
    ----------
    kind : str
        What out of place the curves are about.
    threshold : float
        In [0, 1].
    names : mapping of str to str
        "" for what is in place, and each kind -> what it is called, translated.
    """

    found: Separation
    kind: str
    threshold: float
    names: Mapping[str, str]
    look: Look

    def share(self, value: float) -> str:
        """Return a share in per cent."""
        return percent(value, 1, self.look.translate)

    @property
    def scores(self) -> np.ndarray:
        """The scores of the pictures out of place, float ``(M,)``."""
        return self.found.scores_of(self.kind)


def histogram(view: ThresholdView, usual: float, drawing: tuple[str, float] | None) -> go.Figure:
    """Return how sure the network is of each kind of pictures, a row of bars a kind.

    Parameters
    ----------
    usual : float
        The threshold that the model has.
    drawing : tuple of (str, float), optional
        What a single picture is called, and how sure the network is of it.
    """
    look, found = view.look, view.found
    rows = {"": found.inside.scores} | {kind: one.scores for kind, one in found.outside.items()}
    figure = go.Figure()
    texts = []
    for place, (kind, scores) in enumerate(reversed(rows.items())):
        figure.add_trace(_bars(view, kind, scores, place))
        turned = float(share_below(scores, view.threshold))
        text = look.text(
            "{kind}: {share} turned away", kind=view.names[kind], share=view.share(turned)
        )
        texts.append(text)
        _over(figure, text, place, look, bold=not kind)
    top = len(rows)
    if drawing is not None:
        _mark_drawing(figure, drawing, top, look)
        top += 1
    _thresholds(figure, view, usual, top)
    plain(figure, look, 70 + ROW * top)
    figure.update_layout(showlegend=False, bargap=0, barmode="overlay", margin={"t": 30})
    figure.update_xaxes(
        title=look.text("how sure it is of its answer"),
        range=[0, 1.01],
        tickformat=".0%",
        tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1],
    )
    figure.update_yaxes(visible=False, range=[-0.06, top])
    head = look.text("Below {threshold} it answers “?”.", threshold=view.share(view.threshold))
    return named(figure, look.paragraph(head, look.listed(reversed(texts))))


def _bars(view: ThresholdView, kind: str, scores: np.ndarray, place: int) -> go.Bar:
    counts = np.histogram(scores, BINS, (0, 1))[0]
    shares = counts / len(scores)
    edges = np.linspace(0, 1, BINS + 1)
    said = [
        view.look.text(
            "{kind}, {low} to {high} sure: {share}",
            kind=view.names[kind], share=view.share(share),
            low=percent(low, 0, view.look.translate), high=percent(high, 0, view.look.translate),
        )
        for share, low, high in zip(shares, edges[:-1], edges[1:], strict=True)
    ]  # fmt: skip
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2, y=TALLEST * np.sqrt(shares), base=place, width=0.92 / BINS,
        marker={"color": POSITIVE if kind else ACCENT, "line": {"width": 0}},
        customdata=[escape(text) for text in said], hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _over(figure: go.Figure, text: str, place: int, look: Look, *, bold: bool = False) -> None:
    """Write what a row is over its bars, and draw the line on which they stand."""
    figure.add_annotation(
        x=0, y=place + 0.8, xanchor="left", yanchor="middle", showarrow=False,
        text=f"<b>{escape(text)}</b>" if bold else escape(text),
        font={"color": look.ink, "size": 13},
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=0, x1=1, y0=place, y1=place, line={"color": look.muted, "width": 1}
    )


def _mark_drawing(figure: go.Figure, drawing: tuple[str, float], place: int, look: Look) -> None:
    name, sure = drawing
    text = look.pair(name, look.sure(sure))
    figure.add_trace(
        go.Scatter(
            x=[sure], y=[place + 0.3], mode="markers", cliponaxis=False,
            marker={"symbol": "diamond", "size": 15, "color": look.ink,
                    "line": {"color": look.ground, "width": 2}},
            customdata=[escape(text)], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    _over(figure, text, place, look)


def _thresholds(figure: go.Figure, view: ThresholdView, usual: float, top: int) -> None:
    """Draw the threshold, what lies below it, and where the model has its own."""
    look, at = view.look, view.threshold
    figure.add_shape(
        type="rect", x0=0, x1=at, y0=-0.06, y1=top, layer="below",
        fillcolor=look.muted, opacity=0.28, line={"width": 0},
    )  # fmt: skip
    if abs(usual - at) > NEAR:
        figure.add_vline(x=usual, line={"color": look.ink, "dash": "dot", "width": 1})
    figure.add_vline(x=at, line={"color": look.ink, "width": 2})
    left = at > 0.5
    figure.add_annotation(
        x=at, y=1, yref="paper", yanchor="bottom", xanchor="right" if left else "left",
        text=escape(look.text("“?” below {threshold}", threshold=view.share(at))),
        showarrow=False, font={"color": look.ink, "size": 14},
    )  # fmt: skip


# --- curves ---------------------------------------------------------------------------------------


def roc_figure(view: ThresholdView) -> go.Figure:
    """Return which shares are turned away at every threshold, with the point of the chosen one."""
    look, inside, outside = view.look, view.found.inside.scores, view.scores
    curve = roc_curve(inside, outside)
    kept = _apart(curve.inside, curve.outside)
    at = view.found.outcome(view.kind, view.threshold)
    said = look.text("below {threshold}: {share} of {kind} and {own} of {inside} turned away")

    def point(threshold: float, own: float, share: float) -> str:
        return said.format(
            threshold=view.share(min(threshold, 1.0)), share=view.share(share),
            kind=view.names[view.kind], own=view.share(own), inside=view.names[""],
        )  # fmt: skip

    places = list(zip(curve.thresholds, curve.inside, curve.outside, strict=True))
    chosen = point(view.threshold, at.inside, at.outside)
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip",
                line={"color": look.muted, "dash": "dot", "width": 2},
            ),
            _line(
                curve.inside[kept], curve.outside[kept], [point(*places[k]) for k in kept], ACCENT,
                fill="tozeroy", fillcolor=UNDER,
            ),
            _chosen(at.inside, at.outside, chosen, look),
        ]
    )  # fmt: skip
    text = area_said(view)
    figure.add_annotation(
        x=0.97, y=0.08, xanchor="right", yanchor="bottom", align="right", showarrow=False,
        text=escape(text).replace("\n", "<br>"), font={"color": look.ink, "size": 14},
    )  # fmt: skip
    away = look.text("{kind} turned away")
    _square(figure, look, *(away.format(kind=view.names[kind]) for kind in ("", view.kind)))
    figure.update_layout(showlegend=False)
    figure.update_yaxes(range=[-0.02, 1.02])
    both = [text.replace("\n", " "), chosen]
    return named(figure, look.paragraph(*(look.text("{sentence}.", sentence=one) for one in both)))


def area_said(view: ThresholdView) -> str:
    """Return the area under the curve with its interval, in two lines."""
    inside, outside = view.found.inside.scores, view.scores
    found = area(inside, outside)
    low, high = area_interval(found, len(inside), len(outside))
    return view.look.text(
        "area {area}\n95 % interval: {low} to {high}", area=f"{found:.3f}", low=f"{low:.3f}",
        high=f"{high:.3f}",
    )  # fmt: skip


def errors_figure(view: ThresholdView) -> go.Figure:
    """Return how much of what is accepted is wrong, over how much in place is accepted.

    One line is of pictures in place alone; for the other, half of all pictures are out of place.
    """
    look, found = view.look, view.found
    thresholds = np.unique(found.inside.scores)
    some = thresholds[np.linspace(0, len(thresholds) - 1, POINTS).astype(int)]
    outcomes = [found.outcome(view.kind, float(one)) for one in some]
    outcomes = [one for one in outcomes if 1 - one.inside >= LEAST]
    coverage = np.array([1 - one.inside for one in outcomes])
    at = found.outcome(view.kind, view.threshold)
    lines = {
        look.text("{kind} alone", kind=view.names[""]): (
            ACCENT, [one.error for one in outcomes], at.error,
        ),
        look.text("half of them {kind}", kind=view.names[view.kind]): (
            POSITIVE, [one.mixed_error for one in outcomes], at.mixed_error,
        ),
    }  # fmt: skip
    figure, said = go.Figure(), []
    text = look.text("{name}: {accepted} accepted, {error} of that wrong")

    def point(name: str, accepted: float, error: float | None) -> str:
        return text.format(name=name, accepted=view.share(accepted), error=view.share(error or 0.0))

    for name, (color, errors, now) in lines.items():
        texts = [point(name, *pair) for pair in zip(coverage, errors, strict=True)]
        figure.add_trace(_line(coverage, errors, texts, color, name=escape(name)))
        if now is not None:
            said.append(point(name, 1 - at.inside, now))
            figure.add_trace(_chosen(1 - at.inside, now, said[-1], look))
    accepted = look.text("{kind} accepted", kind=view.names[""])
    _square(figure, look, accepted, look.text("wrong, of what is accepted"))
    figure.update_layout(legend={"y": 1, "yref": "container", "yanchor": "top"})
    figure.update_yaxes(rangemode="tozero")
    return named(figure, look.paragraph(*(look.text("{sentence}.", sentence=one) for one in said)))


def _line(
    x: np.ndarray, y: Sequence[float | None] | np.ndarray, texts: Sequence[str], color: str,
    **more: str,
) -> go.Scatter:  # fmt: skip
    """Return a line each of whose points has a text."""
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": color, "width": 3},
        customdata=[escape(text) for text in texts], hovertemplate="%{customdata}<extra></extra>",
        **more,
    )  # fmt: skip


def _chosen(x: float, y: float, text: str, look: Look) -> go.Scatter:
    """Return the point of the chosen threshold."""
    return go.Scatter(
        x=[x], y=[y], mode="markers", showlegend=False, cliponaxis=False,
        marker={"size": 15, "color": look.ink, "line": {"color": look.ground, "width": 2}},
        customdata=[escape(text)], hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _square(figure: go.Figure, look: Look, along: str, up: str) -> None:
    """Give a curve of shares its axes, with their names."""
    plain(figure, look, HIGH)
    figure.update_xaxes(title=escape(along), range=[-0.02, 1.02], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(title=escape(up), tickformat=".0%")


def _apart(x: np.ndarray, y: np.ndarray) -> list[int]:
    """Return the places of a curve's points that are `NEAR` no earlier one that is kept."""
    kept = [0]
    for place in range(1, len(x) - 1):
        if max(abs(x[place] - x[kept[-1]]), abs(y[place] - y[kept[-1]])) >= NEAR:
            kept.append(place)
    return [*kept, len(x) - 1]
