"""The curves and bars of a test report, as ECharts options (plain dictionaries).

Their questions and explanations are in `rnndemo.plots.report.texts`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnndemo.evaluation.examination import TestReport
from rnndemo.evaluation.report import Calibration
from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.names import named
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import Option
from rnndemo.plots.report.texts import (
    calibration_intervals,
    calibration_texts,
    commonest_share,
    readout_texts,
    scores_begin,
)

MIN_POINT, MAX_POINT = 7, 22  # sizes, in pixels


def calibration_chart(calibration: Calibration, look: Look) -> Option:
    """Return the accuracy of answers over their confidence, with 95 % intervals."""
    spread = MAX_POINT - MIN_POINT
    sizes = MIN_POINT + spread * np.sqrt(calibration.count / calibration.count.max())
    points = [
        {"value": _pair(sure, right), "symbolSize": round(float(size), 1), "name": text}
        for sure, right, size, text in zip(
            calibration.confidence,
            calibration.accuracy,
            sizes,
            calibration_texts(calibration, look),
            strict=True,
        )
    ]
    intervals = [
        [{"coord": _pair(sure, low)}, {"coord": _pair(sure, high)}]
        for sure, (low, high) in zip(
            calibration.confidence, calibration_intervals(calibration), strict=True
        )
    ]
    line = {"symbol": "none", "silent": True, "label": {"show": False}}
    share = {"min": 0, "max": 1, "interval": 0.2}
    option: Option = {
        "animation": False,
        "grid": {"left": 4, "right": 20, "top": 16, "bottom": 4},
        "tooltip": {"formatter": "{b}", "confine": True},
        "xAxis": _value_axis(look.text("how sure it says it is"), look, gap=30, **share),
        "yAxis": _value_axis(look.text("how often it is right"), look, gap=42, **share),
        "series": [
            {
                "type": "scatter",
                "data": points,
                "itemStyle": {"color": look.ink, "opacity": 0.85},
                "markLine": {
                    **line,
                    "lineStyle": {"color": look.ink, "type": "solid", "width": 1.5},
                    "data": [
                        *intervals,
                        [
                            {"coord": [0, 0], "lineStyle": _dashes(look, "dashed")},
                            {"coord": [1, 1]},
                        ],
                    ],
                },
            }
        ],
    }
    said = calibration_texts(calibration, look)
    return named(option, _listed(look, said[0], said[-1]))


def timesteps_chart(examination: TestReport, look: Look) -> Option:
    """Return the accuracy of the readout over the number of timesteps read."""
    read = (examination.timesteps + 1).tolist()
    points = [
        {"value": _pair(t, share), "name": text}
        for t, share, text in zip(
            read, examination.readout_accuracy, readout_texts(examination, look), strict=True
        )
    ]
    option: Option = {
        "animationDurationUpdate": 200,
        "grid": {"left": 4, "right": 20, "top": 16, "bottom": 4},
        "tooltip": {"formatter": "{b}", "confine": True},
        "xAxis": _value_axis(
            look.text("timesteps read"), look, gap=30, min=0, max=read[-1], minInterval=1
        ),
        "yAxis": _value_axis(look.text("accuracy"), look, gap=42, min=0, max=1, interval=0.2),
        "series": [
            {
                "type": "line",
                "data": points,
                "symbol": "circle",
                "symbolSize": 6,
                "showSymbol": True,
                "itemStyle": {"color": look.ink},
                "lineStyle": {"color": look.ink, "width": 2},
                "markLine": {
                    "symbol": "none",
                    "silent": True,
                    "label": {"show": False},
                    "lineStyle": _dashes(look, "dotted"),
                    "data": [{"yAxis": round(commonest_share(examination), 4)}],
                },
            }
        ],
    }
    said = readout_texts(examination, look)
    return named(option, _listed(look, said[0], said[len(said) // 2], said[-1]))


def _listed(look: Look, *texts: str) -> str:
    """Return texts side by side, each once."""
    return look.text("; ").join(dict.fromkeys(texts))


def scores_chart(examination: TestReport, classes: Sequence[str], look: Look) -> Option:
    """Return precision, recall and F1 of every class as bars in its colour."""
    scores = examination.scores
    measures = [
        (look.text("precision"), scores.precision, 1.0),
        (look.text("recall"), scores.recall, 0.6),
        (look.text("F1"), scores.f1, 0.3),
    ]
    low = scores_begin(examination)
    option: Option = {
        "animationDurationUpdate": 200,
        "grid": {"left": 4, "right": 12, "top": 36, "bottom": 4},
        "legend": {"top": 0, "textStyle": {"color": look.ink}, "itemWidth": 16},
        "tooltip": {"formatter": "{b}", "confine": True},
        "xAxis": {
            "type": "category",
            "data": list(classes),
            "name": look.text("class"),
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": look.ink, "fontSize": 13},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": look.muted}},
            "axisLabel": {"color": look.ink, "fontWeight": "bold", "fontSize": 14},
        },
        "yAxis": _value_axis(look.text("score"), look, gap=42, min=low, max=1),
        "series": [
            {
                "type": "bar",
                "name": name,
                "data": [
                    _score(name, value, opacity, classes[i], i, look)
                    for i, value in enumerate(values)
                ],
                "itemStyle": {"color": look.ink, "opacity": opacity},  # for the legend
                "barCategoryGap": "25%",
                "barGap": "5%",
            }
            for name, values, opacity in measures
        ],
    }
    best, worst = int(np.nanargmax(scores.f1)), int(np.nanargmin(scores.f1))
    said = look.text(
        "Highest F1: {best}, {most}. Lowest: {worst}, {least}.",
        best=classes[best], most=f"{scores.f1[best]:.3f}",
        worst=classes[worst], least=f"{scores.f1[worst]:.3f}",
    )  # fmt: skip
    return named(option, said)


def _score(
    measure: str, value: float, opacity: float, label: str, place: int, look: Look
) -> Option:
    """Return one bar; without a value if the score is not defined (NaN)."""
    defined = bool(np.isfinite(value))
    return {
        "value": round(float(value), 5) if defined else None,
        "name": look.pair(label, f"{measure} {value:.3f}") if defined else "",
        "itemStyle": {"color": class_color(place, look), "opacity": opacity},
    }


def _pair(x: float, y: float) -> list[float]:
    return [round(float(x), 5), round(float(y), 5)]


def _dashes(look: Look, kind: str) -> Option:
    return {"color": look.muted, "type": kind, "width": 2}


def _value_axis(name: str, look: Look, gap: int, **limits: float) -> Option:
    return {
        "type": "value",
        "name": name,
        "nameLocation": "middle",
        "nameGap": gap,
        "nameTextStyle": {"color": look.ink, "fontSize": 13},
        "axisLabel": {"color": look.ink},
        "splitLine": {"lineStyle": {"color": look.muted, "opacity": 0.4}},
        **limits,
    }
