"""A test picture, for people who have not drawn anything yet or want to be surprised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from rnndemo.data.drawn.gestures import template_of
from rnndemo.data.drawn.glyphs import DIGITS as GLYPHS
from rnndemo.data.drawn.glyphs import strokes_of
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.sets import DIGITS, GESTURES, ImageSet
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.cards import has_changed
from rnndemo.models.store import Model
from rnndemo.ui.shell.session import Drawing, _, errors_to, seen_by, warn
from rnndemo.ui.shell.sets import data_of

EXAMPLE = 61  # a test picture of an 8: strokes that cross, so that the guess changes on the way


# classes -> strokes in a unit square
_GHOSTS = {DIGITS: strokes_of(GLYPHS["3"][2]), GESTURES: template_of("star")}


class TestPictures(NamedTuple):
    """Test pictures, and what they are called.

    Parameters
    ----------
    images : ImageSet
        The pictures and their labels.
    classes : sequence of str
        What the labels mean.
    data : str
        Name of their data set, for a link to find one of them by.
    """

    images: ImageSet
    classes: Sequence[str]
    data: str = ""


def from_test_set(test: TestPictures, number: int) -> Drawing:
    """Return a test picture, with its true class, as if a person had given it."""
    picture = test.images.images[number].numpy().astype(np.float32) / 255
    answer = test.classes[int(test.images.labels[number])]
    return Drawing(
        picture, N_("a picture from the test set"), answer, framed=True, place=(test.data, number)
    )


def example(test: TestPictures, say: Callable[..., Any] = st.caption) -> Drawing:
    """Return a test picture for people who have not drawn anything yet; `say` that it is one."""
    say(_("Nothing is drawn yet, so this is a picture from the test set."), width="content")
    return from_test_set(test, min(EXAMPLE, len(test.images) - 1))


def ghost(model: Model, side: float) -> Strokes | None:
    """Return strokes of something that `model` knows, on a board of this side.

    They show what happens on the page before anything is drawn. There are none for own classes.
    """
    strokes = _GHOSTS.get(model.classes)
    return strokes and [side * (0.2 + 0.6 * stroke) for stroke in strokes]


def test_pictures_of(model: Model) -> ImageSet:
    """Return the test pictures of the data that a model has learnt from.

    Raises
    ------
    InputError
        If they are gone, or a person has changed their set since.
    """
    data = data_of(model.config)
    if data.classes != model.classes:
        raise InputError(
            "The classes of {data} have changed since this network learnt them.", data=data.name
        )
    if has_changed(data, model.card):
        raise InputError(
            "The pictures of {data} have changed since this network learnt them, so it may know "
            "those of the test set. Draw something yourself, or train a new network.",
            data=data.name,
        )
    return data.test


def test_set_of(model: Model) -> TestPictures:
    """Return them with what they are called; raise as `test_pictures_of` does."""
    return TestPictures(test_pictures_of(model), model.classes, model.config.data.name)


def drawing_or_example(model: Model, given: Drawing | None) -> Drawing | None:
    """Return a drawing if `model` can read it; otherwise, or without one, the example.

    If its test pictures are gone too, say so and return None.
    """
    if given is not None and seen_by(model, given) is not None:
        return given
    picture = None
    with st.container(horizontal=True, vertical_alignment="center"):
        with errors_to(warn):
            picture = example(test_set_of(model), st.markdown)
        st.page_link("pages/draw.py", label=_("Draw your own"), icon=":material/draw:")
    return picture
