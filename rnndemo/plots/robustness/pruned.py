"""What pruning leaves: the recurrent matrix, what it costs, and accuracy against the share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnndemo.hardening.pruning.curve import PrunedCost
from rnndemo.hardening.pruning.measured import STEPS, ShareMeasured
from rnndemo.plots.look.colors import ACCENT, POSITIVE, run_color
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.reading.percent import digits_of, percent

SIDE = 380  # pixels of the matrix on the screen
STRONG = 0.995  # of all connections are weaker than what has the strongest colour
SYMBOLS = ("circle", "square", "diamond")

Points = Sequence[ShareMeasured]


def matrix_left(
    matrix: np.ndarray, order: Sequence[int], left: int, whole: np.ndarray, look: Look
) -> go.Figure:
    """Return the recurrent matrix that survives; what was removed is covered.

    Parameters
    ----------
    matrix : ndarray
        ``(hidden_size, hidden_size)``: how strongly the unit of the column acts on that of the row.
    order : sequence of int
        The numbers of its units.
    left : int
        How many of them are left, the first ones.
    whole : ndarray
        As `matrix`, of the whole model: both have one scale of colours.
    """
    size = len(order)
    values = np.round(matrix.astype(np.float64), 4)
    values[left:], values[:, left:] = np.nan, np.nan
    places = np.indices(matrix.shape)
    numbers = np.array(order)[places].transpose(1, 2, 0)
    figure = go.Figure(
        go.Heatmap(
            z=values.tolist(), customdata=numbers.tolist(),
            colorscale=[(0, look.ground), (1, POSITIVE)], zmin=0,
            zmax=float(np.quantile(whole, STRONG)) or 1.0, hoverongaps=False,
            hovertemplate=look.text(
                "unit {source} acts on unit {target}: {value}", source="%{customdata[1]}",
                target="%{customdata[0]}", value="%{z:.3f}",
            ) + "<extra></extra>",
            colorbar={"orientation": "h", "nticks": 4, "thickness": 10, "outlinewidth": 0,
                      "len": 0.6, "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
                      "title": {"text": look.text("strength"), "side": "top"}},
        )
    )  # fmt: skip
    plain(figure, look, SIDE + 96)
    figure.update_layout(margin={"t": 46, "r": 16}, showlegend=False)
    axis = {"showgrid": False, "constrain": "domain", "constraintoward": "left"}
    figure.update_xaxes(title=look.text("unit that acts"), range=[-0.5, size - 0.5], **axis)
    axis |= {"constraintoward": "top", "scaleanchor": "x"}
    title = look.text("unit that is acted on")
    figure.update_yaxes(title=title, range=[size - 0.5, -0.5], **axis)
    if left < size:
        for box in ({"x0": left - 0.5, "y0": -0.5}, {"x0": -0.5, "y0": left - 0.5}):
            figure.add_shape(
                x1=size - 0.5, y1=size - 0.5, fillcolor=look.muted, line={"width": 0}, **box
            )
    said = look.text(
        "Of {all} units, {left} are left; {share} of the connections are not zero.",
        all=size, left=left, share=percent(density(matrix, left), 1, look.translate),
    )  # fmt: skip
    return named(figure, said)


def density(matrix: np.ndarray, left: int) -> float:
    """Return the share of a square matrix that is not zero, if only the first units are left."""
    return np.count_nonzero(matrix[:left, :left]) / matrix.size


def costs_table(before: PrunedCost, after: PrunedCost, look: Look) -> str:
    """Return a table of what a model costs as it was and pruned, as HTML."""
    rows = [
        (look.text("weights and biases that are not zero"), "{:,}", "parameters", 1),
        (look.text("file of weights, kB"), "{:,.1f}", "bytes", 1000),
        (look.text("the same file, compressed, kB"), "{:,.1f}", "compressed", 1000),
        (look.text("time for one drawing, ms"), "{:.2f}", "seconds", 0.001),
    ]
    lines = []
    for label, form, name, unit in rows:
        numbers = [getattr(one, name) for one in (before, after)]
        cells = "".join(
            f"<td>{form.format(one if unit == 1 else one / unit)}</td>" for one in numbers
        )
        ratio = percent(numbers[1] / numbers[0], 0, look.translate)
        lines.append(f"<tr><th>{escape(label)}</th>{cells}<td>{ratio}</td></tr>")
    heads = look.text("whole"), look.text("pruned"), look.text("of it left")
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    return f'<table class="costs"><tr><td></td>{head}</tr>{"".join(lines)}</table>'


def accuracy_by_share(lines: Mapping[str, Points], chosen: float, look: Look) -> go.Figure:
    """Return accuracy against the share that is removed, with 95 % intervals.

    Parameters
    ----------
    lines : mapping of str to sequence of ShareMeasured
        By translated names: ways to prune the same model; each begins with the whole model.
    chosen : float
        The share that the page shows, which is marked.
    """
    figure = go.Figure()
    colors = (ACCENT, run_color(0, look), run_color(2, look))
    said = []
    for (name, points), color, symbol in zip(lines.items(), colors, SYMBOLS, strict=False):
        if points:
            figure.add_trace(_line(name, points, color, symbol, look))
            said.append(_said(name, points, look))
    whole = next((points[0] for points in lines.values() if points), None)
    plain(figure, look, 340)
    if whole is not None:
        figure.add_hline(
            y=100 * whole.accuracy, line={"color": look.ink, "dash": "dot", "width": 1.5},
            annotation={"text": look.text("whole model"), "font": {"color": look.ink}},
            annotation_position="bottom right",
        )  # fmt: skip
    figure.add_vline(x=100 * chosen, line={"color": look.muted, "dash": "dash"})
    figure.update_xaxes(title=look.text("removed, %"), range=[-3, 100 * STEPS[-1] + 5], dtick=10)
    figure.update_yaxes(title=look.text("right answers, %"), range=[0, 104], dtick=20)
    figure.update_layout(showlegend=True, margin={"t": 40})
    return named(figure, look.paragraph(*said) or look.text("Nothing is measured yet."))


def _line(name: str, points: Points, color: str, symbol: str, look: Look) -> go.Scatter:
    accuracy = np.array([100 * one.accuracy for one in points])
    low, high = 100 * np.array([one.interval for one in points]).T
    digits = digits_of(points[0].count)
    texts = [
        look.text(
            "{removed} removed: {accuracy} right (95 % interval {low} to {high}); weights and "
            "biases left: {count}",
            removed=percent(one.share, 0, look.translate),
            accuracy=percent(one.accuracy, digits, look.translate),
            low=percent(one.interval[0], digits, look.translate),
            high=percent(one.interval[1], digits, look.translate),
            count=f"{one.parameters:,}",
        )
        for one in points
    ]  # fmt: skip
    return go.Scatter(
        x=[100 * one.share for one in points], y=accuracy, mode="lines+markers", name=escape(name),
        line={"color": color, "width": 2}, marker={"size": 8, "symbol": symbol},
        error_y={"type": "data", "array": high - accuracy, "arrayminus": accuracy - low,
                 "thickness": 1.5, "width": 4, "color": color},
        text=texts, hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )  # fmt: skip


def _said(name: str, points: Points, look: Look) -> str:
    """Return how accuracy falls along a line, in a sentence."""
    digits = digits_of(points[0].count)
    return look.text(
        "{name}: {first} right as a whole, {last} with {share} removed.",
        name=name,
        first=percent(points[0].accuracy, digits, look.translate),
        last=percent(points[-1].accuracy, digits, look.translate),
        share=percent(points[-1].share, 0, look.translate),
    )
