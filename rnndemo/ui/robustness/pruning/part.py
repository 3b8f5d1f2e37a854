"""The part Prune: units or weights are removed, and what that does to answer, size and speed."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from rnndemo.errors import N_
from rnndemo.hardening.pruning.importance import Removed
from rnndemo.hardening.pruning.matrix import strengths
from rnndemo.hardening.pruning.prune import Pruned
from rnndemo.models.build import reader
from rnndemo.models.store import Model
from rnndemo.plots.robustness.pictures import answered, picture_row
from rnndemo.plots.robustness.pruned import costs_table, matrix_left
from rnndemo.plots.robustness.rows import odds_by_row
from rnndemo.reading.traces import DIRECTIONS
from rnndemo.ui.components.player import layer_name
from rnndemo.ui.robustness.pruning.attacked import attacked_section
from rnndemo.ui.robustness.pruning.keep import keep_section
from rnndemo.ui.robustness.pruning.numbers import numbers_section
from rnndemo.ui.robustness.pruning.readings import (
    MEASURES,
    PrunedReading,
    Pruning,
    costs,
    order_of,
    pruned_by,
    pruned_reading,
)
from rnndemo.ui.robustness.pruning.shares import shares_section
from rnndemo.ui.robustness.readings import odds_of, rows_head, show, tip_mark, tipped
from rnndemo.ui.shell.session import (
    class_name,
    class_names,
    errors_to,
    paragraph,
    warn,
)
from rnndemo.ui.shell.steps import _, look
from rnndemo.ui.shell.widgets import choice, percent_format

LARGEST = 256  # units of a layer whose matrix is drawn
MOST, STEP, FIRST = 90, 10, 50  # of the share, in per cent
KINDS = {"units": N_("whole hidden units"), "weights": N_("single weights")}
TEXTS = {
    "units": N_(
        "A removed unit takes its row and its column out of the recurrent matrix of its layer; "
        "every layer loses as many. What is left is a smaller network, and a faster one."
    ),
    "weights": N_(
        "The smallest weights become zero, and every matrix keeps its shape: no answer is faster, "
        "and the file shrinks only once it is compressed."
    ),
}
MEASURE_TEXTS = {
    "spread": N_(
        "Those go first that vary least over validation pictures, or that hardly anything reads: "
        "such a unit says nothing."
    ),
    "taylor": N_(
        "Those go first whose silence would change the loss least, by its gradient over "
        "validation pictures (Molchanov et al. 2019)."
    ),
}


def prune_part(model: Model, image: np.ndarray, _truth: str) -> None:
    """Draw what a pruned model makes of a drawing, float ``(H, W)``."""
    pruning = _settings()
    with st.container(), errors_to(warn):
        pruned = pruned_by(model, pruning)
        found = pruned_reading(model, pruning, image)
        _result(model, image, found, pruning)
        keep_section(model, pruned, pruning)
        _rows(model, found)
        shares_section(model, pruning)
        _matrix(model, pruned, pruning)
        _gone(model, pruned, pruning)
        attacked_section()
        numbers_section(model)


def _settings() -> Pruning:
    """Draw what is removed, how much, and by which measure; return it."""
    with st.container(horizontal=True, key="prune_settings"):
        visible = {"label_visibility": "visible", "width": "content"}
        kind = choice("prune_kind", _("What is removed"), KINDS, default="units", **visible)
        with st.container(width=260):
            share = st.slider(
                _("Share that is removed"), 0, MOST, FIRST, STEP, key="prune_share",
                format=percent_format(0), persist_state="session",
            )  # fmt: skip
        with st.container(width="content"):
            measure = ""
            if kind == "units":
                measure = choice(
                    "prune_measure", _("Units are judged by"), MEASURES, default="spread", **visible
                )
    by = _(MEASURE_TEXTS[measure]) if measure else ""
    st.caption(paragraph(_(TEXTS[kind]), by))
    return Pruning(kind, measure, share / 100)


def _result(model: Model, image: np.ndarray, found: PrunedReading, pruning: Pruning) -> None:
    names = class_names(model.classes)
    with st.container(key="prune_result"):
        mark = tip_mark(found.tips, len(found.after.rows))
        before = answered(_("the whole model"), image, found.before, names, look())
        after = answered(_("pruned"), image, found.after, names, look(), mark)
        st.html(picture_row([[before, "→", after]], "two"))
        st.markdown(tipped(model, found.before, found.after, found.tips))
        st.html(costs_table(*costs(model, pruning), look()))


def _rows(model: Model, found: PrunedReading) -> None:
    rows_head(model)
    answers = {_("the whole model"): found.before, _("pruned"): found.after}
    figure = odds_by_row(
        odds_of(answers, int(found.before.probabilities.argmax())), {},
        class_name(found.before.label, model.classes), found.tips, look(),
    )  # fmt: skip
    show(figure, "prune_rows")


# --- what survives, and what is gone --------------------------------------------------------------


def _matrix(model: Model, pruned: Pruned, pruning: Pruning) -> None:
    st.header(_("Which connections survive?"), anchor="matrix")
    layer, direction = _layer(model)
    with st.container(key="prune_matrix_place"):
        whole, left = (strengths(one.network, layer, direction) for one in (model, pruned.model))
        if whole is None or left is None:
            if model.network.in_order:
                text = _("Units of this layer do not read each other: there is no such matrix.")
            else:
                text = _("This network has no recurrent matrix, so there is none to show.")
            st.caption(text)
            return
        if len(whole) > LARGEST:
            text = _("Too many units for a picture of this matrix: {count}.")
            st.caption(text.format(count=f"{len(whole):,}"))
            return
        text = _(
            "Each point is how strongly one unit acts on another from one row to the next: the "
            "length of its weights in all gates."
        )
        sorted_by = _("Those units come first that matter most; what is grey is gone.")
        st.caption(paragraph(text, sorted_by if pruning.kind == "units" else ""))
        order = order_of(model, pruning, layer, direction)
        units = left.shape[0] if pruning.kind == "units" else len(order)
        shown = (whole if pruning.kind == "units" else left).numpy()[np.ix_(order, order)]
        show(matrix_left(shown, order, units, whole.numpy(), look()), "prune_matrix")


def _layer(model: Model) -> tuple[int, int]:
    """Draw the choice of a layer and a direction, if there are several; return both."""
    config = model.network.config
    if not model.network.in_order:
        return 0, 0
    directions = DIRECTIONS if config.bidirectional else DIRECTIONS[:1]
    names = {
        f"{layer} {direction}": layer_name(layer, DIRECTIONS[direction])
        for layer in range(len(reader(model.network).kinds))
        for direction in range(len(directions))
    }
    if len(names) == 1:
        return 0, 0
    first = next(iter(names))
    chosen = choice(f"prune_layer_{len(names)}_{len(directions)}", _("Layer"), names, default=first)
    layer, direction = map(int, chosen.split())
    return layer, direction


def _gone(model: Model, pruned: Pruned, pruning: Pruning) -> None:
    st.header(_("What went?"), anchor="gone")
    with st.container(key="prune_gone"):
        if not pruning.share:
            st.caption(_("Nothing is removed yet."))
        elif pruning.kind == "weights":
            zeros = sum(int((~mask).sum()) for mask in pruned.masks.values())
            text = _("Weights that are zero now: {count}, those nearest to zero before.")
            st.caption(text.format(count=f"{zeros:,}"))
        else:
            st.caption(
                _(
                    "The removed units, those first that moved a logit most: the activation of "
                    "each over validation pictures, and the class whose logit it moved most."
                )
            )
            st.dataframe(
                [_row(model, one) for one in pruned.removed], hide_index=True, height=280,
                column_config={
                    name: st.column_config.NumberColumn(format="%.3f")
                    for name in (_("mean activation"), _("standard deviation"), _("by how much"))
                },
            )  # fmt: skip


def _row(model: Model, one: Removed) -> dict[str, Any]:
    return {
        _("layer"): layer_name(one.layer, DIRECTIONS[one.direction]),
        _("unit"): one.unit,
        _("mean activation"): one.mean,
        _("standard deviation"): one.spread,
        _("class it moves most"): class_name(one.label, model.classes),
        _("by how much"): one.moved,
    }
