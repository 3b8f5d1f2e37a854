"""The part Out of place: how sure the network is of pictures that show none of its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from rnndemo.data.out_of_place import KINDS, pictures
from rnndemo.data.sets import DIGITS, GESTURES
from rnndemo.data.sources.downloads import SOURCES
from rnndemo.errors import N_
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.out_of_place import ALL, Separation, separation
from rnndemo.models.store import Model, shipped_names
from rnndemo.plots.robustness.accepted import accepted_pictures
from rnndemo.plots.robustness.out_of_place import (
    ThresholdView,
    errors_figure,
    histogram,
    roc_figure,
)
from rnndemo.reading.answers import answer
from rnndemo.ui.drawing.example import test_pictures_of
from rnndemo.ui.robustness.beside import WorkBeside, draw_beside
from rnndemo.ui.robustness.readings import show
from rnndemo.ui.robustness.threshold import chosen_threshold, save_threshold
from rnndemo.ui.shell.kept import KeptWork
from rnndemo.ui.shell.session import _, class_names, errors_to, look, paragraph, warn
from rnndemo.ui.shell.sets import data_of
from rnndemo.ui.shell.widgets import choice

KEPT = 8  # models whose separation is remembered
SHOWN, LEAST_SHOWN = 24, 6  # pictures that are wrongly accepted: in all, of a kind

# classes -> what they are called together
IN_PLACE = {
    DIGITS: N_("digits"),
    GESTURES: N_("gestures"),
    SOURCES["fashion"].classes: N_("clothes"),
}
OTHERS = N_("pictures of its classes")
OUT_OF_PLACE = N_("pictures out of place")

_works: KeptWork[WorkBeside[Separation]] = KeptWork("place_work", KEPT)


def out_of_place_part(model: Model, image: np.ndarray, _truth: str) -> None:
    """Draw how sure `model` is in place and out of place; a drawing, ``(H, W)``, is marked."""
    st.caption(_learnt(model))
    identity = _identity(model)
    with errors_to(warn):  # its test pictures may be gone, or have changed
        work = _works.of(identity, partial(_begin, model))
        draw_beside(
            work,
            _("It reads pictures of its classes, and pictures that are out of place …"),
            "place_result",
            partial(_works.forget, identity, work),
            partial(_found, model, image),
        )


def _learnt(model: Model) -> str:
    """Return what the network has been taught of pictures that show no class."""
    text = _(
        "Pictures that show none of its classes are called out of distribution. A network has no "
        "answer for them, only one of its classes, or “?”."
    )
    if model.config.data.outliers:
        taught = _(
            "In training this one has seen drawings of no class, and learnt to doubt them. Those "
            "here are others."
        )
    else:
        taught = _("In training this one has never seen any.")
    shown = _(
        "Its own pictures here are validation pictures, so that a threshold can be chosen by them; "
        "the test pictures only test it."
    )
    return paragraph(text, taught, shown)


def _identity(model: Model) -> tuple[str, str]:
    """Return what tells a model from others; its threshold matters to no reading."""
    return model.name, repr(replace(model.card, reject_threshold=0.0, measured={}))


def _begin(model: Model) -> WorkBeside[Separation]:
    # a person chooses the threshold by these: test pictures, which the report counts, will not do
    test_pictures_of(model)  # refuses those of a set that has changed since
    inside = data_of(model.config).validation
    return WorkBeside(lambda told: separation(model, inside, told))


def _found(model: Model, image: np.ndarray, found: Separation) -> None:
    names = _names(model.classes, found)
    kinds = {ALL: N_("all")} | {kind: KINDS[kind].label for kind in found.outside}
    with st.container(horizontal=True, key="place_settings"):
        threshold = chosen_threshold(model)
        label, visible = _("Out of place"), {"label_visibility": "visible", "width": "content"}
        kind = choice(f"place_kind_{'_'.join(found.outside)}", label, kinds, default=ALL, **visible)
    view = ThresholdView(found, kind, threshold, names, look())
    with st.container(key="place_said"):
        st.markdown(said(view))
    with st.container(key="place_save_place"):
        save_threshold(model, threshold)
    drawing = (_("the drawing"), answer(model, image).probability)
    show(histogram(view, model.card.reject_threshold, drawing), "place_histogram")
    st.caption(
        _(
            "Each bar is as high as the square root of its share, so that a few pictures can be "
            "seen beside many. The diamond is the drawing on this page."
        )
    )
    _curves(view)
    _accepted(model, view)
    if model.name in shipped_names():
        st.caption(_("At the threshold that it came with, on test pictures, on the command line:"))
        st.code(f"python -m benchmarks out_of_place {model.name}", language="bash")


def _names(classes: Sequence[str], found: Separation) -> dict[str, str]:
    own = {"": _(IN_PLACE.get(tuple(classes), OTHERS)), ALL: _(OUT_OF_PLACE)}
    return own | {kind: _(KINDS[kind].label) for kind in found.outside}


def said(view: ThresholdView) -> str:
    """Return in sentences what the threshold does."""
    at, all_ = view.found.outcome(view.kind, view.threshold), len(view.found.inside)
    accepted = round((1 - at.inside) * all_)
    values = {
        "threshold": view.share(view.threshold),
        "kind": view.names[view.kind], "outside": _ranged(view, at.outside, len(view.scores)),
        "own": view.names[""], "inside": _ranged(view, at.inside, all_),
        "error": _ranged(view, at.error or 0.0, accepted),
        "mixed": view.share(at.mixed_error or 0.0),
    }  # fmt: skip
    parts = [
        _(
            "It answers “?” when it is less than {threshold} sure. That turns away {outside} of "
            "{kind}, and {inside} of {own}."
        )
    ]
    if at.error is not None:
        parts.append(_("Of the {own} that it accepts, {error} are read wrongly."))
        parts.append(
            _("Were every second picture out of place, {mixed} of what it accepts would be wrong.")
        )
    return paragraph(*parts, _("In parentheses: 95 % intervals.")).format(**values)


def _ranged(view: ThresholdView, share: float, count: int) -> str:
    """Return a share of so many pictures with its 95 % interval, for Markdown."""
    low, high = wilson_interval(round(share * count), count) if count else (0.0, 1.0)
    ends = {"low": view.share(low), "high": view.share(high)}
    return _("**{share}** ({low} to {high})").format(share=view.share(share), **ends)


def _curves(view: ThresholdView) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.header(_("What does every other threshold do?"), anchor="roc")
        show(roc_figure(view), "place_roc")
        st.caption(
            _(
                "The area is how often a picture of its classes gets a higher certainty than one "
                "out of place: 0.5 would be chance (ROC curve)."
            )
        )
    with right:
        st.header(_("How much of what it accepts is wrong?"), anchor="errors")
        show(errors_figure(view), "place_errors")
        st.caption(_("Who turns more away is wrong less often, but answers less."))


def _accepted(model: Model, view: ThresholdView) -> None:
    st.header(_("What does it wrongly accept?"), anchor="accepted")
    found, names = view.found, class_names(model.classes)
    kinds = [*found.outside] if view.kind == ALL else [view.kind]
    with st.container(key="place_accepted"):
        count = sum(int((found.outside[kind].scores >= view.threshold).sum()) for kind in kinds)
        all_ = sum(len(found.outside[kind]) for kind in kinds)
        text = _("{count} of {all} are accepted. The surest first, each with its answer:")
        none = _("None of {all} is accepted.")
        st.markdown((text if count else none).format(count=count, all=all_))
        for kind in kinds:
            one, shows = found.outside[kind], view.names[kind]
            places = one.surest(view.threshold, max(LEAST_SHOWN, SHOWN // len(kinds))).tolist()
            images = pictures(kind, model.classes, model.image_size).numpy()
            with st.container():
                if places and len(kinds) > 1:
                    st.markdown(shows)
                if places:
                    st.html(accepted_pictures(images, one, places, shows, names, look()))
        st.caption(
            _(
                "The hand that draws these does not know what the network knows: some do look like "
                "one of its classes."
            )
            if count
            else ""
        )
