"""What is measured of a peer, and what is said of it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind

from rnndemo.comparison.answerers import occlusion
from rnndemo.comparison.measure import (
    answers_of,
    difference,
    evenly_spaced,
    interval,
    latency,
    robustness,
)
from rnndemo.comparison.summary import spoken, summary
from rnndemo.evaluation.report import wilson_interval
from tests import comparisons


class Bar:
    """Answers 1 as surely as the pixel in the middle is bright, else 0."""

    classes = ("dark", "bright")

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        _, height, width = images.shape
        bright = images[:, height // 2, width // 2] / 255
        return np.stack([1 - bright, bright], 1)


# --- measuring --------------------------------------------------------------------------------


def test_answers_are_the_likeliest_classes() -> None:
    images = np.zeros((2500, 4, 4), np.uint8)
    images[::3, 2, 2] = 200
    answers = answers_of(Bar(), images)
    np.testing.assert_array_equal(answers, (images[:, 2, 2] > 0).astype(np.uint8))
    assert answers.dtype == np.uint8


def test_robustness_begins_with_unchanged_pictures() -> None:
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 13:16, 13:16] = 255
    found = robustness(Bar(), images, np.ones(40), {"shift": (0, 1, 6), "rows": (0, 28)})
    assert found == {"shift": (1.0, 1.0, 0.0), "rows": (1.0, 0.0)}


def test_evenly_spaced_pictures() -> None:
    assert evenly_spaced(np.arange(10_000)).tolist() == list(range(0, 10_000, 5))
    assert evenly_spaced(np.arange(30)).tolist() == list(range(30))


def test_latency_is_that_of_one_picture(monkeypatch) -> None:
    class Asked(Bar):
        shapes: list[tuple[int, ...]] = []  # noqa: RUF012

        def probabilities(self, images):
            self.shapes.append(images.shape)
            return super().probabilities(images)

    assert 0 < latency(Asked(), np.zeros((3, 4, 4), np.uint8)) < 0.1
    assert set(Asked.shapes) == {(1, 4, 4)}


def test_interval_of_one_training_is_that_of_its_test_part() -> None:
    mean, low, high = interval([0.97], 1000)
    assert (mean, (low, high)) == (0.97, pytest.approx(wilson_interval(970, 1000)))


def test_seeds_that_differ_widen_the_interval() -> None:
    mean, low, high = interval([0.96, 0.97, 0.98], 1000)
    below, above = wilson_interval(970, 1000)
    luck = 4.3027 * 0.01 / math.sqrt(3)  # Student's t for three
    assert mean == pytest.approx(0.97)
    assert mean - low == pytest.approx(math.hypot(mean - below, luck), rel=1e-4)
    assert high - mean == pytest.approx(math.hypot(above - mean, luck), rel=1e-4)
    assert interval([1.0, 1.0], 50)[2] == 1


def test_a_difference_counts_the_pictures_that_only_one_answers_right() -> None:
    one = comparisons.comparison(("lstm", "cnn"), 1000)
    answers = {name: one.labels.copy() for name in ("lstm", "cnn")}
    answers["lstm"][:30] = (answers["lstm"][:30] + 1) % 10
    answers["cnn"][20:40] = (answers["cnn"][20:40] + 1) % 10
    rows = tuple(
        replace(row, accuracy=accuracy, accuracies=(accuracy,))
        for row, accuracy in zip(one.rows, (0.97, 0.98), strict=True)
    )
    gap, low, high = difference(replace(one, answers=answers, rows=rows), "lstm", "cnn")
    assert gap == pytest.approx(-0.01)
    spread = math.sqrt((20 + 10) / 1000 - 0.01**2)  # 20 for one alone, 10 for the other
    assert (high - low) / 2 == pytest.approx(1.96 * spread / math.sqrt(1000), rel=1e-3)


def test_seeds_of_both_widen_a_difference_as_welch_has_it() -> None:
    one = comparisons.comparison(("lstm", "cnn"), 1000)
    seeds = ((0.96, 0.97, 0.98), (0.95, 0.955, 0.963, 0.97))
    rows = tuple(
        replace(row, accuracy=float(np.mean(each)), accuracies=each)
        for row, each in zip(one.rows, seeds, strict=True)
    )
    same = dict.fromkeys(("lstm", "cnn"), one.labels)  # chance is in the seeds alone
    gap, low, high = difference(replace(one, rows=rows, answers=same), "lstm", "cnn")
    wanted = ttest_ind(*seeds, equal_var=False).confidence_interval(0.95)
    assert (low, high) == pytest.approx((wanted.low, wanted.high))
    assert gap == pytest.approx(0.97 - 0.9595)


def test_occlusion_finds_the_relevant_place() -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[14, 14] = 255
    seen = occlusion(Bar(), picture)
    assert seen.shape == (28, 28)
    assert seen.max() == seen[14, 14] == 1  # covered, all certainty is gone
    far = np.hypot(*np.mgrid[-14:14, -14:14]) > 7
    assert (seen[far] == 0).all()


@pytest.mark.parametrize("size", [(28, 28), (64, 64), (9, 13), (3, 3)])
def test_occlusion_reaches_every_pixel(size) -> None:
    assert np.isfinite(occlusion(Bar(), np.full(size, 7, np.uint8))).all()


# --- in words ---------------------------------------------------------------------------------


def with_errors(**errors: int):
    """Return a comparison of 10,000 pictures on which these peers err so often, on others each."""
    one, at, answers, rows = comparisons.comparison(tuple(errors), 10_000), 0, {}, []
    for row in one.rows:
        answers[row.name] = one.labels.copy()
        wrong = slice(at, at := at + errors[row.name])
        answers[row.name][wrong] = (one.labels[wrong] + 1) % 10
        accuracy = 1 - errors[row.name] / 10_000
        rows.append(replace(row, accuracies=(accuracy,), accuracy=accuracy))
    return replace(one, answers=answers, rows=tuple(rows))


@pytest.mark.parametrize(
    ("lstm", "cnn", "verdict"),
    [(50, 100, "CNNs holds"), (100, 50, "does not hold"), (100, 101, "support neither")],
)
def test_the_figures_decide_whether_the_claim_holds(lstm, cnn, verdict) -> None:
    text = spoken(with_errors(lstm=lstm, cnn=cnn))
    assert verdict in text
    assert sum(f in text for f in ("CNNs holds", "does not hold", "support neither")) == 1
    assert f"{1 - lstm / 10_000:.2%}" in text


@pytest.mark.parametrize(
    ("brief", "verdict"),
    [(300, "time, the LSTM is"), (10, "time, the CNN is still"), (100, "difference may be")],
)
def test_equal_time_is_judged_by_itself(brief, verdict) -> None:
    assert verdict in spoken(with_errors(**{"lstm": 100, "cnn": 50, "cnn-time": brief}))


@pytest.mark.parametrize(
    ("renet", "verdict"),
    [(10, "better than the CNN"), (300, "worse than"), (100, "from the CNN may be chance")],
)
def test_renet_is_judged_by_itself(renet, verdict) -> None:
    assert verdict in spoken(with_errors(lstm=200, cnn=100, renet=renet))


def test_robustness_may_differ_by_corruption() -> None:
    one = with_errors(lstm=100, cnn=100)
    lstm = replace(one.rows[0], robustness={"shift": (1, 0.9), "noise": (1, 0.5)})
    cnn = replace(one.rows[1], robustness={"shift": (1, 0.5), "noise": (1, 0.9)})
    text = spoken(replace(one, rows=(lstm, cnn)))
    assert "LSTM is right more often where they are shifted, the CNN where they are noisy" in text
    assert "equally well" in spoken(replace(one, rows=(lstm, replace(lstm, name="cnn"))))


def test_the_most_robust_classical_peer_is_named() -> None:
    one = comparisons.comparison(("lstm", "cnn", "knn"))
    assert "of all methods" not in spoken(one)
    knn = replace(one.rows[2], robustness={"noise": (0.96, 0.95), "shift": (0.96, 0.1)})
    text = spoken(replace(one, rows=(*one.rows[:2], knn)))
    assert "Nearest neighbours is right most often of all methods" in text
    assert "Where pictures are noisy," in text


def test_without_both_there_is_nothing_to_say() -> None:
    for names in ((), ("svm",), ("cnn",), ("lstm", "svm")):
        assert len(summary(comparisons.comparison(names))) == 1


def test_values_that_are_texts_are_translated() -> None:
    text = spoken(
        comparisons.comparison(), lambda key: key.replace("GRU", "门控").replace("LSTM", "记忆")
    )
    assert "LSTM" not in text
    assert "记忆" in text
