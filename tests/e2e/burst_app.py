"""A small page with the burst camera for test_burst.py; it counts what it was given."""

from __future__ import annotations

import streamlit as st

from rnndemo.data.files.pictures import open_picture
from rnndemo.ui.components.burst import burst
from rnndemo.ui.shell import session

session.start()
if st.toggle("camera", value=True):
    given = burst("camera", most=int(st.query_params.get("most", 3)))
    st.session_state.setdefault("bursts", [])
    if given:
        st.session_state["bursts"].append([open_picture(picture) for picture in given])
        st.rerun()  # like a page that has stored them
for number, pictures in enumerate(st.session_state.get("bursts", []), 1):
    shapes = [f"{grey.shape[1]}x{grey.shape[0]}" for grey in pictures]
    st.markdown(f"Burst {number}: {' '.join(shapes)}")
    st.image(pictures, width=100)
st.button("again")
