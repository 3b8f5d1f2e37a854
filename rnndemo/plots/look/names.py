"""The name of a chart: a sentence that says what somebody who sees it would conclude.

A chart carries its name with it, so that no page can draw one without: a Plotly figure as ``meta``
of its layout, an ECharts option as the description of its ``aria``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any, TypeVar

import numpy as np
import plotly.graph_objects as go

from rnndemo.plots.look.theme import Look

MOST = 6  # parts of a name: who listens cannot skim
ENDS = tuple(".?!。？！")  # of a sentence

Chart = TypeVar("Chart", go.Figure, dict[str, Any])


def named(chart: Chart, name: str) -> Chart:
    """Give a chart its name, and return it."""
    if isinstance(chart, go.Figure):
        return chart.update_layout(meta={"name": name})
    chart["aria"] = {"enabled": True, "label": {"description": name}}
    return chart


def name_of(chart: go.Figure | Mapping[str, Any]) -> str:
    """Return the name of a chart, "" if it has none."""
    if isinstance(chart, go.Figure):
        return str((chart.layout.meta or {}).get("name", ""))
    return str(chart.get("aria", {}).get("label", {}).get("description", ""))


def introduced(name: str, about: str, look: Look) -> str:
    """Return the name of a chart after what the chart is `about`; "" if it has neither."""
    if about and not about.endswith(ENDS):
        about = look.text("{sentence}.", sentence=about)
    return look.paragraph(about, name)


def hover_texts(drawing: str) -> list[str]:
    """Return the hover texts of an SVG, each once: for those who cannot hover over it."""
    return list(dict.fromkeys(map(unescape, re.findall("<title>(.*?)</title>", drawing))))


def lines_said(lines: Iterable[tuple[str, Sequence[float | None] | np.ndarray]], look: Look) -> str:
    """Return where lines begin, end and are highest, by their names."""
    text = look.text("{name}: {first} at the start, {last} at the end, {most} at most.")
    parts = []
    for name, values in lines:
        known = np.array(values, dtype=float)
        known = known[np.isfinite(known)]
        if len(known):
            ends = {"first": known[0], "last": known[-1], "most": known.max()}
            parts.append(text.format(name=name, **{key: f"{one:.3g}" for key, one in ends.items()}))
    return look.paragraph(*parts[:MOST])


def guesses_said(guesses: np.ndarray, classes: Sequence[str], look: Look) -> str:
    """Return the course of the most probable class, int ``(time,)``: the last changes of it."""
    starts = np.flatnonzero(np.diff(guesses, prepend=-1))
    text = look.text("{label} from row {row} on")
    parts = [text.format(label=classes[guesses[row]], row=row) for row in starts.tolist()]
    course = look.listed(parts[-MOST:])
    return look.text("Its answer, row by row: {course}.", course=course)
