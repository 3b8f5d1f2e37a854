"""Our own components: parts of a page that live in the browser."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def component(name: str, *scripts: str, apart: bool = True) -> ComponentRenderer:
    """Return what draws a component, of ``NAME.html``, ``NAME.css`` and ``NAME.js`` beside this.

    Parameters
    ----------
    name : str
    *scripts : str
        Files whose functions its script uses: the browser gets them as one module, since the parts
        of a component cannot import one another. ``mounted.js`` is always among them.
    apart : bool, default True
        Whether styles of the page and of the component stay out of each other.
    """
    parts = [_text(file) for file in ("mounted.js", *scripts, f"{name}.js")]
    return st.components.v2.component(
        f"rowbyrow_{name}", html=_text(f"{name}.html"), css=_text(f"{name}.css"),
        js="\n".join(parts), isolate_styles=apart,
    )  # fmt: skip


def _text(file: str) -> str:
    return (HERE / file).read_text(encoding="utf-8")
