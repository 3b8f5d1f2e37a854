"""What is kept of a model on the page Robustness is kept for the pictures that it was made with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.errors import InputError
from rnndemo.models.store import Model
from rnndemo.ui.robustness.pruning import readings as pruning
from rnndemo.ui.robustness.readings import price
from tests.own import drawn_set, learnt, one_more

HALF = pruning.Pruning("units", "taylor", 0.5)


@pytest.fixture
def signs(mine: OwnSets) -> OwnSetFolder:
    return drawn_set(mine, 10)


@pytest.fixture
def model(signs: OwnSetFolder) -> Model:
    return learnt(signs)


def test_a_pruned_model_is_not_kept_when_its_pictures_have_changed(
    signs: OwnSetFolder, model: Model
) -> None:
    assert pruning.pruned_by(model, HALF) is pruning.pruned_by(model, HALF)
    pruning.costs(model, HALF)
    one_more(signs)
    for read in (
        lambda: pruning.pruned_by(model, HALF), lambda: pruning.costs(model, HALF),
        lambda: pruning.order_of(model, HALF, 0, 0), lambda: price(model, "binarise"),
    ):  # fmt: skip
        with pytest.raises(InputError, match="have changed"):
            read()
    whole = replace(HALF, share=0.0)
    assert pruning.pruned_by(model, whole).model is model  # which takes no pictures


def test_a_model_whose_card_names_no_pictures_is_read_anew(
    signs: OwnSetFolder, model: Model
) -> None:
    old = replace(model, card=replace(model.card, data_sha256=""))
    before, units = pruning.pruned_by(old, HALF), pruning.order_of(old, HALF, 0, 0)
    cost = price(old, "binarise")
    one_more(signs)
    assert pruning.pruned_by(old, HALF) is not before
    assert sorted(pruning.order_of(old, HALF, 0, 0)) == sorted(units)
    assert price(old, "binarise") is not cost
