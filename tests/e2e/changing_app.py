"""A page whose state changes while a part of it redraws itself, as a training's does."""

from __future__ import annotations

import streamlit as st

from rnndemo.ui.server.unsent import keep_unsent

keep_unsent()
LARGE = "<p>" + "row by row " * 2000 + "</p>"  # Streamlit sends it once, then refers to it

count = st.session_state["count"] = st.session_state.get("count", 0) + 1
st.title("Changing")
if count % 2:
    st.info("another element above")


@st.fragment(run_every=0.05)
def live(drawn_for: int) -> None:
    turns = st.session_state["turns"] = st.session_state.get("turns", 0) + 1
    if turns % 3 == 0:
        st.rerun()  # the state has changed: other elements, another pace
    left, right = st.columns(2)
    with left, st.container(key=f"inner_{drawn_for % 2}"):
        st.markdown("#### A question")
        st.caption("How to read it")
        if drawn_for % 2:
            st.caption("more")
        st.html(LARGE)
    with right:
        st.text_input("A field", key="field")
        st.html(LARGE + "<p>2</p>")


live(count)
with st.container(key="below"):
    st.markdown(f"state {count}")
