"""What the parts of the page Robustness share: readings that are kept, words, charts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch

from rnndemo.data.scans import scan_table
from rnndemo.data.sets import ImageSet
from rnndemo.errors import N_
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.certified import CertifiedDrawing, certified_drawing
from rnndemo.hardening.defences import defence_named
from rnndemo.hardening.drawing import (
    Attacked,
    RowsAttacked,
    attacked,
    noise_in_row,
    read_behind,
    rows_attacked,
)
from rnndemo.hardening.scores import Price, price_of
from rnndemo.models.store import Model
from rnndemo.reading.answers import Answer
from rnndemo.reading.corrupted import (
    CorruptedAnswer,
    CorruptedReading,
    answers_to_all,
    read_corrupted,
    states_apart,
)
from rnndemo.reading.threads import in_kept_thread
from rnndemo.ui.components.figure import draw_figure
from rnndemo.ui.drawing.example import test_pictures_of
from rnndemo.ui.inside.readings import identity
from rnndemo.ui.robustness.waiting import with_bar
from rnndemo.ui.shell.session import class_name, paragraph, plain, sure
from rnndemo.ui.shell.sets import content_of
from rnndemo.ui.shell.steps import _, kind

KEPT = 64  # readings, some 100 kB each
KEPT_CERTIFIED, _CERTIFIED = 8, "robustness_certified"  # of a session
STEPS = {"pgd": 20, "row": 10}  # of an attack, so that it takes less than a second
PRICED, PRICED_LONG = 300, 30  # test pictures by which a defence is priced, in about a second
LONG, FEW = 100, 5  # timesteps from which on a reading is slow, and the steps that are made then

CHARTS = {
    "attack_rows": N_("The reading row by row, before and after the attack"),
    "attack_each_row": N_("What each row can do alone"),
    "corrupt_rows": N_("The reading row by row, before and after the corruption"),
    "corrupt_curves": N_("The share of right answers against the severity of a corruption"),
    "prune_rows": N_("The reading row by row, of the whole and of the pruned network"),
    "prune_matrix": N_("How strongly each unit acts on each other"),
    "prune_shares": N_("The share of right answers against the share that is removed"),
    "prune_costs": N_("What a model costs against the share that is removed"),
    "certify_axis": N_("How long a change must be to turn the answer"),
    "place_histogram": N_("How sure it is of each kind of pictures"),
    "place_roc": N_("Which shares each threshold turns away"),
    "place_errors": N_("How much of what it accepts is wrong"),
    "attacked_networks": N_("What each network still answers right, over the size of the change"),
}


def budget_for(model: Model, attack: str, norm: str, epsilon: float) -> AttackBudget:
    """Return the budget of an attack on the page."""
    steps = STEPS.get(attack, 1)
    time = len(scan_table(model.config.data.scan, *model.image_size))
    return AttackBudget(epsilon, norm, min(steps, FEW) if time >= LONG else steps)


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def attacked_drawing(
    model: Model, image: np.ndarray, attack: str, norm: str, epsilon: float, defence: str = "none"
) -> Attacked:
    """Return a drawing, float ``(H, W)``, before and after an attack that knows the defence."""
    budget = budget_for(model, attack, norm, epsilon)
    return attacked(model, image, attack, budget, defence_named(defence))


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def attacked_rows(model: Model, image: np.ndarray, norm: str, epsilon: float) -> RowsAttacked:
    """Return what becomes of the answer when each row alone is attacked."""
    return rows_attacked(model, image, budget_for(model, "row", norm, epsilon))


def control_of(model: Model, found: Attacked, attack: str, norm: str, epsilon: float) -> Attacked:
    """Return the drawing of an attack with noise of the same size, in the same row if in one."""
    rows = np.flatnonzero(found.difference.any(1))
    if attack == "row" and len(rows):
        budget = budget_for(model, "noise", norm, epsilon)
        return noise_in_row(model, found.picture, int(rows[0]), budget)
    return attacked_drawing(model, found.picture, "noise", norm, epsilon)


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def behind(model: Model, image: np.ndarray, defence: str) -> tuple[np.ndarray, Answer]:
    """Return what a defence, not "none", makes of a picture, and the answer to it."""
    known = defence_named(defence)
    assert known is not None
    return read_behind(model, image, known)


def price(model: Model, defence: str) -> Price:
    """Return what a defence, not "none", costs `model` on some test pictures.

    Raises
    ------
    InputError
        If the test pictures are gone.
    """
    return _price(model, defence, test_pictures_of(model), content_of(model.config))


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def _price(model: Model, defence: str, _test: ImageSet, content: str) -> Price:
    known = defence_named(defence)
    assert known is not None
    time = len(scan_table(model.config.data.scan, *model.image_size))
    count = min(len(_test), PRICED_LONG if time >= LONG else PRICED)
    places = torch.from_numpy(np.linspace(0, len(_test) - 1, count).astype(int))
    some = _test.take(places)
    return in_kept_thread(price_of)(model, known, some.images, some.labels)


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def corrupted_reading(
    model: Model, image: np.ndarray, corruption: str, severity: int
) -> CorruptedReading:
    """Return a drawing, float ``(H, W)``, before and after a corruption."""
    return read_corrupted(model, image, corruption, severity)


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def corrupted_everyhow(model: Model, image: np.ndarray, severity: int) -> list[CorruptedAnswer]:
    """Return the answers to a drawing, float ``(H, W)``, with each corruption in turn."""
    return answers_to_all(model, image, severity)


def certified(model: Model, image: np.ndarray, sigma: float, samples: int) -> CertifiedDrawing:
    """Return what is certain of a drawing, float ``(H, W)``, with a bar while it is computed."""
    kept: dict[Any, CertifiedDrawing] = st.session_state.setdefault(_CERTIFIED, {})
    key = identity(model), image.tobytes(), sigma, samples
    if key not in kept:
        work = partial(certified_drawing, model, image, sigma, samples)
        kept[key] = with_bar(lambda told: work(progress=told), _("Noise, votes, attacks …"))
        for old in list(kept)[:-KEPT_CERTIFIED]:
            del kept[old]
    return kept[key]


def rows_head(model: Model, leaves: int | None = None) -> None:
    """Draw the head of the chart over the rows, and how to read it.

    Parameters
    ----------
    leaves : int, optional
        The row at which the hidden state moves away most.
    """
    st.header(_("At which row does it tip?"), anchor="rows")
    if model.network.in_order:
        text = _("Each point is what it would answer if the picture ended at that row.")
    else:
        text = _(
            "This network sees the picture at once. Each point is what it would answer with "
            "everything below that row covered."
        )
    tips = _("The answer tips where both readings begin to differ for good.")
    left = _("The hidden state moves away most at row {row}.")
    st.caption(paragraph(text, tips, "" if leaves is None else left.format(row=leaves)))


def said(answer: Answer, model: Model) -> str:
    """Return an answer in bold, as Markdown."""
    return f"**{plain(class_name(answer.label, model.classes))}**"


def tipped(model: Model, before: Answer, after: Answer, tips: int | None) -> str:
    """Return a sentence or two on what a change does to the answer, and the row where it tips."""
    values = {
        "before": said(before, model), "after": said(after, model), "row": tips,
        "first": sure(before.probability), "left": sure(left_of(before, after)),
    }  # fmt: skip
    if tips is None:
        text = _("The answer stays {before}: {first} sure before, {left} after.")
    else:
        text = _("The answer turns from {before} to {after}: it tips at row {row}.")
    doubt = _("“?” means: so unsure that the network would rather not answer.")
    return paragraph(text, doubt if after.rejected else "").format(**values)


def tip_mark(tips: int | None, time: int) -> tuple[float, str] | None:
    """Return the line on a picture at the row where the answer tips, if it is read by rows."""
    if tips is None or kind() != "row":
        return None
    return tips / time, _("row {row}").format(row=tips)


def distances_of(before: Answer, others: Mapping[str, Answer]) -> dict[str, np.ndarray]:
    """Return how far the hidden states of other readings are from those of `before`, by name.

    Empty for a network that does not read in order.
    """
    apart = {name: states_apart(before, other) for name, other in others.items()}
    return {name: values for name, values in apart.items() if values is not None}


def left_of(before: Answer, after: Answer) -> float:
    """Return what is left of the probability of the first answer."""
    return float(after.probabilities[before.probabilities.argmax()])


def odds_of(answers: Mapping[str, Answer], label: int) -> dict[str, np.ndarray]:
    """Return the probability of a class at every timestep, by the names of the answers."""
    return {name: answer.rows[:, label] for name, answer in answers.items()}


def show(figure: go.Figure, key: str) -> None:
    """Draw a figure with its text alternative."""
    draw_figure(figure, key, _(CHARTS[key]))
