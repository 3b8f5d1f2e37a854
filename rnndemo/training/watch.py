"""Measurements of a network while it learns, seldom enough to cost little time.

Each measurement has an allowance, a share of the training's time, and a shortest interval. The
watcher times each and waits accordingly: a network that reads 784 pixels is measured less often
than one that reads 28 rows. The validation curve has points enough to be read as a curve, however
short the training is: the shorter, the fewer pictures each of its points is measured on. Measuring
draws no random number and changes no weight.
"""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet
from rnndemo.models.build import reader
from rnndemo.models.network import Layered, Network, evaluating
from rnndemo.reading.gradients import gradient_norms
from rnndemo.reading.memory import factors, turns
from rnndemo.storage.log import Event

GRADIENT_PICTURES = 8
BINS = 41
FILM_TIMESTEPS, FILM_UNITS = 56, 128  # at most, of longer or wider states
TURNING_UNITS = 256  # at most
MAX_INT8 = 127

VALIDATION_POINTS = 40  # of a run, spread evenly, and more near its start: 48 in all
# pictures of the validation part that each is measured on, the same throughout a run: so many that
# all points together take this share of the training, within limits
VALIDATION_SHARE, VALIDATION_PICTURES = 0.05, (64, 256)
READING = 1 / 3  # what reading a picture costs, as a share of learning from it
# what the points may cost in the worst case: a share of the process's computing time, and seconds
# of it besides; elapsed time would say more of a busy machine than of the price
PRICE, PRICE_SECONDS = 0.08, 0.3
EARLY = 0.25  # near the start: progress from one point to the next, as a share of that made


class Learning(Protocol):
    """What is measured: a training, as `rnndemo.training.trainer.Trainer`."""

    model: Any
    half: bool
    step: int
    loss: float
    helper: Executor | None

    @property
    def saved_model(self) -> Layered:
        """The network that would be kept now."""

    @property
    def progress(self) -> float:
        """How far it is, from 0 to 1."""


@dataclass(frozen=True)
class Watched:
    """One measurement.

    Parameters
    ----------
    measure : callable
        Returns the content of the event.
    allowance : float
        Share of the training's time that it may take.
    interval : float
        Shortest time between two, in seconds.
    fits : callable, optional
        Whether a network can be measured; by default, each can.
    points : int, default 0
        How many a run has at least, while they cost no more than `PRICE` and `PRICE_SECONDS`.
    """

    measure: Callable[[Learning, Any], Event]
    kind: str
    allowance: float
    interval: float
    fits: Callable[[Any], bool] = lambda _network: True
    points: int = 0


def validation_pictures(learned: int) -> int:
    """Return how many pictures to measure validation on in a training that sees `learned`."""
    points = 1.2 * VALIDATION_POINTS  # with those near the start
    fewest, most = VALIDATION_PICTURES
    return min(max(round(VALIDATION_SHARE * learned / READING / points), fewest), most)


class Probe:
    """The validation pictures that are measured with: no training uses them.

    Parameters
    ----------
    pictures : int
        How many, if there are as many.
    """

    def __init__(self, data: DataSet, scan: str, pictures: int = VALIDATION_PICTURES[1]) -> None:
        part = data.validation.take(torch.arange(min(pictures, len(data.validation))))
        self.labels = part.labels
        self.classes = data.classes
        self.sequence = to_sequence(part.images.float() / 255, scan)
        self.picture = part.images[0]


def film(trainer: Learning, probe: Probe) -> Event:
    """Return the last layer's hidden states while the first picture is read, as int8, base64.

    127 is 1, or the largest of them if that is more.
    """
    model = reader(trainer.model)
    with evaluating(model), torch.inference_mode():
        hidden = model.hidden_states(probe.sequence[:1])[-1]
        odds = model.probabilities(model.head(model.pool(hidden))[0, -1])
    states = hidden[0, :, : model.config.hidden_size]  # (time, units), of the forward direction
    shown = states[film_timesteps(len(states))][:, :FILM_UNITS]
    largest = shown.nan_to_num().abs().max().clamp(min=1.0)  # nothing bounds some cells' states
    levels = (
        (shown / largest * MAX_INT8).nan_to_num().round().clamp(-MAX_INT8, MAX_INT8).to(torch.int8)
    )
    best = int(odds.argmax())
    return {
        "timesteps": shown.shape[0],
        "units": shown.shape[1],
        "states": base64.b64encode(levels.numpy().tobytes()).decode(),
        "answer": probe.classes[best],
        "odds": rounded(odds[best]),
        "loss": rounded(trainer.loss),
    }


def validation(trainer: Learning, probe: Probe) -> Event:
    """Return loss and accuracy on the validation pictures."""
    model = trainer.saved_model
    assert isinstance(model, Network)
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=trainer.half)
    with evaluating(model), torch.inference_mode(), autocast:
        logits = model(probe.sequence).float()
    if model.config.output_activation == "softmax":
        loss = F.cross_entropy(logits, probe.labels)
    else:
        target = F.one_hot(probe.labels, model.classes).to(logits)
        loss = F.binary_cross_entropy_with_logits(logits, target)
    right = (logits.argmax(1) == probe.labels).double().mean()
    return {
        "validation_loss": rounded(loss),
        "validation_accuracy": rounded(right),
        "pictures": len(probe.labels),
    }


def gradient_by_timestep(trainer: Learning, probe: Probe) -> Event:
    """Return ‖∂loss/∂h_t‖ of every layer and direction, averaged over some pictures."""
    model = reader(trainer.model)
    count = min(GRADIENT_PICTURES, len(probe.labels))
    with evaluating(model):
        norm = gradient_norms(model, probe.sequence[:count], probe.labels[:count])
    return {"gradient": _rounded(norm.mean(0))}  # (layers, directions, time)


def histograms(trainer: Learning, probe: Probe) -> Event:
    """Return histograms of weights and activations, layer by layer."""
    model = trainer.model
    spread: dict[str, Any] = {"weights": {}, "activations": {}}
    for number, layer in enumerate(model.layers):
        for part in ("ih", "hh") if model.in_order else ("weight",):
            weights = [
                w.detach().flatten()
                for name, w in layer.named_parameters()
                if w.dim() > 1 and part in name
            ]
            if not weights:  # linear cells have no matrix of states
                continue
            spread["weights"][f"layer{number}.{part}"] = _histogram(torch.cat(weights))
    with evaluating(model), torch.inference_mode():
        states = model.activations(probe.sequence[: 4 * GRADIENT_PICTURES])
    for number, hidden in enumerate(states):
        spread["activations"][f"layer{number}"] = _histogram(hidden)
    return spread


def turning(trainer: Learning, probe: Probe) -> Event:
    """Return λ of units that turn, complex64 in base64, and how often they do in a sequence.

    Of very many units, some are left out.
    """
    factor, ticks = factors(reader(trainer.model), probe.sequence.shape[1])
    shown = factor[:: -(-len(factor) // TURNING_UNITS)].astype(np.complex64)
    return {"turning": base64.b64encode(shown.tobytes()).decode(), "ticks": ticks}


def _in_order(network: Any) -> bool:
    return bool(network.in_order)


LOOKS = (
    Watched(film, "film", 0.0015, 0.2, fits=_in_order),
    Watched(validation, "watch", 0.003, 0.25, points=VALIDATION_POINTS),
    Watched(gradient_by_timestep, "watch", 0.004, 0.5, fits=_in_order),
    Watched(histograms, "watch", 0.0015, 0.5),
    Watched(turning, "watch", 0.0015, 0.5, fits=turns),
)


class Watcher:
    """Measures a training when a measurement is due.

    Parameters
    ----------
    write : callable
        Receives kind and content of an event.
    looks : tuple of Watched, optional
        What to measure of `probe`; by default `LOOKS`.
    """

    def __init__(
        self, probe: Any, write: Callable[..., None], looks: tuple[Watched, ...] | None = None
    ) -> None:
        self.probe, self.write = probe, write
        self.timers = [Timer(look) for look in (LOOKS if looks is None else looks)]

    def look(self, trainer: Learning, everything: bool = False) -> None:
        """Make the measurements that are due, or with `everything` all."""
        for timer in self.timers:
            look = timer.look
            if not look.fits(trainer.model):
                continue
            if everything or timer.due(trainer):
                with timer.timed(trainer):
                    self.write(look.kind, step=trainer.step, **look.measure(trainer, self.probe))


class Timer:
    """Decides when a measurement is due."""

    def __init__(self, look: Watched) -> None:
        self.look, self.curve = look, CurvePoints(look.points)
        self.next = 0.0  # on the clock
        self.begun, self.spent = time.process_time(), 0.0

    def due(self, trainer: Learning) -> bool:
        """Return whether to measure now."""
        if time.perf_counter() >= self.next:
            return True
        if not self.look.points or not self.curve.due(trainer.progress):
            return False
        return self.spent <= PRICE_SECONDS + PRICE * (time.process_time() - self.begun)

    @contextmanager
    def timed(self, trainer: Learning) -> Iterator[None]:
        """Take the time of a measurement, for the price and the next one."""
        start, used = time.perf_counter(), time.process_time()
        yield
        end = time.perf_counter()
        self.next = end + max(self.look.interval, (end - start) / self.look.allowance)
        self.spent += time.process_time() - used
        self.curve.last = trainer.progress


@dataclass
class CurvePoints:
    """Decides, by the progress of a training, when its curve gets another point.

    They are spread evenly, and lie closer near the start, where curves bend most.

    Parameters
    ----------
    number : int
        How many a run has at least, if it has as many steps.
    last : float
        Progress at the last one.
    """

    number: int
    last: float = 0.0

    def due(self, progress: float) -> bool:
        """Return whether the curve gets a point at this progress, or a new leg has begun."""
        new_leg, early = progress < self.last, progress - self.last >= EARLY * self.last
        return new_leg or early or int(progress * self.number) > int(self.last * self.number)


def layer_norms(model: Layered, clipped_by: float) -> dict[str, float | None]:
    """Return the norm of the gradient of each layer and of the head, before clipping.

    Parameters
    ----------
    model : Network
        After a step, with its gradients.
    clipped_by : float
        What clipping divided them by, 1 or more.
    """
    parts = {f"layer{number}": layer for number, layer in enumerate(model.layers)}
    norms = {}
    for name, part in [*parts.items(), ("head", model.head)]:
        gradients = [p.grad for p in part.parameters() if p.grad is not None]
        norms[name] = rounded(torch.nn.utils.get_total_norm(gradients) * clipped_by)
    return norms


def _histogram(values: Tensor) -> dict[str, Any]:
    """Return limits, and the share of the values in each of `BINS` equal bins between them."""
    values = values.flatten().float()
    if not torch.isfinite(values).all():
        return {"low": 0.0, "high": 0.0, "shares": []}
    limit = max(float(values.abs().max()), 1e-6)
    counts = torch.histc(values, BINS, -limit, limit)
    return {
        "low": rounded(-limit),
        "high": rounded(limit),
        "shares": _rounded(counts / len(values)),
    }


def film_timesteps(time: int) -> Tensor:
    """Return the timesteps that the film shows, evenly spread, with the first and the last."""
    return torch.linspace(0, time - 1, min(time, FILM_TIMESTEPS)).round().long()


def rounded(value: Tensor | float) -> float | None:
    """Return a number with five digits; None if it is not finite, which JSON cannot hold."""
    number = float(value)
    return float(f"{number:.5g}") if math.isfinite(number) else None


def _rounded(values: Tensor) -> Any:
    """Return nested lists of numbers with five digits."""
    return [_rounded(part) for part in values] if values.dim() else rounded(values)
