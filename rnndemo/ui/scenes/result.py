"""What a network finds on the board: the number, and masks and boxes on the same picture."""

from __future__ import annotations

from functools import cache
from html import escape

import numpy as np
import streamlit as st

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.frames.scene import scene_of_strokes
from rnndemo.errors import N_
from rnndemo.evaluation.batch import NO_ANSWER
from rnndemo.models.scene_answers import OVERLAP, SCORE, SceneAnswer, lying_apart
from rnndemo.models.scene_store import SceneModel
from rnndemo.plots.look.colors import class_color, text_on
from rnndemo.plots.scenes.figure import Layers, box_text, boxes_of, on_board, scene_figure
from rnndemo.reading.scenes import (
    SceneReading,
    digits_of_boxes,
    number_of,
    read_scene,
    sure_score,
)
from rnndemo.ui.scenes.figure import scene
from rnndemo.ui.scenes.models import scene_model_select
from rnndemo.ui.scenes.sources import opened_scenes
from rnndemo.ui.shell.session import _, class_names, look, paragraph, sure

_EXAMPLE = ("3", "7", "1")  # drawn on an empty board
MANY = 12  # boxes: more digits are more than networks have learnt to find on a board

LAYERS = {"masks": N_("Masks"), "boxes": N_("Boxes")}


def overlap_allowed(model: SceneModel) -> float:
    """Return the overlap above which one of two boxes is left out, as it is set."""
    return float(st.session_state.get(_overlap_key(model), lying_apart(model.same_digit)))


def _overlap_key(model: SceneModel) -> str:
    """Return the key of the slider: digits that may lie on each other have one of their own."""
    return "scene_overlap" if model.same_digit <= OVERLAP else "scene_overlap_crossing"


def shown_layers(model: SceneModel) -> Layers:
    """Return what is to be shown, as it is set."""
    layers = st.session_state.get("scene_layers", list(LAYERS))
    return Layers(
        float(st.session_state.get("scene_score", SCORE)), sure_score(model),
        "masks" in layers, "boxes" in layers,
    )  # fmt: skip


def number_said(model: SceneModel, reading: SceneReading | None) -> None:
    """Draw the number alone, and a sentence on how sure it is."""
    answer = reading.answer if reading else None
    digits, doubtful = number_of(model, answer) if answer else ((), False)
    boxes = digits_of_boxes(model, answer, overlap_allowed(model)) if answer else ()
    with st.container(horizontal=True, vertical_alignment="center", key="scene_read"):
        with st.container(key="scene_number", width="content"):
            st.markdown(" ".join(digits) if digits and boxes else NO_ANSWER)
        with st.container(key="scene_reason"):
            st.markdown(reason(answer, digits, boxes, doubtful))


def reason(
    answer: SceneAnswer | None, digits: tuple[str, ...], boxes: tuple[str, ...], doubtful: bool
) -> str:
    """Return in a sentence or two how sure the number is."""
    if answer is None:
        return _(
            "Draw several digits, side by side or anywhere, overlapping if you like. Masks, boxes "
            "and number appear at once."
        )
    if not digits and not boxes:
        return _("Nothing here looks like a digit to the network.")
    values = {
        "percent": sure(answer.probability),
        "number": " ".join(digits) or "–",
        "boxes": " ".join(boxes) or "–",
    }
    text = _("{percent} sure of the whole number.")
    if not boxes:
        text = _("No box is sure; the number could be {number}.")
    elif not digits:
        text = _("It reads no number here. The boxes, from left to right, say {boxes}.")
    elif digits != boxes:
        text = paragraph(text, _("The boxes, from left to right, say {boxes} instead."))
    elif doubtful:
        text = paragraph(text, _("That is doubtful."))
    if len(answer.found.above(SCORE)) > MANY:
        text = paragraph(text, _("It has learnt from boards with up to five digits, not so many."))
    return text.format(**values)


def result(model: SceneModel, reading: SceneReading | None) -> None:
    """Draw masks and boxes over the picture; on an empty board those of an example, faintly."""
    shown, names = shown_layers(model), class_names(model.classes)
    it = reading or read_scene(model, example(model.image_size))
    figure = scene_figure(it.picture, it.answer, names, shown, look())
    with st.container(key="scene_result"):
        note = "" if reading else _("A demonstration. Yours appears here.")
        scene("scene_figure", figure, note, opened_scenes())
        st.html(found_list(it.answer, names, shown) if reading else "<p></p>")


def found_list(answer: SceneAnswer, names: tuple[str, ...], shown: Layers) -> str:
    """Return every box in words, from the left, as HTML."""
    items = []
    for label, name, score, sides in boxes_of(answer, names, shown.score):
        color = class_color(label, on_board(look()))
        mark = name if score >= shown.sure else f"{name}?"
        items.append(
            f'<li title="{escape(box_text(name, score, sides, look()))}">'
            f'<b style="background: {color}; color: {text_on(color)}">{escape(mark)}</b> '
            f"{score:.2f}</li>"
        )
    if not items:
        nothing = escape(_("No box has this score."))
        return f'<p class="scene_found">{nothing}</p>'
    return f'<ol class="scene_found">{"".join(items)}</ol>'


def settings(model: SceneModel) -> None:
    """Draw who reads, and what of the answer is shown: layers, two thresholds of boxes."""
    with st.container(horizontal=True, key="scene_settings"):
        scene_model_select()
        st.segmented_control(
            _("Shown"), list(LAYERS), selection_mode="multi", default=list(LAYERS),
            format_func=lambda name: _(LAYERS[name]), key="scene_layers",
            persist_state="session", width="content",
        )  # fmt: skip
        st.slider(
            _("Score"), 0.05, 0.95, SCORE, 0.05, key="scene_score", persist_state="session",
            width=220,
            help=_("A lower score shows more boxes, and more that are wrong."),
        )  # fmt: skip
        st.slider(
            _("Overlap"), 0.1, 0.9, lying_apart(model.same_digit), 0.05, key=_overlap_key(model),
            persist_state="session", width=220,
            help=_("A lower overlap leaves out more boxes, those of digits that cross as well."),
        )  # fmt: skip
    text = _(
        "Boxes are shown from the score on that you set; those below {sure} are doubtful, dashed "
        "and marked “?”. Of two boxes that overlap by more than the overlap that you set, "
        "only the surer one stays."
    )
    st.caption(text.format(sure=f"{sure_score(model):.2f}"))


@cache
def example(size: tuple[int, int]) -> np.ndarray:
    """Return a scene for an empty board, uint8 ``(height, width)``."""
    strokes = [
        stroke * 0.85 + np.array([place * 1.05, 0.1 * (place % 2)])
        for place, digit in enumerate(_EXAMPLE)
        for stroke in strokes_of(DIGITS[digit][0])
    ]
    board = (3.1, 3.1 * size[0] / size[1])
    middle = np.array([0.1, (board[1] - 1) / 2])
    return scene_of_strokes([stroke + middle for stroke in strokes], board, size).image
