"""A page with a small component, of which every call takes as long as the test wants."""

from __future__ import annotations

import streamlit as st

from rnndemo.ui.components.component import HERE

SCRIPT = """
const mount = mounted((parent) => {
  window.made = (window.made ?? 0) + 1;
  return {
    update: (count) => (parent.querySelector("p").textContent = `count ${count}`),
    dispose: () => (window.gone = (window.gone ?? 0) + 1),
  };
});

export default async (given) => {
  const cleanUp = mount(given);
  if (window.held) await window.held;
  return cleanUp;
};
"""

show = st.components.v2.component(
    "mounted", html="<p></p>", js=(HERE / "base.js").read_text(encoding="utf-8") + SCRIPT
)

count = st.session_state.setdefault("count", 0)
if st.button("next"):
    count = st.session_state["count"] = count + 1
if st.toggle("there", value=True):
    show(data=count, key="shown")
