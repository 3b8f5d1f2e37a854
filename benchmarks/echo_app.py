"""The baseline of `benchmarks.stroke`: a page that only echoes the canvas."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

canvas = st_canvas(
    stroke_width=18, stroke_color="#fdfcf8", background_color="#1d2329",
    width=308, height=308, key="board",
)  # fmt: skip
with st.container(key="echo"):
    st.markdown(str([len(item["path"]) for item in (canvas.json_data or {}).get("objects", [])]))
