"""The data that a model learnt from, on which it is measured."""

from __future__ import annotations

from rnndemo.data.load import data_of
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import has_changed
from rnndemo.models.store import Model


def data_for(model: Model) -> DataSet:
    """Return the data that a model learnt from; raise an `InputError` as `fitting` does."""
    data = data_of(model.config)
    assert isinstance(data, DataSet), "no model of scenes is pruned"
    return fitting(model, data)


def fitting(model: Model, data: DataSet) -> DataSet:
    """Return the data that a model learnt from.

    Raises
    ------
    InputError
        If they no longer fit it, or people have changed them since.
    """
    if data.classes != model.classes or data.image_size != model.image_size:
        raise InputError(
            "The data of the model {name!r} have changed since it was trained: their classes or "
            "the size of their pictures are others.",
            name=model.name,
        )
    if has_changed(data, model.card):
        raise InputError(
            "The pictures of the model {name!r} have changed since it was trained: those to test "
            "it with may be among those that it has learnt. Train it again with the new ones.",
            name=model.name,
        )
    return data
