"""A digit of the test part, for whoever has not drawn one yet."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.data.frames.seen import Seen, Step
from rnndemo.data.load import data_of
from rnndemo.models.store import Model
from rnndemo.ui.shell.session import _, drawing, seen_by

EXAMPLE = 61  # a test picture of an 8: strokes that cross, so that the guess changes on the way


def seen_or_example(model: Model) -> Seen:
    """Return what `model` sees of the visitor's drawing; without one, of a test picture: say so."""
    own = seen_by(model, drawing())
    if own is not None:
        return own
    with st.container(horizontal=True, vertical_alignment="center"):
        text = _("Nothing is drawn yet, so this is a picture from the test set.")
        st.markdown(text, width="content")
        st.page_link("pages/draw.py", label=_("Draw your own"), icon=":material/draw:")
    image = data_of(model.config).test.images[EXAMPLE].numpy().astype(np.float32) / 255
    return Seen(image, (Step("given", image),))
