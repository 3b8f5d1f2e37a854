"""Our own components: parts of a page that live in the browser."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from rnndemo.ui.shell.session import _

HERE = Path(__file__).parent


def component(name: str, *scripts: str, apart: bool = True) -> ComponentRenderer:
    """Return what draws a component, of ``NAME.html``, ``NAME.css`` and ``NAME.js`` beside this.

    Parameters
    ----------
    name : str
    *scripts : str
        Files whose functions its script uses, see `script_of`.
    apart : bool, default True
        Whether styles of the page and of the component stay out of each other.
    """
    return st.components.v2.component(
        f"rowbyrow_{name}", html=_text(f"{name}.html"), css=_text(f"{name}.css"),
        js=script_of(name, *scripts), isolate_styles=apart,
    )  # fmt: skip


def script_of(name: str, *scripts: str) -> str:
    """Return a component's script after ``base.js`` and the files that it uses, as one module.

    The browser gets one text, since the parts of a component cannot import one another.
    """
    return "\n".join(_text(file) for file in ("base.js", *scripts, f"{name}.js"))


def pack(values: np.ndarray) -> str:
    """Return numbers in base64; ``unpack`` of ``base.js`` is the way back."""
    return base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode("ascii")


def translated(messages: Mapping[str, str]) -> dict[str, str]:
    """Return a component's texts in the visitor's language."""
    return {name: _(message) for name, message in messages.items()}


def _text(file: str) -> str:
    return (HERE / file).read_text(encoding="utf-8")
