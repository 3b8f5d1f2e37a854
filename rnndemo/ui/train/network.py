"""The network that the settings of the page Train build, drawn."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
import torch

from rnndemo.config import RunConfig
from rnndemo.data.scans import scan_table
from rnndemo.errors import N_, InputError
from rnndemo.models.build import build_network, reader
from rnndemo.plots.look.names import hover_texts
from rnndemo.plots.training.alive import alive_of
from rnndemo.plots.training.network import network_diagram
from rnndemo.plots.training.picture_network import picture_diagram
from rnndemo.training.history import History
from rnndemo.training.runs import Run
from rnndemo.ui.shell.session import _, look, plain
from rnndemo.ui.shell.sets import data_of

LIVES = N_(
    "While it trains: the larger its weights are, compared with the start, the wider an arrow. The "
    "colours in the cells are hidden states for the digit of the film: blue negative, orange "
    "positive."
)


def network_drawing(config: RunConfig, run: Run | None, history: History) -> None:
    """Draw the network of a configuration, alive if it is the one that `run` trains."""
    data = data_of(config)
    with torch.device("meta"):  # only shapes are needed
        network = build_network(config, data.image_size, len(data.classes))
    time, features = scan_table(config.data.scan, *data.image_size).shape
    text = (
        _(
            "One network, drawn once for every timestep (unrolled in time): {count} parameters to "
            "learn."
        )
        if network.in_order
        else _("One network, which sees the whole picture at once: {count} parameters to learn.")
    )
    if network.in_order:
        trained = run is not None and _same_network(config, run)
        alive = alive_of(history) if trained else None
        diagram = network_diagram(reader(network), time, look(), alive)
    else:
        diagram = picture_diagram(network, (time, features), look())
    with st.container(horizontal=True, vertical_alignment="center", key="train_network_head"):
        st.header(_("What is built?"))
        with st.popover(_("What are the parts?"), type="tertiary", icon=":material/info:"):
            parts = [text.format(count=f"{network.count_parameters():,}"), *hover_texts(diagram)]
            parts += [_(LIVES)] if network.in_order else []
            st.markdown("\n".join(f"- {plain(part)}" for part in parts))
    st.markdown(diagram, unsafe_allow_html=True)


def _same_network(config: RunConfig, run: Run) -> bool:
    with suppress(InputError):
        return (run.config.model, run.config.data) == (config.model, config.data)
    return False
