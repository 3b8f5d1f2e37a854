"""The part Corrupt: the drawing made worse, the answer to it, and that to every other way."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES
from rnndemo.data.corruptions.further import FURTHER
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.robustness.gallery import gallery, right_of
from rnndemo.plots.robustness.pictures import answered, picture_row
from rnndemo.plots.robustness.rows import odds_by_row
from rnndemo.reading.corrupted import CorruptedReading
from rnndemo.ui.robustness.corruption.curves import curves_section
from rnndemo.ui.robustness.readings import (
    corrupted_everyhow,
    corrupted_reading,
    distances_of,
    odds_of,
    rows_head,
    show,
    tip_mark,
    tipped,
)
from rnndemo.ui.shell.session import class_name, class_names, plain
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.widgets import choice

FAMILIES = {
    "mnist_c": (N_("The fifteen of MNIST-C"), MNIST_C),
    "further": (N_("More, for networks that read rows"), FURTHER),
}
FIRST = {"mnist_c": "fog", "further": "missing_rows"}


def corrupt_part(model: Model, image: np.ndarray, truth: str) -> None:
    """Draw a drawing, float ``(H, W)``, made worse; `truth` is its class, "" if nobody knows."""
    corruption, severity = _settings()
    found = corrupted_reading(model, image, corruption, severity)
    names = class_names(model.classes)
    with st.container(key="corrupt_result"):
        before = answered(_("the drawing"), image, found.before, names, look())
        title = _(CORRUPTIONS[corruption].label)
        mark = tip_mark(found.tips, len(found.after.rows))
        after = answered(title, found.picture, found.after, names, look(), mark)
        st.html(picture_row([[before, "→", after]], "two"))
        st.markdown(tipped(model, found.before, found.after, found.tips))
    _gallery(model, image, truth or found.before.label, corruption, severity)
    _rows(model, found)
    family = next(kinds for _label, kinds in FAMILIES.values() if corruption in kinds)
    curves_section(model, corruption, tuple(family), severity)


def _settings() -> tuple[str, int]:
    """Draw which corruption and how bad; return its name and its severity."""
    families = {name: label for name, (label, _kinds) in FAMILIES.items()}
    family = choice("corrupt_family", _("Kind"), families, default="mnist_c")
    kinds = FAMILIES[family][1]
    with st.container(horizontal=True, key="corrupt_settings"):
        names = list(kinds)
        corruption = st.selectbox(
            _("What happens to the picture"), names, index=names.index(FIRST[family]),
            format_func=lambda name: _(kinds[name].label), key=f"corrupt_kind_{family}",
            persist_state="session", width=300,
        )  # fmt: skip
        severity = st.slider(
            _("Severity"), SEVERITIES[0], SEVERITIES[-1], 3, key="corrupt_severity",
            persist_state="session", width=260,
        )  # fmt: skip
    name = corruption if corruption in kinds else FIRST[family]
    about = _("{name}: {text}.")
    st.caption(about.format(name=_(kinds[name].label), text=_(kinds[name].text)))
    return name, int(severity)


def _gallery(model: Model, image: np.ndarray, right: str, chosen: str, severity: int) -> None:
    st.header(_("And every other way?"), anchor="gallery")
    answers = corrupted_everyhow(model, image, severity)
    names = dict(zip(model.classes, class_names(model.classes), strict=True))
    text = _("At severity {severity}, {count} of {all} are still read as {right}.")
    with st.container(key="corrupt_gallery"):
        st.markdown(
            text.format(
                severity=severity, count=right_of(answers, right), all=len(answers),
                right=f"**{plain(class_name(right, model.classes))}**",
            )
        )  # fmt: skip
        st.html(gallery(answers, right, names, chosen, look()))


def _rows(model: Model, found: CorruptedReading) -> None:
    rows_head(model)
    answers = {_("as drawn"): found.before, _("made worse"): found.after}
    figure = odds_by_row(
        odds_of(answers, int(found.before.probabilities.argmax())),
        distances_of(found.before, {_("made worse"): found.after}),
        class_name(found.before.label, model.classes), found.tips, look(),
    )  # fmt: skip
    show(figure, "corrupt_rows")
