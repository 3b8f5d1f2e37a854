"""What is certain of the answer to one drawing, and the shortest attacks that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.hardening.scores import Progress, ignored
from rnndemo.hardening.search import TRIES, ShortestFound, shortest_found
from rnndemo.hardening.smoothing import SmoothingCertificate, certify
from rnndemo.hardening.victim import victim_of
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread

SHOWN = 6  # noisy drawings that are shown
SHARE = 0.3  # of the work that is the certificate; the rest is looking for attacks


@dataclass(frozen=True)
class CertifiedDrawing:
    """A certificate, and beside it attacks.

    Parameters
    ----------
    certificate : SmoothingCertificate
    label : int
        The answer of the model itself, without noise.
    smoothed, plain : ShortestFound or None
        The shortest change found that turns the answer of the smoothed model, and of the model
        itself. The first is None too where the smoothed model abstains.
    noisy : ndarray
        float32 ``(SHOWN, H, W)``: drawings as the smoothed model reads them, not clipped.
    answers : tuple of int
        The answers to these.
    """

    certificate: SmoothingCertificate
    label: int
    smoothed: ShortestFound | None
    plain: ShortestFound | None
    noisy: np.ndarray
    answers: tuple[int, ...]


@in_kept_thread
def certified_drawing(
    model: Model,
    image: np.ndarray,
    sigma: float,
    samples: int,
    seed: int = 0,
    progress: Progress = ignored,
) -> CertifiedDrawing:
    """Certify the answer to a drawing, float ``(H, W)`` in [0, 1], and look for attacks.

    Parameters
    ----------
    sigma : float
        Deviation of the noise, 0.01 to 10.
    samples : int
        Noisy pictures for the certificate, from 100 on.
    progress : callable, optional
        Is told how much is done, of 100. To cancel, it raises an error.

    Raises
    ------
    InputError
        If the model reads the pen path, or noise or samples are out of range.
    """

    def part(start: float, end: float) -> Progress:
        return lambda done, of: progress(round(100 * (start + (end - start) * done / of)), 100)

    certificate = certify(model, image, sigma, samples, seed=seed, progress=part(0, SHARE))
    plain = shortest_found(model, image, progress=part(SHARE, 0.5))
    smoothed = None
    if certificate.label is not None:
        smoothed = shortest_found(model, image, sigma, TRIES, seed, part(0.5, 1), certificate.label)
    victim, picture = victim_of(model), torch.from_numpy(np.array(image, dtype=np.float32))
    noise = torch.randn(SHOWN, *image.shape, generator=torch.Generator().manual_seed(seed))
    noisy = picture + sigma * noise
    return CertifiedDrawing(
        certificate, int(victim.answers(picture[None])), smoothed, plain,
        noisy.numpy(), tuple(victim.answers(noisy).tolist()),
    )  # fmt: skip
