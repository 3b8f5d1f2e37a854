"""The confusion matrix as a chart: which class is mistaken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnndemo.plots.look.colors import NEGATIVE, class_color
from rnndemo.plots.look.names import named
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import Option
from rnndemo.plots.report.texts import NO_MISTAKE, grouped, percent

COUNTS_UP_TO = 20  # classes; with more, cells have no room for a number
QUIET = "59"  # opacity of the diagonal, as hexadecimal digits of a colour
STRONG = 0.55  # strength of a cell from which on its number is in the colour of the ground


def confusion_matrix(confusion: np.ndarray, classes: Sequence[str], look: Look) -> Option:
    """Return the confusion matrix; a click selects a cell, which `cell_of` reads.

    Right answers, on the diagonal, have the colours of their classes. Mistakes are coloured by
    their share of the row, relative to the largest: on one scale with the right answers, a mistake
    in a hundred would be invisible.

    Parameters
    ----------
    confusion : ndarray
        int ``(classes, classes)``: rows are true classes, columns answers.
    """
    strength = mistake_strength(confusion)
    count = len(classes)
    cells = [
        _cell(confusion, strength, (row, column), classes, look)
        for row in range(count)
        for column in range(count)
    ]
    names = [{"value": name, "textStyle": {"color": look.ink}} for name in classes]
    axis = {
        "type": "category",
        "data": names,
        "nameLocation": "middle",
        "nameTextStyle": {"color": look.ink, "fontSize": 13},
        "axisTick": {"show": False},
        "axisLine": {"show": False},
        "axisLabel": {"fontWeight": "bold", "fontSize": 14 if count <= COUNTS_UP_TO else 9},
    }
    option: Option = {
        "animation": False,
        "grid": {"left": 4, "right": 12, "top": 4, "bottom": 8},
        "tooltip": {"formatter": "{b}", "confine": True},
        "visualMap": {
            "show": False,
            "dimension": 2,
            "min": 0,
            "max": 1,
            "inRange": {"color": [look.ground, look.ink]},
        },
        "xAxis": {**axis, "name": look.text("its answer"), "position": "top", "nameGap": 28},
        "yAxis": {**axis, "name": look.text("true class"), "inverse": True, "nameGap": 38},
        "series": [
            {
                "type": "heatmap",
                "name": look.text("pictures"),
                "data": cells,
                "label": {"show": count <= COUNTS_UP_TO, "fontSize": 13},
                "itemStyle": {"borderColor": look.muted, "borderWidth": 0.5},
                "emphasis": {"itemStyle": {"borderColor": look.ink, "borderWidth": 2}},
                "selectedMode": "single",
                "select": {"itemStyle": {"borderColor": NEGATIVE, "borderWidth": 4}},
            }
        ],
    }
    return named(option, _said(confusion, classes, look))


def _said(confusion: np.ndarray, classes: Sequence[str], look: Look) -> str:
    """Return the commonest mistake in words."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    row, column = divmod(int(wrong.argmax()), len(classes))
    if not wrong[row, column]:
        return look.text(NO_MISTAKE)
    text = cell_text(confusion, (row, column), classes, look)
    return look.text("Commonest mistake: {text}.", text=text)


def mistake_strength(confusion: np.ndarray) -> np.ndarray:
    """Return how strongly each cell stands out, ``(classes, classes)`` in [0, 1].

    The square root of its share of the row, relative to the largest mistake, so that even a single
    mistake is visible. The diagonal is 0.
    """
    share = confusion / np.maximum(1, confusion.sum(1, keepdims=True))
    np.fill_diagonal(share, 0)
    return np.sqrt(share / (share.max(initial=0) or 1))


def cell_text(
    confusion: np.ndarray, place: tuple[int, int], classes: Sequence[str], look: Look
) -> str:
    """Return a description of the cell at ``(true class, answer)``."""
    number, total = int(confusion[place]), int(confusion[place[0]].sum())
    return look.text(
        "{truth} answered as {answer}: {count} of {total} ({percent})",
        truth=classes[place[0]],
        answer=classes[place[1]],
        count=grouped(number),
        total=grouped(total),
        percent=percent(number / max(1, total), total, look),
    )


def _cell(
    confusion: np.ndarray,
    strength: np.ndarray,
    place: tuple[int, int],
    classes: Sequence[str],
    look: Look,
) -> Option:
    row, column = place
    strong = strength[place] > STRONG
    cell: Option = {
        "value": [column, row, round(float(strength[place]), 4)],
        "name": cell_text(confusion, place, classes, look),
        "label": {
            "formatter": str(confusion[place] or ""),
            "color": look.ground if strong else look.ink,
            "fontWeight": "normal" if row == column else "bold",
        },
    }
    if row == column:
        cell |= {"visualMap": False, "itemStyle": {"color": f"{class_color(row, look)}{QUIET}"}}
    return cell


def cell_of(selected: Sequence[Any], classes: int) -> tuple[int, int] | None:
    """Return ``(true class, answer)`` of the clicked cell, None if there is none.

    Parameters
    ----------
    selected : sequence
        ``selection.selected`` of the chart's state: at most one group with one of
        ``data_indices``. It may be from an earlier report with other classes.
    """
    places = [place for group in selected for place in group["data_indices"]]
    if len(places) != 1 or not 0 <= places[0] < classes**2:
        return None
    return divmod(places[0], classes)
