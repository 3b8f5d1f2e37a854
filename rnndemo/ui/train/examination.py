"""The test report on a page: how accurate a trained model is, and where it goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import streamlit as st

from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.store import Model
from rnndemo.plots.report.charts import calibration_chart, scores_chart, timesteps_chart
from rnndemo.plots.report.confusion import cell_of, cell_text, confusion_matrix
from rnndemo.plots.report.texts import OTHER_PICTURES, SCORES_AXIS, grouped, percent, scores_begin
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.shell.session import _, class_names, look, plain
from rnndemo.ui.train.mistakes import ALTERNATIVES, KEY, ask, chart, mistakes_part, test_picture

MAX_PICTURES = 24  # of a clicked cell
_EDITION = f"{KEY}_edition"  # of the chart: a new one has no cell marked, since none was clicked
GALLERY = "display:flex;flex-wrap:wrap;gap:8px"


def examination_section(model: Model, examination: TestReport, test: ImageSet) -> None:
    """Draw the test report of a model; if the `test` pictures have changed since, show none."""
    test = examination.matching(test)
    if not len(test):
        st.info(_(OTHER_PICTURES), icon=":material/info:")
    _accuracy(model, examination)
    confusion_part(model, examination, test)
    left, right = st.columns(2, gap="medium")
    with left:
        ask("timesteps", examination)
        chart(timesteps_chart(examination, look()), "timesteps", 320)
    with right:
        ask("calibration", examination)
        chart(calibration_chart(examination.calibration, look()), "calibration", 320)
    ask("scores", examination)
    with st.container():
        if low := scores_begin(examination):
            st.caption(_(SCORES_AXIS).format(low=f"{low:.1f}"))
    chart(scores_chart(examination, class_names(model.classes), look()), "scores", 300)
    mistakes_part(model, examination, test)


def _accuracy(model: Model, examination: TestReport) -> None:
    """Draw the accuracy, and what the reject option changes."""
    with st.container(key=f"{KEY}_accuracy"):
        ask("accuracy", examination)
        answered = ~examination.rejected
        if not model.card.reject_threshold or not answered.any():
            return
        right = (examination.answers == examination.labels)[answered]
        st.markdown(
            _(
                "Here, every answer counts. Where you draw, it answers “?” when it is less than "
                "{threshold} sure; that would reject {rejected} of these pictures. Of the rest, "
                "{accuracy} are right."
            ).format(
                threshold=percent(model.card.reject_threshold, 1, look()),
                rejected=percent(examination.report.rejected, examination.report.n, look()),
                accuracy=percent(float(right.mean()), len(right), look()),
            )
        )


@st.fragment
def confusion_part(model: Model, examination: TestReport, test: ImageSet) -> None:
    """Draw the confusion matrix, and the pictures of the cell that was clicked or chosen.

    `test` is empty if the pictures have changed since.
    """
    ask("confusion", examination)
    names, alternative = class_names(model.classes), ALTERNATIVES["confusion"]
    confusion = examination.report.confusion.numpy()
    count, edition = len(names), st.session_state.get(_EDITION, 0)
    key, chosen = f"{KEY}_confusion_{count}", f"{KEY}_chosen_cell_{count}"  # numbered by the count
    key += f"_{edition}" if edition else ""

    def click() -> None:
        clicked = st.session_state[key]["selection"]["selected"]
        st.session_state[chosen] = cell_of(clicked, count)

    left, right = st.columns([0.6, 0.4], gap="medium")
    with left:
        draw_option(
            confusion_matrix(confusion, names, look()),
            height=min(720, 120 + 36 * max(4, count)),
            key=key, on_select=click, alt=_(alternative),
        )  # fmt: skip
    with right, st.container(key=f"{KEY}_cell"):
        cell = _cell_choice(confusion, names, chosen)
        if cell is not None and len(test):
            _cell_pictures(names, examination, test, cell)


def _cell_choice(confusion: np.ndarray, names: Sequence[str], key: str) -> tuple[int, int] | None:
    """Draw the choice of a cell, mistakes first, and return it, None if none is chosen."""

    def order(cell: tuple[int, int]) -> tuple[bool, bool, int]:
        return not confusion[cell], cell[0] == cell[1], -int(confusion[cell])

    def choose() -> None:
        st.session_state[_EDITION] = st.session_state.get(_EDITION, 0) + 1

    return st.selectbox(
        _("Which pictures?"),
        sorted(product(range(len(names)), range(len(names))), key=order),
        index=None,
        placeholder=_("Click a number, or choose here"),
        format_func=lambda cell: cell_text(confusion, cell, names, look()),
        key=key,
        on_change=choose,
    )


def _cell_pictures(
    classes: Sequence[str], examination: TestReport, test: ImageSet, cell: tuple[int, int]
) -> None:
    """Draw pictures of a cell, the surest answers first."""
    truth, answer = cell
    places = np.flatnonzero((examination.labels == truth) & (examination.answers == answer))
    places = places[np.argsort(-examination.confidences[places], kind="stable")]
    values = {
        "truth": plain(classes[truth]),
        "answer": plain(classes[answer]),
        "count": grouped(len(places)),
        "shown": MAX_PICTURES,
    }
    if not len(places):
        text = _("No picture of {truth} was answered as {answer}.")
    elif len(places) <= MAX_PICTURES:
        text = _("Pictures of {truth} answered as {answer}: {count}, the surest first.")
    else:
        text = _("Pictures of {truth} answered as {answer}: the {shown} surest of {count}.")
    st.markdown(text.format(**values))
    images = (test_picture(examination, test, k) for k in places[:MAX_PICTURES].tolist())
    st.html(f'<div style="{GALLERY}">{"".join(images)}</div>')
