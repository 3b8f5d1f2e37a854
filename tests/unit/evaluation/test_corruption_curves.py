from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES, corrupted
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.corruption_curves import (
    CLEAN,
    MNIST_C_PAIRS,
    CorruptionScore,
    corruption_scores,
    every_pair,
    mean_score,
    worst_score,
)
from rnndemo.evaluation.report import UNKNOWN, wilson_interval
from rnndemo.models.store import Model, load_model


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("digits-rnn")


def test_scores_count_the_answers_to_corrupted_pictures(model: Model, digits: DataSet) -> None:
    images, labels = digits.test.images[:50], digits.test.labels[:50].clone()
    labels[3] = UNKNOWN
    clean, worse = corruption_scores(model, images, labels, [("zigzag", 2)], seed=5)
    assert (clean.kind, clean.severity, clean.n, clean.same) == (CLEAN, 0, 50, 50)
    found = torch.from_numpy(corrupted(images.numpy(), "zigzag", 2, 5)).float() / 255
    with torch.inference_mode():
        answers, before = (model.network(each).argmax(1) for each in (found, images.float() / 255))
    assert worse.right == int((answers == labels).sum())
    assert worse.same == int((answers == before).sum())
    assert worse.accuracy == worse.right / 50
    assert worse.interval == wilson_interval(worse.right, 50)


def test_scores_come_one_by_one(model: Model, digits: DataSet) -> None:
    test = digits.test
    scores = corruption_scores(model, test.images[:5], test.labels[:5], every_pair())
    assert [next(scores).kind, next(scores).kind] == [CLEAN, "shot_noise"]


def test_pairs_are_every_kind_with_every_severity() -> None:
    assert len(every_pair()) == len(CORRUPTIONS) * len(SEVERITIES)
    assert every_pair(["fog"], [2, 4]) == [("fog", 2), ("fog", 4)]
    assert len(MNIST_C_PAIRS) == 15


def test_the_mean_and_the_worst() -> None:
    pairs = [("fog", 1), ("shear", 2)]
    scores = [
        CorruptionScore(CLEAN, 0, 100, 1, 100),
        CorruptionScore("fog", 1, 100, 50, 50),
        CorruptionScore("shear", 2, 100, 90, 90),
    ]
    mean, worst = mean_score(scores, pairs), worst_score(scores)
    assert mean is not None
    assert worst is not None
    assert mean.accuracy == pytest.approx(0.7)
    assert mean.interval == wilson_interval(70, 100)
    assert worst.kind == "fog"
    assert mean_score(scores[:2], pairs) is None
    assert worst_score(scores[:1]) is None


def test_a_pen_path_is_no_picture(model: Model) -> None:
    path = replace(model, frame="path")
    with pytest.raises(InputError, match="pen path"):
        next(corruption_scores(path, torch.zeros(1, 64, 5), torch.zeros(1), []))
