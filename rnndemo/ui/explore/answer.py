"""What a study answers: in words, and one view at a time with its question above."""

from __future__ import annotations

import time
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from rnndemo.errors import N_
from rnndemo.plots.sweeps.study import StudyView
from rnndemo.plots.sweeps.views import VIEWS
from rnndemo.sweeps.analysis.answers import effect_lines
from rnndemo.sweeps.analysis.points import METRICS, points
from rnndemo.sweeps.analysis.verdict import choice
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import StudySpec
from rnndemo.sweeps.studies import Study
from rnndemo.ui.components.figure import draw_figure
from rnndemo.ui.explore import state
from rnndemo.ui.shell.session import _, look

# pause between two redraws that nobody asked for: seconds at least, and multiples of the
# time that one takes
CALM, CALM_SHARE = 2.0, 10.0

VIEW_NAMES = {
    "map": N_("Heat map"),
    "seeds": N_("Seeds"),
    "history": N_("History"),
    "slices": N_("Slices"),
    "contour": N_("Contours"),
    "parallel": N_("Parallel coordinates"),
    "importances": N_("Importance"),
    "front-time": N_("Versus time"),
    "front-parameters": N_("Versus parameters"),
    "curves": N_("Curves"),
}
STAGES = "curves"  # the view of what pruning measures

BY_CLOCK = N_(
    "An earlier version took some of these times by the clock, while trials shared the processor: "
    "they are longer than the trainings alone would take."
)

VIEW, METRIC = "explore_view", "explore_metric"  # the widgets that choose them
_DRAWN = "explore_figure"


def answer(study: Study, about: StudySpec, known: list[TrialRecord], status: str) -> None:
    """Draw the answer in words, the choice of a view, and the view.

    While the study's `status` is "running", the chart is redrawn less often.
    """
    metric = str(st.session_state.get(METRIC, next(iter(METRICS))))
    with st.container(key="explore_verdict"):
        _in_words(about, known, metric, so_far=status != "done")
    view = _choose_view(known)
    _choose_metric()
    with st.container(key="explore_view_head"):
        st.header(_(VIEWS[view].question))
        st.caption(_(VIEWS[view].caption_of(about.space)))
    figure = _figure(study, about, known, view, metric, status == "running")
    with st.container(key="sweep_chart"):
        draw_figure(figure, "explore_chart", _(VIEWS[view].question), _pick)


def _in_words(about: StudySpec, known: list[TrialRecord], metric: str, so_far: bool) -> None:
    """Draw what the settings do, and which are best."""
    found = points(known, about.space)
    st.header(_("What is the answer so far?") if so_far else _("What is the answer?"))
    st.markdown("\n".join(effect_lines(found, about.space, metric, _)))
    st.markdown(choice(found, metric).text(_, so_far))
    by_clock = metric == "seconds" and any(one.result and one.result.by_clock for one in known)
    st.caption(_(BY_CLOCK) if by_clock else "")


def _choose_view(known: list[TrialRecord]) -> str:
    names = list(VIEW_NAMES)
    if not any(trial.stages for trial in known):  # nothing was measured on the way
        names.remove(STAGES)
    if st.session_state.get(VIEW) not in names:
        st.session_state[VIEW] = names[0]
    return str(
        st.pills(
            _("View"), names, key=VIEW, required=True, persist_state="session",
            format_func=lambda name: _(VIEW_NAMES[name]), label_visibility="collapsed",
        )
    )  # fmt: skip


def _choose_metric() -> None:
    labels = {name: _(one.label) for name, one in METRICS.items()}
    st.selectbox(
        _("Compare by"), list(labels), key=METRIC, width=260, persist_state="session",
        format_func=labels.__getitem__,
        help=_("Trials are compared by validation accuracy; test accuracy is only reported."),
    )  # fmt: skip


def _figure(
    study: Study, about: StudySpec, known: list[TrialRecord], view: str, metric: str, running: bool
) -> go.Figure:
    """Return the figure; the one drawn last, unless something visible has changed."""
    asked = study.name, view, metric, state.chosen_trials(), look(), narrow(), running
    counts = len(known), sum(trial.ended for trial in known), about.trials
    drawn = st.session_state.get(_DRAWN)
    start = time.monotonic()
    if (
        drawn is not None
        and drawn[0] == asked
        and (drawn[1] == counts or (running and start < drawn[2]))
    ):
        return drawn[3]
    shown = StudyView(known, about.space, metric, state.chosen_trials(), narrow())
    figure = VIEWS[view].figure(shown, look())
    # on a phone, dragging scrolls the page
    drag = False if narrow() else "select"
    figure.update_layout(uirevision=f"{study.name}-{view}-{metric}", dragmode=drag)
    end = time.monotonic()
    st.session_state[_DRAWN] = asked, counts, end + max(CALM, CALM_SHARE * (end - start)), figure
    return figure


def narrow() -> bool:
    """Return whether the page is likely to be seen on a phone."""
    return "Mobi" in st.context.headers.get("User-Agent", "")


def _pick(custom: list[Any]) -> None:
    """Select the trials that a person has chosen in the chart."""
    state.choose_trials(numbers_of(custom))
    state.refresh_table()


def numbers_of(custom: Any) -> set[int]:
    """Return the numbers of the trials that ``customdata`` of a chart holds, however nested."""
    if isinstance(custom, bool) or custom is None:
        return set()
    if isinstance(custom, (int, float)):
        return {int(custom)}
    if isinstance(custom, dict):
        custom = custom.values()
    if isinstance(custom, str):
        return set()
    return {number for one in custom for number in numbers_of(one)}
