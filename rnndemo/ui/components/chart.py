"""ECharts charts with the name that their option carries."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rnndemo.plots.look.names import introduced, name_of
from rnndemo.plots.reading.answers import Option
from rnndemo.ui.shell.session import look


def draw_option(option: Option, key: str, height: int, alt: str = "", **more: Any) -> Any:
    """Draw a chart; another call with the same key updates it in place.

    Parameters
    ----------
    alt : str
        What kind of chart it is: said before its name.
    """
    shown = {part: value for part, value in option.items() if part != "aria"}
    name = introduced(name_of(option), alt, look())
    return st.echarts_chart(shown, height=height, key=key, alt=name or None, **more)
