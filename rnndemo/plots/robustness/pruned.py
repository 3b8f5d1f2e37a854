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
SYMBOLS = ("circle", "square", "diamond")

Points = Sequence[ShareMeasured]


def matrix_left(matrix: np.ndarray, gone: Sequence[int], most: float, look: Look) -> go.Figure:
    """Return the recurrent matrix that survives; what was removed is marked.

    Parameters
    ----------
    matrix : ndarray
        ``(hidden_size, hidden_size)``: how strongly the unit of the column acts on that of the row.
    gone : sequence of int
        Units that were removed: their rows and columns are covered.
    most : float
        The largest strength in the whole matrix, of the strongest colour.
    """
    size = len(matrix)
    left, covered = np.round(matrix.astype(np.float64), 4), np.full(matrix.shape, np.nan)
    left[gone], left[:, gone] = np.nan, np.nan
    covered[gone], covered[:, gone] = 1, 1
    axis = {"range": [-0.5, size - 0.5], "showgrid": False, "constrain": "domain"}
    figure = go.Figure(
        [
            go.Heatmap(
                z=left.tolist(), colorscale=[(0, look.ground), (1, POSITIVE)], zmin=0, zmax=most,
                hoverongaps=False,
                hovertemplate=look.text(
                    "unit {source} acts on unit {target}: {value}", source="%{x}", target="%{y}",
                    value="%{z:.4g}",
                ) + "<extra></extra>",
                colorbar={"nticks": 4, "thickness": 10, "outlinewidth": 0,
                          "title": {"text": look.text("strength"), "side": "right"}},
            ),
            go.Heatmap(
                z=covered.tolist(), colorscale=[(0, look.muted), (1, look.muted)], showscale=False,
                hoverongaps=False,
                hovertemplate=look.text(
                    "unit {source} on unit {target}: removed", source="%{x}", target="%{y}"
                ) + "<extra></extra>",
            ),
        ]
    )  # fmt: skip
    plain(figure, look, SIDE + 60)
    figure.update_layout(margin={"t": 8}, showlegend=False)
    figure.update_xaxes(title=look.text("unit that acts"), **axis)
    figure.update_yaxes(
        title=look.text("unit that is acted on"),
        scaleanchor="x",
        **axis | {"range": [size - 0.5, -0.5]},
    )
    said = look.text(
        "Of {all} units, {left} are left; {share} of the connections are not zero.",
        all=size, left=size - len(gone), share=percent(density(matrix, gone), 1, look.translate),
    )  # fmt: skip
    return named(figure, said)


def density(matrix: np.ndarray, gone: Sequence[int] = ()) -> float:
    """Return the share of a matrix that is not zero, where no unit of `gone` acts."""
    left = matrix != 0
    left[list(gone)], left[:, list(gone)] = False, False
    return float(left.mean())


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
    figure.update_xaxes(title=look.text("removed, %"), range=[-3, 100 * STEPS[-1] + 3], dtick=10)
    figure.update_yaxes(title=look.text("right answers, %"), range=[0, 104], dtick=20)
    figure.update_layout(showlegend=True, margin={"t": 40})
    return named(figure, look.paragraph(*said) or look.text("Nothing is measured yet."))


def _line(name: str, points: Points, color: str, symbol: str, look: Look) -> go.Scatter:
    accuracy = np.array([100 * one.accuracy for one in points])
    low, high = 100 * np.array([one.interval for one in points]).T
    digits = digits_of(points[0].count)
    texts = [
        look.text(
            "{removed} removed: {accuracy} right (95 % interval {low} to {high}), {count} weights "
            "and biases left",
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
