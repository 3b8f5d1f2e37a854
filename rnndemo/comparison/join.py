"""A person's own network joins a comparison: measured on the same test part, not trained again."""

from __future__ import annotations

import numpy as np

from rnndemo.comparison.answerers import NetworkAnswerer, data_of
from rnndemo.comparison.measure import answers_of, every, interval, latency, robustness
from rnndemo.comparison.results import Comparison, Measured
from rnndemo.errors import InputError
from rnndemo.models.costs import flops
from rnndemo.models.store import Model, size_of

FEWER = 500  # test pictures on which its robustness is measured, so that it takes seconds


def join(comparison: Comparison, model: Model) -> tuple[Measured, np.ndarray]:
    """Measure a trained network on the test part of a comparison.

    Parameters
    ----------
    comparison : Comparison
    model : Model
        With the same classes, and for pictures of the same size.

    Returns
    -------
    row : Measured
        Of kind "own".
    answers : ndarray
        ``(test_size,)``.

    Raises
    ------
    InputError
        If it answers other classes or sees other pictures, or the data have changed.
    """
    about = comparison.about
    seen, wanted = ((one.classes, one.image_size, one.frame) for one in (model, about))
    if seen != wanted:
        raise InputError(
            "{name} answers other classes or sees other pictures than this comparison of {data}, "
            "so they cannot stand side by side.",
            name=model.name, data=about.data_name,
        )  # fmt: skip
    test = data_of(about).test
    images, labels = test.images.numpy(), test.labels.numpy()
    answerer = NetworkAnswerer(model)
    answers = answers_of(answerer, images)
    accuracies = (float((answers == labels).mean()),)
    row = Measured(
        model.name, model.name, "own", accuracies, *interval(accuracies, len(labels)),
        model.network.count_parameters(),
        flops(model.network, model.config.data.scan, model.image_size),
        model.card.train_seconds, latency(answerer, images), size_of(model),
        robustness(answerer, every(images, FEWER), every(labels, FEWER), about.levels),
        {"lr": model.config.training.lr},
    )  # fmt: skip
    return row, answers
