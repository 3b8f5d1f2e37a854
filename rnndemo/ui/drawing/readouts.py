"""The readout at a row that a person chooses, in words: for who cannot point at a chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnndemo.plots.reading.answers import most_probable
from rnndemo.ui.shell.session import look, plain


@st.fragment
def readout_at(
    rows: np.ndarray, names: Sequence[str], label: str, key: str, first: int = 0
) -> None:
    """Draw the choice of a row, and say what the network would answer if the picture ended there.

    Parameters
    ----------
    rows : ndarray
        ``(time, classes)``: the readout after each row.
    names : sequence of str
        Of the classes, translated.
    label : str
        What one timestep is, translated.
    first : int, default 0
        Number of the first one, as the page counts them.
    """
    last = first + len(rows) - 1
    if last > first:
        at = st.slider(label, first, last, last, key=f"{key}_{last}")
        st.caption(plain(most_probable(rows[at - first], names, look())))
