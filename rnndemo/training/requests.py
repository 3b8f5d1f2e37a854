"""The requests that a run can fulfil, and the check of their values.

========== =============================================================================
kind        what the run is to do
========== =============================================================================
``go``      train: for ``steps``, or to the end of ``epochs``, or to the end
``pause``   pause, and let others train
``hold``    the same, for a run that has not begun
``lr``      use another learning rate from the next step on
``epochs``  train for as many more
``stop``    save the network as it is, test it, and end
========== =============================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.storage.log import Event

DISMISSALS = {"pause": "paused", "stop": "stopped"}  # request -> new status of a waiting run
GOES_ON = ("go", "epochs")  # requests to train
MAX_STEPS = 10**9  # steps or epochs of one request


def values_of(config: RunConfig, request: Event) -> dict[str, Any]:
    """Return the values of a request by name, for example ``{"lr": 0.01}``.

    Raises
    ------
    InputError
        If a run of `config` cannot fulfil it.
    """
    kind = request["kind"]
    if kind not in VALUES:
        raise InputError(
            "A run cannot do {kind!r}; choose one of {known}.",
            kind=kind, known=", ".join(VALUES),
        )  # fmt: skip
    return VALUES[kind](config, request)


def _counts(config: RunConfig, request: Event) -> dict[str, Any]:
    counts = {name: request.get(name, 0) for name in ("steps", "epochs")}
    for name, value in counts.items():
        if type(value) is not int or not 0 <= value <= MAX_STEPS:
            raise InputError(
                "{name} = {value!r}: a whole number from 0 to {most} is needed.",
                name=name, value=value, most=MAX_STEPS,
            )  # fmt: skip
    return counts


def _setting(name: str) -> Callable[[RunConfig, Event], dict[str, Any]]:
    """Return a check by the range of the field `name` of `TrainingConfig`."""

    def checked(config: RunConfig, request: Event) -> dict[str, Any]:
        changed = codec.set_value(config, f"training.{name}", request.get(name))
        return {name: getattr(changed.training, name)}

    return checked


def _nothing(config: RunConfig, request: Event) -> dict[str, Any]:
    return {}


# kind of request -> function that checks and returns its values
VALUES: dict[str, Callable[[RunConfig, Event], dict[str, Any]]] = {
    "go": _counts,
    "pause": _nothing,
    "hold": _nothing,
    "lr": _setting("lr"),
    "epochs": _setting("epochs"),
    "stop": _nothing,
}
