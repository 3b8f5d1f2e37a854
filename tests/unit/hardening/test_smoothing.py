from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening import smoothing
from rnndemo.hardening.smoothing import (
    ALPHA,
    certificate_of,
    certified_scores,
    certify,
    lower_bound,
    radii_for,
)
from rnndemo.models.store import Model


@given(samples=st.integers(1, 5000), share=st.floats(0, 1), alpha=st.floats(1e-4, 0.2))
def test_the_bound_is_that_of_clopper_and_pearson(samples: int, share: float, alpha: float) -> None:
    hits = round(share * samples)
    known = binomtest(hits, samples, alternative="greater").proportion_ci(1 - alpha, "exact").low
    assert lower_bound(hits, samples, alpha) == pytest.approx(known, abs=1e-9)


def test_a_certificate_follows_from_the_counts() -> None:
    first, counts = np.array([1, 90, 9]), np.array([20, 970, 10])
    found = certificate_of(first, counts, 0.5)
    bound = binomtest(970, 1000, alternative="greater").proportion_ci(1 - ALPHA, "exact").low
    assert (found.label, found.samples, found.sigma) == (1, 1000, 0.5)
    assert found.bound == pytest.approx(bound)
    assert found.radius == pytest.approx(0.5 * norm.ppf(bound))


def test_without_a_majority_it_abstains() -> None:
    found = certificate_of(np.array([40, 35, 25]), np.array([520, 300, 180]), 0.5)
    assert (found.label, found.radius) == (None, 0.0)
    assert found.bound < 0.5
    # the first samples choose, even if the others say something else
    assert certificate_of(np.array([1, 0]), np.array([10, 990]), 0.5).label is None


def test_the_radius_of_a_linear_model_is_its_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """A half-space is as far as its edge: the bound nears that from below (Cohen et al. 2019)."""
    weights, sigma = torch.linspace(-1, 1, 16).reshape(4, 4), 0.5
    image = 0.5 + 0.3 * weights

    class _HalfSpace:
        def answers(self, pictures: torch.Tensor) -> torch.Tensor:
            return ((pictures - 0.5) * weights).sum((1, 2)).lt(0).long()

    monkeypatch.setattr(smoothing, "victim_of", lambda model, defence: _HalfSpace())
    distance = float(((image - 0.5) * weights).sum() / weights.norm())

    class _Two:
        classes = ("here", "there")

    found = certify(_Two(), image.numpy(), sigma, 20_000)  # type: ignore[arg-type]
    assert found.label == 0
    assert 0.93 * distance < found.radius <= distance


def test_a_model_is_certified_with_progress_and_by_seed(tiny: Model, digits: DataSet) -> None:
    image, told = digits.test.images[0].numpy() / 255, []
    one, two = (
        certify(tiny, image, 0.1, 300, seed=5, progress=lambda *said: told.append(said))
        for _ in range(2)
    )
    assert one.counts.tolist() == two.counts.tolist()
    assert one.counts.sum() == 300
    assert told == [(250, 300), (300, 300)] * 2


def test_certified_accuracy_falls_with_the_radius(tiny: Model, digits: DataSet) -> None:
    images, labels, told = digits.test.images[:6], digits.test.labels[:6], []
    found = certified_scores(
        tiny, images, labels, 0.05, 100, progress=lambda *said: told.append(said)
    )
    assert told == [(number, 6) for number in range(1, 7)]
    assert list(found.right) == sorted(found.right, reverse=True)
    assert found.n == 6
    assert found.radii == radii_for(0.05, 100)
    assert found.right[0] + found.abstained <= 6
    unlabelled = certified_scores(tiny, images, None, 0.05, 100)
    assert unlabelled.right[0] == 6 - unlabelled.abstained
    for count, (low, high) in zip(found.right, found.intervals(), strict=True):
        assert low <= count / 6 <= high


def test_the_farthest_radius_needs_every_sample() -> None:
    for sigma, samples in itertools.product((0.12, 0.25, 0.5, 1.0), (100, 1000, 10_000)):
        radii, counts = radii_for(sigma, samples), np.array([samples, 0])
        most = certificate_of(counts, counts, sigma).radius
        assert radii[0] == 0
        assert most - 1e-4 <= radii[-1] <= most


def test_cancelled_by_an_error(tiny: Model, digits: DataSet) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        certify(tiny, digits.test.images[0].numpy() / 255, 0.1, 1000, progress=stop)


@pytest.mark.parametrize(("sigma", "samples"), [(0.25, 3), (0.0, 1000), (float("nan"), 1000)])
def test_nonsense_is_refused(sigma: float, samples: int, tiny: Model) -> None:
    with pytest.raises(InputError, match="is needed"):
        certify(tiny, np.zeros((28, 28)), sigma, samples)
