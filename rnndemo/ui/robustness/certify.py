"""The part Certify: how long a change must be before the answer can turn."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.hardening.certified import CertifiedDrawing
from rnndemo.hardening.search import LONGEST
from rnndemo.hardening.smoothing import ALPHA
from rnndemo.models.store import Model
from rnndemo.plots.look.pictures import data_uri
from rnndemo.plots.reading.answers import are_words
from rnndemo.plots.robustness.certain import axis_of_lengths, votes_chart
from rnndemo.plots.robustness.pictures import PicturePanel, picture_row, text_color
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.robustness.readings import certified, show
from rnndemo.ui.shell.session import class_names, paragraph, percent, plain
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.widgets import choice

VOTES_HEIGHT, VOTES_OF_WORDS = 230, 290  # pixels; words are slanted below their bars
SAMPLES = {"100": 100, "1000": 1000, "10000": 10_000}


def certify_part(model: Model, image: np.ndarray, _truth: str) -> None:
    """Draw what is certain of the answer to a drawing, float ``(H, W)``."""
    sigma, samples = _settings()
    with st.container(key="certify_progress"):
        found = certified(model, image, sigma, samples)
    with st.container(key="certify_result"):
        st.html(picture_row([_noisy(found, model)], "six"))
        st.markdown(verdict(found, model))
        show(axis_of_lengths(found, look()), "certify_axis")
        st.caption(
            _(
                "A length of 1 is one pixel turned from black to white, or a hundred pixels "
                "changed by a tenth each."
            )
        )
        st.header(_("How did it vote?"), anchor="votes")
        counts = found.certificate.counts
        names = class_names(model.classes)
        height = VOTES_OF_WORDS if are_words(names) else VOTES_HEIGHT
        draw_option(votes_chart(counts, names, look()), "certify_votes", height)


def _settings() -> tuple[float, int]:
    """Draw noise and number of samples, and return them."""
    with st.container(horizontal=True, key="certify_settings"):
        with st.container(width=260):
            sigma = st.slider(
                _("Noise, σ"), 0.05, 1.0, 0.25, 0.05, key="certify_sigma", persist_state="session"
            )
        samples = choice(
            "certify_samples", _("Noisy readings"),
            {name: f"{count:,}" for name, count in SAMPLES.items()}, default="1000",
            label_visibility="visible", width="content",
        )  # fmt: skip
    st.caption(
        _(
            "The *smoothed* network reads the drawing many times, with other noise each time, and "
            "answers what it reads most often. Of this answer, something can be proved "
            "(randomised smoothing)."
        )
    )
    return float(sigma), SAMPLES[samples]


def _noisy(found: CertifiedDrawing, model: Model) -> list[PicturePanel | str]:
    """Return drawings under noise, each with its answer."""
    names = class_names(model.classes)
    return [
        PicturePanel("", data_uri(picture), names[label], text_color(label))
        for picture, label in zip(found.noisy, found.answers, strict=True)
    ]


def verdict(found: CertifiedDrawing, model: Model) -> str:
    """Return what is certain, and what is not, in a few sentences."""
    names, given = class_names(model.classes), found.certificate
    likeliest = int(given.counts.argmax())
    values = {
        "answer": f"**{plain(names[likeliest])}**", "clean": f"**{plain(names[found.label])}**",
        "votes": f"{int(given.counts[likeliest]):,}", "samples": f"{given.samples:,}",
        "radius": f"**{given.radius:.2f}**", "confidence": percent(1 - ALPHA, 1),
        "found": "" if found.smoothed is None else f"{found.smoothed.size:.2f}",
        "most": f"{LONGEST:.0f}",
    }  # fmt: skip
    parts = [_("{votes} of {samples} noisy readings say {answer}.")]
    if given.label is None:
        parts.append(
            _(
                "That is too few to be sure of, so the smoothed network abstains: nothing is "
                "certain. Choose less noise, or more readings."
            )
        )
        return paragraph(*parts).format(**values)
    parts.append(
        _(
            "So with {confidence} confidence, no change shorter than {radius} turns the smoothed "
            "network's answer, whoever makes it."
        )
    )
    if found.label != given.label:
        parts.append(_("Without noise, the answer is {clean}: certain is not the same as right."))
    if found.smoothed is None:
        parts.append(_("No attack up to a length of {most} was found."))
    else:
        parts.append(_("An attack of length {found} does turn it. Between the two, nobody knows."))
    return paragraph(*parts).format(**values)
