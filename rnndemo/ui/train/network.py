"""The network that the settings of the page Train build, drawn."""

from __future__ import annotations

import streamlit as st
import torch

from rnndemo.config import RunConfig
from rnndemo.data.load import data_of
from rnndemo.data.scans import scan_table
from rnndemo.models.build import build_network, reader
from rnndemo.plots.look.names import hover_texts
from rnndemo.plots.training.network import network_diagram
from rnndemo.plots.training.picture_network import picture_diagram
from rnndemo.ui.shell.session import _, look, plain


def network_drawing(config: RunConfig) -> None:
    """Draw the network of a configuration."""
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
        diagram = network_diagram(reader(network), time, look())
    else:
        diagram = picture_diagram(network, (time, features), look())
    with st.container(horizontal=True, vertical_alignment="center", key="train_network_head"):
        st.header(_("What is built?"))
        with st.popover(_("What are the parts?"), type="tertiary", icon=":material/info:"):
            parts = [text.format(count=f"{network.count_parameters():,}"), *hover_texts(diagram)]
            st.markdown("\n".join(f"- {plain(part)}" for part in parts))
    st.markdown(diagram, unsafe_allow_html=True)
