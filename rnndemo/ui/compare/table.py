"""Who is best, and at what price: the table, the chart, and what was measured in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from rnndemo.comparison.measure import difference, lead_gap, sign_and_size
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.comparison.summary import spoken
from rnndemo.config import DATA_SETS
from rnndemo.errors import N_
from rnndemo.evaluation.cards import machine_text
from rnndemo.plots.compare.cards import legend
from rnndemo.plots.compare.charts import COSTS, cost_chart, title_of
from rnndemo.reading.percent import digits_of
from rnndemo.ui.compare.facts import facts
from rnndemo.ui.compare.results import TEXTS
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.shell.session import _, look, paragraph, plain
from rnndemo.ui.train.controls import option_text

# a column's title -> its number format; that of the accuracy depends on the test pictures
FORMATS = {
    N_("parameter count"): "localized",
    N_("calculations, millions"): "%.3f",
    N_("training, s"): "%.1f",
    N_("one drawing, ms"): "%.2f",
    N_("size, MB"): "%.3f",
}


# whether the CNN leads the LSTM by less on the other data, by as much up to chance, or by more
ELSEWHERE = {
    -1: N_(
        "On {other}, the CNN leads the LSTM by {lead} percentage points, which is {points} fewer "
        "than on {data} (95 % interval {low} to {high})."
    ),
    0: N_(
        "On {other}, the CNN leads the LSTM by {lead} percentage points, no more different from "
        "{data} than chance explains."
    ),
    1: N_(
        "On {other}, the CNN leads the LSTM by {lead} percentage points, which is {points} more "
        "than on {data} (95 % interval {low} to {high})."
    ),
}


def prices(comparison: Comparison) -> None:
    """Draw the table of all peers, and their error against a cost that a person chooses."""
    digits = digits_of(comparison.about.test_size)
    formats = {N_("right, %"): f"%.{digits}f", **FORMATS}
    with st.container(key="compare_table"):
        st.dataframe(
            [_row(row, digits) for row in comparison.rows],
            hide_index=True,
            height="content",
            placeholder="–",
            column_config={
                _("method"): st.column_config.TextColumn(width=190),
            }
            | {
                _(name): st.column_config.NumberColumn(format=format_)
                for name, format_ in formats.items()
            },
        )
    st.caption(facts(comparison))
    _who_is_who(comparison)
    st.subheader(_("What does a better answer cost?"))
    cost = st.pills(
        _("What does a better answer cost?"), list(COSTS), default="training", required=True,
        format_func=lambda name: _(COSTS[name].title), key="compare_cost",
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    st.caption(
        _(
            "Lower means fewer mistakes, further left means cheaper: the best is at the lower "
            "left. Both axes have a log scale: equal distances are equal factors. The vertical "
            "line of a method is its 95 % interval: with 95 % confidence, its true share of "
            "mistakes lies within. Two methods whose lines overlap may still differ by more than "
            "chance, because all answer the same pictures: the text below compares them picture "
            "by picture."
        )
    )
    st.html(legend(comparison.rows, look()))
    draw_option(
        cost_chart(comparison, cost, look()), height=420, key="compare_cost_chart",
        alt=_("Points: the error rate of each method against what it costs"),
    )  # fmt: skip


def _who_is_who(comparison: Comparison) -> None:
    """Draw a button that says what each method is."""
    with st.popover(_("What are these methods?"), type="tertiary", icon=":material/info:"):
        titles = {row.name: title_of(row, look()) for row in comparison.rows}
        lines = (f"- **{titles[name]}**: {_(TEXTS[name])}" for name in titles if name in TEXTS)
        st.markdown("\n".join(lines))


def _row(row: Measured, digits: int) -> dict[str, Any]:
    star = "★ " if row.kind == "own" else ""
    return {
        _("method"): star + title_of(row, look()),
        _("right, %"): 100 * row.accuracy,
        _("95 % interval"): f"{100 * row.low:.{digits}f} – {100 * row.high:.{digits}f}",
        _("parameter count"): row.parameters,
        _("calculations, millions"): row.flops / 1e6,
        _("training, s"): row.train_seconds,
        _("one drawing, ms"): 1000 * row.latency,
        _("size, MB"): row.bytes / 1e6,
    }


def claim(comparison: Comparison, shipped: Mapping[str, Comparison]) -> None:
    """Draw the paragraph on whether RNNs beat CNNs on images.

    Parameters
    ----------
    shipped : mapping of str to Comparison
        Data -> the comparison that ships, of which the others are held against this one.
    """
    st.header(_("Do RNNs beat CNNs on images?"), anchor="claim")
    about = comparison.about
    name = option_text(about.data) if about.data in DATA_SETS else plain(about.data_name)
    safe = replace(comparison, about=replace(about, data_name=name))
    with st.container(key="compare_claim"):
        st.markdown(paragraph(spoken(safe, _), *_elsewhere(comparison, shipped)))
    if about.date:
        text = _("Measured on {date} ({machine}) with this command:")
        st.caption(text.format(date=about.date, machine=plain(machine_text(about.machine, _))))
        st.code(about.command, language="bash", wrap_lines=True)


def _elsewhere(comparison: Comparison, shipped: Mapping[str, Comparison]) -> Iterator[str]:
    """Yield in a sentence for each other data set whether the CNN leads by as much there."""
    about, names = comparison.about, {"a": "cnn", "b": "lstm"}
    for data, other in shipped.items():
        if data == about.data or about.data not in shipped:
            continue
        with suppress(KeyError):  # one of them was not measured
            lead = difference(other, **names)[0]
            sign, sizes = sign_and_size(*lead_gap(comparison, other, **names))
            digits = digits_of(other.about.test_size)
            points = [f"{100 * one:.{digits}f}" for one in sizes]
            yield _(ELSEWHERE[sign]).format(
                other=option_text(data), data=option_text(about.data),
                lead=f"{100 * lead:.{digits}f}", points=points[0], low=points[1],
                high=points[2],
            )  # fmt: skip
