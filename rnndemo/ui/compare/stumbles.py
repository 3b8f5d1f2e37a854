"""What makes the peers stumble, and which pictures only one of them gets right."""

from __future__ import annotations

from collections import Counter

import numpy as np
import streamlit as st

from rnndemo.comparison.measure import evenly_spaced
from rnndemo.comparison.results import Comparison, only_right
from rnndemo.comparison.work import OWN_ROBUSTNESS_SIZE
from rnndemo.data.corruptions.compared import COMPARED, corrupted_to
from rnndemo.data.sets import ImageSet
from rnndemo.plots.compare.cards import answer_sheet, legend
from rnndemo.plots.compare.charts import level_axis, robustness_chart, title_of
from rnndemo.plots.look.pictures import contact_sheet
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.drawing.example import EXAMPLE
from rnndemo.ui.shell.session import _, _n, class_names, listed, look, pair, paragraph, plain

MAX_PICTURES = 24
NOBODY = ""


@st.fragment
def stumbles(comparison: Comparison, test: ImageSet | None) -> None:
    """Draw every peer's accuracy against a corruption, and what the corruption looks like."""
    st.header(_("What makes them stumble?"), anchor="stumbles")
    kinds = [kind for kind in comparison.about.levels if kind in COMPARED]
    if not kinds:
        st.caption(_("This comparison did not measure it."))
        return
    kind = st.pills(
        _("Corruption"), kinds, default=kinds[0], required=True, key="compare_disturbance",
        format_func=lambda name: _(COMPARED[name].label), label_visibility="collapsed",
        wrap=True,
    )  # fmt: skip
    text = _("{count} test pictures, corrupted more and more: {what}. Which methods stay right?")
    if any(row.kind == "own" for row in comparison.rows):
        text = paragraph(text, _("Methods with ★ were tested on {few} of them."))
    few = len(evenly_spaced(comparison.labels, OWN_ROBUSTNESS_SIZE))
    count = comparison.about.robust_size
    st.caption(text.format(what=_(COMPARED[kind].text), count=f"{count:,}", few=f"{few:,}"))
    if test is not None:
        _strip(comparison, test, kind)
    st.html(legend(comparison.rows, look()))
    draw_option(
        robustness_chart(comparison, kind, look()), height=400, key="compare_robustness",
        alt=_("Lines: accuracy of each method against the strength of the corruption"),
    )  # fmt: skip
    _figures(comparison, kind)


def _figures(comparison: Comparison, kind: str) -> None:
    """Draw a button that shows the figures of the chart in a table."""
    with st.popover(_("The figures as a table"), type="tertiary", icon=":material/table:"):
        levels = [f"{level:g}" for level in comparison.about.levels[kind]]
        st.caption(level_axis(kind, look()))
        st.dataframe(
            [
                {_("method"): title_of(row, look())}
                | dict(zip(levels, (100 * share for share in row.robustness[kind]), strict=True))
                for row in comparison.rows
                if kind in row.robustness
            ],
            hide_index=True,
            column_config={one: st.column_config.NumberColumn(format="%.1f") for one in levels},
        )


def _strip(comparison: Comparison, test: ImageSet, kind: str) -> None:
    picture = test.images[min(EXAMPLE, len(test) - 1)][None].numpy()
    levels = comparison.about.levels[kind]
    images = np.concatenate([corrupted_to(picture, kind, level) for level in levels]) / 255
    unit = level_axis(kind, look())
    names = [f"{level:g}" for level in levels]
    names[0] = _("original")
    names[-1] = f"{names[-1]} {unit}"
    st.html(contact_sheet(images, names))


@st.fragment
def one_alone(comparison: Comparison, test: ImageSet | None) -> None:
    """Draw the pictures that only one peer gets right, or none."""
    st.header(_("Which pictures does only one method get right?"), anchor="alone")
    labels, answers = comparison.labels, comparison.answers
    alone = only_right(answers, labels)
    wrong = [answer != labels for answer in answers.values()]
    alone[NOBODY] = np.flatnonzero(np.all(wrong, axis=0))
    titles = {row.name: title_of(row, look()) for row in comparison.rows} | {NOBODY: _("Nobody")}
    names = [name for name in titles if name in alone]
    picked = st.pills(
        _("Who is right?"), names, default=names[-1], required=True, key="compare_alone",
        format_func=lambda name: f"{plain(titles[name])} · {len(alone[name])}",
        label_visibility="collapsed",
        wrap=True,
    )  # fmt: skip
    places = alone[picked]
    values = {
        "name": plain(titles[picked]),
        "count": len(places),
        "shown": min(len(places), MAX_PICTURES),
    }
    if not len(places):
        st.caption(_("There are none.").format(**values))
        return
    if picked == NOBODY:
        text = _n(
            "All methods get this test picture wrong. Would you know it?",
            "All methods get these {count} test pictures wrong. Would you know them?",
            len(places),
        )
    else:
        text = _n(
            "{name} gets this test picture right, and all others get it wrong.",
            "{name} gets these {count} test pictures right, and all others get them wrong.",
            len(places),
        )
    if len(places) > MAX_PICTURES:
        text = paragraph(text, _("The first {shown} are shown."))
    st.caption(text.format(**values))
    if test is not None:
        _sheet(comparison, test, places[:MAX_PICTURES], titles)


def _sheet(
    comparison: Comparison, test: ImageSet, places: np.ndarray, titles: dict[str, str]
) -> None:
    """Draw test pictures with their class and the peers' answers."""
    classes = class_names(comparison.about.classes)
    names, details = [], []
    for place in places.tolist():
        truth = int(comparison.labels[place])
        said = {name: int(answer[place]) for name, answer in comparison.answers.items()}
        wrong = Counter(answer for answer in said.values() if answer != truth)
        others = listed(f"{classes[k]} ({count})" for k, count in wrong.most_common(3))
        names.append((classes[truth], others))
        details.append(listed(pair(titles[name], classes[k]) for name, k in said.items()))
    st.html(answer_sheet(test.images[places].numpy() / 255, names, details))
    st.caption(
        _(
            "Large: the true class. Below: the wrong answers and, in parentheses, how many methods "
            "gave each; open them to see who answered what."
        )
    )
