"""A figure that gets one more point twice a second, and says what was selected in it."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.ui.components import figure as figures

FAR = 4000  # pixels of a page above the figure

if st.query_params.get("show") == "broken":
    figures.library = lambda: "/nowhere.js"
if st.query_params.get("show") == "far":
    st.container(height=FAR, border=False)


def picked(points: list[Any]) -> None:
    st.session_state["picked"] = points


@st.fragment(run_every=0.5)
def growing() -> None:
    count = st.session_state["count"] = st.session_state.get("count", 2) + 1
    x = list(range(count))
    marks = go.Scatter(x=x, y=x, mode="markers", customdata=[[10 * one] for one in x])
    texts = [str(one) if one < count - 2 else "" for one in x]  # of the newest two, none yet
    names = go.Scatter(x=x, y=x, mode="text", text=texts, hoverinfo="skip")
    figure = plain(go.Figure([marks, names]), Look(), 320)
    figure.update_layout(uirevision="one", dragmode="select")
    figure.update_xaxes(range=[-1, 3])
    figure.update_yaxes(range=[-1, 3])
    figures.draw_figure(figure, "growing", "How far is it?", picked)
    st.caption(f"{count} points")
    st.text(f"picked {st.session_state.get('picked')}")


growing()
