"""A small page with the sweeps over a scene for test_sweeps.py; the address says which network."""

from __future__ import annotations

from typing import cast

import numpy as np
import streamlit as st

from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.sources.digits import load_digits
from rnndemo.models.scene_store import SceneModel, load_scene_model
from rnndemo.reading.scenes import read_scene
from rnndemo.ui.components.sweeps import sweeps
from rnndemo.ui.shell import session
from tests.scenes import untrained

COUNT = 4  # scenes


@st.cache_data
def pictures() -> np.ndarray:
    """Return scenes, the same in every process."""
    return cast(
        np.ndarray, SceneData(SCENES["default"], load_digits()).validation(COUNT).images.numpy()
    )


@st.cache_resource
def model(name: str) -> SceneModel:
    """Return a shipped model, or an untrained one: "cnn", or the directions of its sweeps."""
    if name.startswith("scenes"):
        return load_scene_model(name)
    return untrained(network="cnn") if name == "cnn" else untrained(tuple(name.split()))


session.start()
st.title("Scenes")
number = st.session_state.setdefault("number", 0)
if st.button("next"):
    number = st.session_state["number"] = (number + 1) % (COUNT + 1)
chosen = model(st.query_params.get("network", "scenes-lstm"))
reading = read_scene(chosen, pictures()[number]) if number < COUNT else None
sweeps("sweeps", chosen, reading)
st.markdown(f"Scene {number}")
