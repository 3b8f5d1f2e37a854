"""Draw: draw a digit, get the answer, and see it form row by row."""

import streamlit as st

from rnndemo.data.sets import DIGITS
from rnndemo.plots.reading.answers import probability_bars, row_by_row
from rnndemo.reading.answers import answer, as_read, settled_at
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.drawing import sources
from rnndemo.ui.drawing.answer import (
    READOUT,
    formula,
    readouts_caption,
    reason,
    said_label,
    seen_strip,
)
from rnndemo.ui.drawing.readouts import readout_at
from rnndemo.ui.shell import chrome, session
from rnndemo.ui.shell.session import _

chrome.enter()
model = session.model()
names = session.class_names(model.classes)
st.title(_("Draw a digit") if model.classes == DIGITS else _("Draw something it knows"))
left, right = st.columns([0.42, 0.58], gap="large")
with left:
    drawing = sources.drawing_input()
    seen = session.seen_by(model, drawing)
with right:
    result = answer(model, seen.image) if seen else None
    with st.container(key="prediction_label"):
        st.markdown(said_label(result, model.classes), unsafe_allow_html=True)
    with st.container(key="prediction_reason"):
        st.markdown(reason(result, drawing, model))
    with st.container(key="prediction_chart"):
        st.caption(_("How probable is each answer?"))
        draw_option(
            probability_bars(result, names, session.look()),
            height=190,
            key="prediction_bars",
        )
    session.model_select()
if seen is not None and result is not None:
    strip, readouts = st.columns([0.42, 0.58], gap="large")
    with strip:
        st.header(_("What does the network see?"))
        st.caption(_("The drawing, converted to the format of the pictures it learnt from."))
        st.html(seen_strip(seen))
        if model.network.in_order:
            st.page_link(
                "pages/inside.py",
                label=_("Look inside while it reads"),
                icon=":material/visibility:",
            )
    with readouts, st.container(key="rows_chart"):
        st.header(_("When did it know?"))
        st.caption(readouts_caption(model))
        picture, rows = as_read(seen.image, result.rows, model.config.data.scan)
        draw_option(
            row_by_row(picture, rows, names, settled_at(result, rows), session.look()),
            height=430,
            key="rows_bars",
        )
        readout_at(rows, names, _("Row"), "rows_at")
        if model.network.in_order:
            formula(*READOUT)
