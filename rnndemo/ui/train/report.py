"""The fifth step: what a trained network gets right, on the test pictures and on your drawing."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import streamlit as st
import torch

from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import has_changed
from rnndemo.evaluation.examination import TestReport
from rnndemo.languages import translator
from rnndemo.models.store import Model
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.answers import probability_bars
from rnndemo.plots.report.page import report_page
from rnndemo.reading.answers import answer
from rnndemo.storage.names import REPORT
from rnndemo.training.history import History
from rnndemo.training.runs import Run
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.drawing import sources
from rnndemo.ui.drawing.answer import reason, said_label
from rnndemo.ui.drawing.example import test_set_of
from rnndemo.ui.shell.session import _, class_names, errors_to, look, seen_by, warn
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.train.controls import OPTION_TEXTS
from rnndemo.ui.train.examination import examination_section


def test_report(run: Run, model: Model) -> None:
    """Draw the fifth step: your own drawing first, then all test pictures."""
    st.header(_("5 · Test"))
    _own_drawing(model)
    with errors_to(warn):
        examination = TestReport.load(run.folder / REPORT)
        examination_section(model, examination, _test_pictures(model))


def _test_pictures(model: Model) -> ImageSet:
    """Return the pictures that a model was tested on; none if they are gone or have changed."""
    with suppress(InputError):
        data = data_of(model.config)
        if not has_changed(data, model.card):
            return data.test
    return ImageSet(torch.zeros(0, *model.image_size, dtype=torch.uint8), torch.zeros(0).long())


def _own_drawing(model: Model) -> None:
    """Draw the input for a drawing, and the new network's answer."""
    st.subheader(_("How does it read your drawing?"))
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        drawing = sources.drawing_input(partial(test_set_of, model))
        seen = seen_by(model, drawing)
    result = answer(model, seen.image) if seen else None
    with right:
        with st.container(key="prediction_label"):
            st.markdown(said_label(result, model.classes), unsafe_allow_html=True)
        with st.container(key="prediction_reason"):
            st.markdown(reason(result, drawing, model))
        draw_option(
            probability_bars(result, class_names(model.classes), look()),
            height=190,
            key="train_own_bars",
        )


def report_html(run: Run, model: Model, title: str, code: str) -> str:
    """Return the report of a run as one HTML file in the language `code`.

    It is called when the browser asks for the file, outside any page.
    """
    return report_page(
        model,
        TestReport.load(run.folder / REPORT),
        _test_pictures(model),
        History(run.folder).update(),
        Look(translate=translator(code)),
        language=code,
        title=title,
        notes=str(run.about["notes"]),
        options=OPTION_TEXTS,
    )
