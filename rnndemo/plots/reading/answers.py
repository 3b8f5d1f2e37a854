"""Charts of the answer: bars of probabilities, and the picture read row by row.

They are redrawn after every stroke, so they are ECharts options (plain dictionaries): a keyed chart
stays in place and moves to the new values, while a Plotly chart would be rebuilt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnndemo.plots.look.colors import BOARD, CHALK, class_color, class_text, text_on
from rnndemo.plots.look.names import guesses_said, named
from rnndemo.plots.look.theme import Look
from rnndemo.reading.answers import Answer

SHORT = 3  # letters; longer class names are slanted below their bars
MANY, WORTH = 10, 0.15  # of more classes, only those are shown that reached this probability
LABELLED, LABEL_EVERY = 0.3, 4  # probability from which on a bar is labelled; rows between labels
SAID = 3  # answers that are said in words
SUREST = 0.9999  # the largest probability beside a row: 1 would claim certainty

# both halves have the same height: labels on one side must not shrink it
ALIGNED = {"top": 28, "bottom": 40, "outerBoundsMode": "none"}

Option = dict[str, Any]


def probability_bars(answer: Answer | None, classes: Sequence[str], look: Look) -> Option:
    """Return one bar per class, in its colour; the answer stands out unless it is rejected.

    Parameters
    ----------
    answer : Answer or None
        None if there is no drawing: the bars are empty.
    """
    probabilities = answer.probabilities if answer else np.zeros(len(classes))
    best = int(probabilities.argmax()) if answer and not answer.rejected else None
    bars = [
        {
            "value": round(float(p), 5),
            "tooltip": {"formatter": f"{{b}}: {look.sure(float(p))}"},
            "itemStyle": {
                "color": class_color(i, look),
                "opacity": 1.0 if i == best else 0.45,
                "borderRadius": [3, 3, 0, 0],
            },
        }
        for i, p in enumerate(probabilities)
    ]
    option: Option = {
        "animationDurationUpdate": 200,
        "grid": {"left": 44, "right": 8, "top": 26, "bottom": 70 if are_words(classes) else 24},
        "tooltip": {"trigger": "item"},
        "xAxis": class_axis(classes, look),
        "yAxis": {
            "type": "value",
            "name": look.text("probability"),
            "nameTextStyle": {"color": look.ink, "align": "left", "padding": [0, 0, 0, -36]},
            "min": 0,
            "max": 1,
            "interval": 0.5,
            "axisLabel": {"color": look.ink},
            "splitLine": {"lineStyle": {"color": look.muted, "opacity": 0.4}},
        },
        "series": [{"type": "bar", "data": bars, "barCategoryGap": "22%"}],
    }
    if answer is None:
        return named(option, look.text("No answer yet: nothing is drawn."))
    return named(option, most_probable(answer.probabilities, classes, look))


def most_probable(probabilities: np.ndarray, classes: Sequence[str], look: Look) -> str:
    """Return the most probable classes in words.

    Parameters
    ----------
    probabilities : ndarray
        ``(classes,)``.
    """
    order = np.argsort(-probabilities, kind="stable")[:SAID].tolist()
    said = look.listed(f"{classes[k]} {look.sure(float(probabilities[k]))}" for k in order)
    return look.text("Most probable: {answers}.", answers=said)


def row_by_row(
    image: np.ndarray, rows: np.ndarray, classes: Sequence[str], decided: int | None, look: Look
) -> Option:
    """Return the picture beside the readout at each of its rows, aligned row for row.

    Parameters
    ----------
    image : ndarray
        ``(H, W)`` in [0, 1].
    rows : ndarray
        ``(H, classes)``: the readout after each row.
    decided : int or None
        The row from which on the answer stayed the same, which is marked; None for no mark, since
        a network that does not answer has not made up its mind.
    """
    said = guesses_said(rows.argmax(1), classes, look)
    widest = float(np.ceil(2 * max(1.0, rows.sum(1).max()) - 0.01)) / 2  # sigmoids' may exceed 1
    rows, shown = _worth_showing(rows, classes, look)
    height, width = image.shape
    numbers = [str(row) for row in range(height)]
    pixels = [
        [x, y, round(float(image[y, x]), 3)] for y in range(height) for x in range(width)
    ]  # fmt: skip
    quiet = {"axisTick": {"show": False}, "axisLine": {"show": False}}
    rows_axis = {"type": "category", "data": numbers, "inverse": True, **quiet}
    option: Option = {
        "animation": False,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "grid": [
            {"left": 34, "width": "36%", **ALIGNED},
            {"left": "46%", "right": 12, **ALIGNED},
        ],
        "visualMap": {
            "show": False,
            "min": 0,
            "max": 1,
            "seriesIndex": 0,
            "inRange": {"color": [BOARD, CHALK]},
        },
        "xAxis": [
            {
                "type": "category",
                "gridIndex": 0,
                "data": [str(column) for column in range(width)],
                "axisLabel": {"show": False},
                **quiet,
            },
            {
                "type": "value",
                "gridIndex": 1,
                "min": 0,
                "max": widest,
                "interval": 0.5,
                "name": look.text("probability"),
                "nameLocation": "middle",
                "nameGap": 18,
                "nameTextStyle": {"color": look.ink},
                "axisLabel": {"color": look.ink, "showMinLabel": True},
                "splitLine": {"show": False},
            },
        ],
        "yAxis": [
            {
                **rows_axis,
                "gridIndex": 0,
                "name": look.text("row"),
                "nameLocation": "start",
                "nameTextStyle": {"color": look.ink},
                "axisLabel": {"color": look.ink, "interval": 4},
            },
            {**rows_axis, "gridIndex": 1, "axisLabel": {"show": False}},
        ],
        "series": [
            {
                "type": "heatmap",
                "name": look.text("ink"),
                "data": pixels,
                "xAxisIndex": 0,
                "yAxisIndex": 0,
                "silent": True,
                "tooltip": {"show": False},
            },
            *(
                _class_series(values, name, color)
                for values, (name, color) in zip(rows.T, shown, strict=True)
            ),
            _decision_line(decided, height, look),
        ],
    }
    return named(option, said)


def _worth_showing(
    rows: np.ndarray, classes: Sequence[str], look: Look
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Return readouts with name and colour of each column; of many classes, most are summed."""
    pairs = [(name, class_color(i, look)) for i, name in enumerate(classes)]
    worth = rows.max(0) >= WORTH
    if len(pairs) <= MANY or worth.all():
        return rows, pairs
    shown = [pair for pair, wanted in zip(pairs, worth, strict=True) if wanted]
    others = rows[:, ~worth].sum(1, keepdims=True)
    return np.concatenate([rows[:, worth], others], 1), [*shown, (look.text("others"), look.muted)]


def _class_series(values: np.ndarray, name: str, color: str) -> Option:
    return {
        "type": "bar",
        "name": name,
        "stack": "rows",
        "data": [
            {
                "value": min(round(float(value), 4), SUREST),
                "label": {"show": bool(value > LABELLED and row % LABEL_EVERY == 2)},
            }
            for row, value in enumerate(values)
        ],
        "label": {
            "formatter": "{a}",
            "fontWeight": "bold",
            "fontSize": 13,
            "color": text_on(color),
        },
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "barCategoryGap": "4%",
        "itemStyle": {"color": color},
        "emphasis": {"disabled": True},
    }


def _decision_line(decided: int | None, height: int, look: Look) -> Option:
    """Return a line across the bars at the row where the answer settled, if it did."""
    early = decided is not None and decided <= height // 4
    return {
        "type": "bar",
        "name": "",
        "data": [],
        "stack": "rows",
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "markLine": {
            "symbol": "none",
            "silent": True,
            "lineStyle": {"color": look.ink, "type": "solid", "width": 2},
            "label": {
                "formatter": look.text("same answer from here on"),
                "position": "insideEndBottom" if early else "insideEndTop",
                "color": look.ink,
                "backgroundColor": look.ground,
                "borderRadius": 4,
                "padding": [2, 5],
            },
            "data": [] if decided is None else [{"yAxis": decided}],
        },
    }


def are_words(classes: Sequence[str]) -> bool:
    """Return whether names of classes are too long to stand upright below their bars."""
    return any(len(name) > SHORT for name in classes)


def class_axis(classes: Sequence[str], look: Look) -> dict[str, Any]:
    """Return the axis of a bar chart with a bar a class; each name has its class's colour."""
    upright = {"fontSize": 16, "fontWeight": "bold"}
    label = {"fontSize": 11, "rotate": 38} if are_words(classes) else upright
    return {
        "type": "category",
        "data": [
            {"value": name, "textStyle": {"color": class_text(i, look)}}
            for i, name in enumerate(classes)
        ],
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": look.muted}},
        "axisLabel": {**label, "interval": 0},
    }
