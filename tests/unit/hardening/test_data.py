"""A model is measured on the data that it learnt from, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.data import data_for, fitting
from rnndemo.models.store import Model
from rnndemo.ui.drawing.example import test_pictures_of as pictures_of
from tests.own import drawn_set, learnt, one_more


def test_pictures_that_have_changed_measure_no_model(mine: OwnSets) -> None:
    signs = drawn_set(mine, 10)
    model, test = learnt(signs), load(signs.spec).test
    assert data_for(model).test is pictures_of(model) is test
    one_more(signs)
    with pytest.raises(InputError, match="pictures of the model 'of signs' have changed"):
        data_for(model)
    with pytest.raises(InputError, match="pictures of set:my signs have changed"):
        pictures_of(model)
    assert data_for(learnt(signs)).classes == model.classes  # trained again
    before = replace(model, card=replace(model.card, data_sha256=""))  # a card that does not say
    assert data_for(before).test is pictures_of(before)


def test_a_registered_set_needs_no_digest(tiny: Model, digits: DataSet) -> None:
    assert fitting(replace(tiny, card=replace(tiny.card, data_sha256="other")), digits) is digits
