"""What the sections of the part Prune share: what is removed, pruned models, what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch

from rnndemo.errors import N_
from rnndemo.hardening.data import fitting
from rnndemo.hardening.pruning.curve import PrunedCost, costs_of
from rnndemo.hardening.pruning.prune import (
    MeasuredUnits,
    Pruned,
    calibrated,
    command_for,
    measure_units,
    without_measured,
    without_weights,
)
from rnndemo.hardening.pruning.units import units_of
from rnndemo.models.store import Model, shipped_names
from rnndemo.reading.answers import Answer, answer
from rnndemo.reading.corrupted import tips_at
from rnndemo.reading.threads import in_kept_thread
from rnndemo.ui.inside.readings import identity
from rnndemo.ui.robustness.measuring import OWN
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.sets import content_of, data_of

KEPT_MODELS, KEPT = 16, 64
ROUNDS = 15  # readings that are timed
MEASURES = {"spread": N_("variation"), "taylor": N_("effect on the loss")}


@dataclass(frozen=True)
class Pruning:
    """What is removed of a model.

    Parameters
    ----------
    kind : str
        "units" or "weights".
    measure : str
        Of what a unit matters; "" for weights.
    share : float
        That is removed, in [0, 1).
    """

    kind: str
    measure: str
    share: float

    def command(self, model: Model) -> str:
        """Return the command that does the same."""
        name = model.name if model.name in shipped_names() else OWN
        return command_for(name, self.kind, self.share, self.measure)


@dataclass(frozen=True)
class PrunedReading:
    """How a model answers a drawing, whole and pruned, and the timestep at which they part."""

    before: Answer
    after: Answer
    tips: int | None


def check_way(model: Model, pruning: Pruning) -> None:
    """Raise an `InputError` if nothing of this kind can be removed from a model."""
    if pruning.kind == "units":
        units_of(model.network)


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False, hash_funcs={Model: identity})
def _units(model: Model, measure: str, content: str) -> MeasuredUnits:
    data = fitting(model, data_of(model.config))
    return in_kept_thread(measure_units)(model, data.validation, measure)


def pruned_by(model: Model, pruning: Pruning) -> Pruned:
    """Return a model without what is to be removed.

    Raises
    ------
    InputError
        If that cannot be removed from it, or its data are gone.
    """
    check_way(model, pruning)
    if not pruning.share:
        return Pruned(model)
    return _pruned_by(model, pruning, content_of(model.config))


@st.cache_resource(max_entries=KEPT_MODELS, show_spinner=False, hash_funcs={Model: identity})
def _pruned_by(model: Model, pruning: Pruning, content: str) -> Pruned:
    with st.spinner(_("It is pruned, and calibrated anew …")):
        data = fitting(model, data_of(model.config))
        if pruning.kind == "weights":
            pruned = without_weights(model, pruning.share)
        else:
            units = _units(model, pruning.measure, content)
            pruned = without_measured(model, units, pruning.share)
        return in_kept_thread(calibrated)(pruned, data)


def order_of(model: Model, pruning: Pruning, layer: int, direction: int) -> list[int]:
    """Return the units of a layer, those that matter most first; of weights, by their number."""
    if pruning.kind == "weights":
        return list(range(model.network.config.hidden_size))
    units = _units(model, pruning.measure, content_of(model.config))
    scores = units.scores[layer][direction]
    return scores.argsort(descending=True).tolist()


def pruned_reading(model: Model, pruning: Pruning, image: np.ndarray) -> PrunedReading:
    """Return how a model answers a drawing, float ``(H, W)``, whole and pruned."""
    return _pruned_reading(model, pruning, image, _content(model, pruning))


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def _pruned_reading(
    model: Model, pruning: Pruning, image: np.ndarray, content: str
) -> PrunedReading:
    before = answer(model, image)
    after = answer(pruned_by(model, pruning).model, image)
    return PrunedReading(before, after, tips_at(before.rows, after.rows))


def costs(model: Model, pruning: Pruning) -> tuple[PrunedCost, PrunedCost]:
    """Return what a model costs whole, and pruned."""
    return _costs(model, pruning, _content(model, pruning))


@st.cache_data(max_entries=KEPT, show_spinner=False, hash_funcs={Model: identity})
def _costs(model: Model, pruning: Pruning, content: str) -> tuple[PrunedCost, PrunedCost]:
    pictures = torch.full(model.image_size, 0.5)
    both = [model, pruned_by(model, pruning).model]
    before, after = in_kept_thread(costs_of)(both, pictures, ROUNDS, min)
    return before, after


def _content(model: Model, pruning: Pruning) -> str:
    """Return the digest of the data by which it is pruned, if they may change."""
    return content_of(model.config) if pruning.share else ""
