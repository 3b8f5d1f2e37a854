"""How right a model answers test pictures, the more is pruned: share by share, and kept."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import accuracy
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.data import data_for
from rnndemo.hardening.pruning.curve import costs_of
from rnndemo.hardening.pruning.jobs import MODEL, PruningJob
from rnndemo.hardening.pruning.prune import (
    measure_units,
    without_measured,
    without_weights,
)
from rnndemo.models.store import Model, load_folder
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.records import read

POINTS = "points.json"
ROUNDS = 30  # readings of one drawing that are timed
STEPS = tuple(k / 10 for k in range(10))  # shares; 0 is the whole model


@dataclass(frozen=True)
class ShareMeasured:
    """How right a model answers without a share of its units or weights.

    Parameters
    ----------
    share : float
        That was removed; 0 for the whole model. Of units, it is that of the whole units that went.
    right, count : int
        Right answers, of so many test pictures.
    parameters : int
        Weights and biases that are not zero.
    bytes : int
        Size of the file of weights; 0 where nobody has measured it.
    seconds : float
        The least time of one drawing; 0 where nobody has measured it.
    """

    share: float
    right: int
    count: int
    parameters: int
    bytes: int = 0
    seconds: float = 0.0

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson_interval(self.right, self.count)


def points_of(folder: Path) -> list[ShareMeasured]:
    """Return what is measured so far in the folder of a job; nothing where it cannot be read."""
    try:
        points = read(tuple[ShareMeasured, ...], read_json(folder / POINTS))
    except (ValueError, InputError):
        return []
    whole = [one for one in points if 0 <= one.right <= one.count and one.count > 0]
    return whole if len(whole) == len(points) else []


def measure_shares(folder: Path) -> None:
    """Measure what a job is asked for and has not measured yet, point by point.

    Raises
    ------
    InputError
        If the model cannot be pruned in this way, or it or its data cannot be read.
    """
    request = PruningJob(folder).request
    request.check()
    model = load_folder(folder / MODEL)
    data, points = data_for(model), points_of(folder)
    if request.kind == "units":
        units = measure_units(model, data.validation, request.measure)
        size = len(units.scores[0][0])
    for share in STEPS[len(points) :]:
        if request.kind == "units":
            share = _whole_units(share, size)
        if not share:
            less = model
        elif request.kind == "units":
            less = without_measured(model, units, share).model
        else:
            less = without_weights(model, share).model
        points.append(_point(less, data, share))
        write_json(folder / POINTS, [asdict(one) for one in points])
    shutil.rmtree(folder / MODEL, ignore_errors=True)


def _whole_units(share: float, size: int) -> float:
    """Return the share nearest to `share` that is of whole units and leaves one of `size`."""
    return min(round(share * size), size - 1) / size


def _point(model: Model, data: DataSet, share: float) -> ShareMeasured:
    count = len(data.test)
    right = round(accuracy(model.network, data.test, model.config.data.scan) * count)
    picture = data.test.images[0].float() / 255
    (cost,) = costs_of([model], picture, ROUNDS, min)
    return ShareMeasured(share, right, count, cost.parameters, cost.bytes, cost.seconds)
