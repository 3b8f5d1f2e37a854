"""Randomised smoothing, and the certificate that comes with it (Cohen, Rosenfeld, Kolter 2019).

The smoothed model answers what the model answers most often when normal noise of deviation σ is
added to the picture. If that class has a probability of at least p > 1/2, no change of the picture
shorter than R = σ Φ⁻¹(p) in L2 makes the smoothed model answer anything else. p is a lower bound by
Clopper and Pearson: the certificate is wrong with a probability of at most α. Where the bound does
not exceed 1/2 the smoothed model abstains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import betaincinv, ndtri
from torch import Generator, Tensor

from rnndemo.errors import check_number
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.defences.base import Defence
from rnndemo.hardening.scores import Progress, ignored
from rnndemo.hardening.victim import Victim, victim_of
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread

ALPHA = 0.001  # the probability that a certificate is wrong
FIRST = 100  # samples that choose the class; others then say how probable it is
MIN_SAMPLES, MAX_SAMPLES = 100, 1_000_000  # with fewer, nearly nothing could be certified
MIN_SIGMA, MAX_SIGMA = 0.01, 10.0
BATCH = 250  # noisy pictures read at once


@dataclass(frozen=True)
class SmoothingCertificate:
    """What is certain of a smoothed model's answer to one picture.

    Parameters
    ----------
    label : int or None
        The class that it answers, by number; None if it abstains.
    radius : float
        L2 length of a change below which it answers nothing else, 0 if it abstains.
    bound : float
        The lower bound p of the class's probability under noise.
    counts : ndarray
        int64 ``(classes,)``: how often each class was answered, of `samples`.
    sigma : float
        Deviation of the noise.
    samples : int
        Noisy pictures that were read for the bound.
    """

    label: int | None
    radius: float
    bound: float
    counts: np.ndarray
    sigma: float
    samples: int


def check_smoothing(sigma: float, samples: int) -> None:
    """Raise an `InputError` if noise or the number of samples is out of range."""
    check_number("sigma", sigma, MIN_SIGMA, MAX_SIGMA)
    check_number("samples", samples, MIN_SAMPLES, MAX_SAMPLES, whole=True)


def lower_bound(hits: int, samples: int, alpha: float = ALPHA) -> float:
    """Return the one-sided Clopper–Pearson bound of a probability, with confidence 1 − α."""
    return float(betaincinv(hits, samples - hits + 1, alpha)) if hits else 0.0


def certificate_of(
    first: np.ndarray, counts: np.ndarray, sigma: float, alpha: float = ALPHA
) -> SmoothingCertificate:
    """Return the certificate that follows from how often each class was answered.

    Parameters
    ----------
    first : ndarray
        ``(classes,)``: the counts that choose the class.
    counts : ndarray
        ``(classes,)``: those of other samples, which bound its probability.
    """
    samples, chosen = int(counts.sum()), int(first.argmax())
    bound = lower_bound(int(counts[chosen]), samples, alpha)
    certain = bound > 0.5
    radius = sigma * float(ndtri(bound)) if certain else 0.0
    return SmoothingCertificate(chosen if certain else None, radius, bound, counts, sigma, samples)


@in_kept_thread
def certify(
    model: Model,
    image: np.ndarray,
    sigma: float,
    samples: int,
    defence: Defence | None = None,
    seed: int = 0,
    progress: Progress = ignored,
) -> SmoothingCertificate:
    """Return the certificate of `model`, smoothed, for one picture.

    Parameters
    ----------
    image : ndarray
        float ``(H, W)`` in [0, 1].
    sigma : float
        Deviation of the noise, 0.01 to 10; it is added to pixels in [0, 1] and not clipped.
    samples : int
        Noisy pictures for the bound, from 100 on; `FIRST` more choose the class.
    progress : callable, optional
        Is told how many noisy pictures are read. To cancel, it raises an error.

    Raises
    ------
    InputError
        If the model reads the pen path, or noise or samples are out of range.
    """
    check_smoothing(sigma, samples)
    victim, classes = victim_of(model, defence), len(model.classes)
    picture = torch.from_numpy(np.array(image, dtype=np.float32))
    generator = Generator().manual_seed(seed)
    first = _counts(victim, picture, sigma, FIRST, classes, generator)
    counts, done = np.zeros(classes, np.int64), 0
    while done < samples:
        count = min(BATCH, samples - done)
        counts += _counts(victim, picture, sigma, count, classes, generator)
        done += count
        progress(done, samples)
    return certificate_of(first, counts, sigma)


def _counts(
    victim: Victim, picture: Tensor, sigma: float, count: int, classes: int, generator: Generator
) -> np.ndarray:
    """Return how often each class is answered, of `count` noisy pictures, int64 ``(classes,)``."""
    noise = torch.randn(count, *picture.shape, generator=generator)
    answers = victim.answers(picture + sigma * noise)
    return torch.bincount(answers, minlength=classes).numpy()


@dataclass(frozen=True)
class CertifiedScores:
    """How many pictures are certainly answered right, by the length of what may change them.

    Parameters
    ----------
    n : int
        Pictures.
    radii : tuple of float
        L2 lengths.
    right : tuple of int
        How many pictures are answered right by the smoothed model, with at least that radius.
    abstained : int
        To how many it gives no answer.
    """

    n: int
    radii: tuple[float, ...]
    right: tuple[int, ...]
    abstained: int

    def intervals(self) -> list[tuple[float, float]]:
        """Return the 95 % interval of each share."""
        return [wilson_interval(count, self.n) for count in self.right]


def radii_for(sigma: float, samples: int, count: int = 9) -> tuple[float, ...]:
    """Return radii from 0 to the largest that so many samples could certify, evenly spaced."""
    most = sigma * float(ndtri(lower_bound(samples, samples)))
    # rounded down: nothing could reach a last radius that is rounded up
    return tuple((np.floor(np.linspace(0, most, count) * 10**4) / 10**4).tolist())


def certified_scores(
    model: Model,
    images: Tensor,
    labels: Tensor | None,
    sigma: float,
    samples: int,
    radii: Sequence[float] | None = None,
    defence: Defence | None = None,
    seed: int = 0,
    progress: Progress = ignored,
) -> CertifiedScores:
    """Return the certified accuracy of `model`, smoothed, on pictures uint8 ``(N, H, W)``.

    Parameters
    ----------
    labels : Tensor or None
        int64 ``(N,)``; None takes the smoothed model's answers for right.
    radii : sequence of float, optional
        Where the share is counted; by default `radii_for` what so many samples can reach.
    progress : callable, optional
        Is told after each picture how many are done. To cancel, it raises an error.

    Raises
    ------
    InputError
        If the model reads the pen path, or noise or samples are out of range.
    """
    check_smoothing(sigma, samples)
    chosen = tuple(radii_for(sigma, samples) if radii is None else radii)
    right, abstained = np.zeros(len(chosen), np.int64), 0
    for number, image in enumerate(images):
        found = certify(model, image.numpy() / 255, sigma, samples, defence, seed + number)
        if found.label is None:
            abstained += 1
        elif labels is None or found.label == int(labels[number]):
            right += np.asarray(chosen) <= found.radius
        progress(number + 1, len(images))
    return CertifiedScores(len(images), chosen, tuple(right.tolist()), abstained)
