"""Draw: draw a digit, and see the answer form row by row while the pen moves."""

import streamlit as st

from rnndemo.data.sets import DIGITS
from rnndemo.plots.reading.live import in_words
from rnndemo.reading.answers import answer
from rnndemo.ui.components.reading import reading
from rnndemo.ui.drawing import sources
from rnndemo.ui.drawing.answer import (
    formula,
    readout_formula,
    readouts_caption,
    reason,
    said_label,
    seen_strip,
)
from rnndemo.ui.drawing.example import ghost
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.drawing.take import take_along
from rnndemo.ui.shell import chrome, session
from rnndemo.ui.shell.session import _

chrome.enter()
model = session.model()
st.title(_("Draw a digit") if model.classes == DIGITS else _("Draw something it knows"))
left, right = st.columns([0.46, 0.54], gap="large")
with left:
    drawing = sources.drawing_input()
    seen = session.seen_by(model, drawing)
with right:
    result = answer(model, seen.image) if seen else None
    words = in_words(session.class_names(model.classes))
    with st.container(
        horizontal=not words, vertical_alignment="center", key=f"prediction{'_words' * words}"
    ):
        with st.container(key="prediction_label", width="content"):
            st.markdown(said_label(result, model.classes), unsafe_allow_html=True)
        with st.container(key="prediction_reason"):
            st.markdown(reason(result, drawing, model))
    on_board = sources.on_board()
    reading(
        "draw_reading", model, seen, result,
        board=sources.CANVAS if on_board else "",
        numbers=ink_on(sources.CANVAS).numbers,
        ghost=ghost(model, sources.SIDE),
    )  # fmt: skip
    with st.container(key="draw_continuing"):
        if on_board:
            sources.continue_for_me(model)
with st.columns([0.46, 0.54], gap="large")[0]:
    session.model_select()
    take_along("draw_take", model, session.model_label(model.name))
if seen is not None:
    st.header(_("What does the network see?"))
    st.caption(_("The drawing, converted to the format of the pictures it learnt from."))
    st.html(seen_strip(seen))
    st.header(_("When did it know?"))
    st.caption(readouts_caption(model))
    if model.network.in_order:
        with st.container(horizontal=True):
            formula(*readout_formula(model.config.model.output_activation))
            st.page_link(
                "pages/inside.py",
                label=_("Look inside while it reads"),
                icon=":material/visibility:",
            )
