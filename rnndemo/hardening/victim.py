"""What is attacked: a model that answers pictures, seen through a defence if there is one.

Gradients are exact, and of the model as it answers people: in evaluation mode. A defence that
hides them is passed straight through (BPDA, Athalye et al. 2018): its output is read, and the
gradient by the output is taken for the gradient by the picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scans import to_sequence
from rnndemo.errors import InputError
from rnndemo.hardening.defences.base import Defence
from rnndemo.models.network import evaluating
from rnndemo.models.store import Model
from rnndemo.reading.gradients import LOSSES


@dataclass(frozen=True)
class Victim:
    """A classifier whose logits can be differentiated by its pictures.

    Parameters
    ----------
    logits : callable
        Pictures ``(N, H, W)`` in [0, 1] -> logits ``(N, classes)``, with gradients.
    loss : callable
        (logits, labels ``(N,)``) -> the loss that attacks raise, summed over pictures.
    """

    logits: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]

    def gradient(self, pictures: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits ``(N, classes)`` and ∂loss/∂pictures ``(N, H, W)``.

        cuDNN has no backward pass in evaluation mode, so a GPU uses torch's own kernels here; they
        compute the same.
        """
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=not pictures.is_cuda):
            given = pictures.detach().requires_grad_()
            logits = self.logits(given)
            (gradient,) = torch.autograd.grad(self.loss(logits, labels), given)
        return logits.detach(), gradient

    def answers(self, pictures: Tensor) -> Tensor:
        """Return the most probable class of each picture, int64 ``(N,)``."""
        with torch.no_grad():
            return self.logits(pictures).argmax(1)


def victim_of(model: Model, defence: Defence | None = None) -> Victim:
    """Return `model`, behind `defence`, as what attacks need of it.

    Raises
    ------
    InputError
        If the model reads the pen path: its numbers are no brightness that could be changed a
        little.
    """
    check_attackable(model)
    network, scan = model.network, model.config.data.scan

    def read(pictures: Tensor) -> Tensor:
        with evaluating(network):
            given: Tensor = network(to_sequence(pictures, scan))
        return given

    def logits(pictures: Tensor) -> Tensor:
        seen = pictures if defence is None else passed_through(defence, pictures)
        if defence is None or defence.views is None:
            return read(seen)
        views = defence.views(seen)
        return averaged(model, read(views.flatten(0, 1)).unflatten(0, views.shape[:2]))

    return Victim(logits, LOSSES[model.config.model.output_activation])


def passed_through(defence: Defence, pictures: Tensor) -> Tensor:
    """Return what `defence` makes of pictures, with a gradient that an attack can follow."""
    seen = defence.apply(pictures)
    return pictures + (seen - pictures).detach() if defence.hides_gradients else seen


def averaged(model: Model, logits: Tensor) -> Tensor:
    """Return logits ``(N, classes)`` whose probabilities are the mean of those of V views.

    Parameters
    ----------
    logits : Tensor
        ``(N, V, classes)``.
    """
    count, temperature = logits.shape[1], model.card.temperature
    scaled = logits / temperature
    if model.config.model.output_activation == "softmax":
        mean = scaled.log_softmax(-1).logsumexp(1) - math.log(count)
    else:  # one probability a class, each on its own: the logit of their mean
        mean = F.logsigmoid(scaled).logsumexp(1) - F.logsigmoid(-scaled).logsumexp(1)
    return temperature * mean


def check_attackable(model: Model) -> None:
    """Raise an `InputError` if attacks and noise do not suit what `model` reads."""
    if not FRAMES[model.frame].takes_pictures:
        raise InputError(
            "The model {name!r} reads the pen path, but attacks and noise change the brightness of "
            "pixels; choose a model that reads pictures.",
            name=model.name,
        )
