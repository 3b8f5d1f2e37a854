"""The command ``python -m rnndemo prune``: a smaller model."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from rnndemo.cli.commands import Result, load_reader
from rnndemo.data.sets import DataSet
from rnndemo.errors import N_, InputError, check_number, check_one_of
from rnndemo.evaluation.batch import accuracy
from rnndemo.evaluation.cards import own_digest
from rnndemo.hardening.data import data_for
from rnndemo.hardening.pruning.importance import MEASURES
from rnndemo.hardening.pruning.prune import (
    MEASURE,
    Pruned,
    command_for,
    measured,
    shares_of_rounds,
    without_units,
    without_weights,
)
from rnndemo.hardening.pruning.weights import weights_left
from rnndemo.models.store import Model, load_folder, save_model, size_of
from rnndemo.storage.names import STATE
from rnndemo.training import foreground
from rnndemo.training.starts.pruned import EPOCHS, MAX_EPOCHS, retraining
from rnndemo.training.state import read_state

Pruning = Callable[[Model, float], Pruned]

REFUSED = N_(
    "The model {name!r} reads scenes; only models that read one drawing can be pruned. Choose one "
    "of those."
)
ROUND = "round-{number}"  # folder of the run of a round before the last


def prune(given: argparse.Namespace) -> Result:
    """Prune a model into a new folder, and retrain it if asked."""
    _check(given)
    torch.set_num_threads(1)
    model = load_reader(given.model, REFUSED)
    foreground.check_free(given.out)
    data = data_for(model)

    def pruning(model: Model, share: float) -> Pruned:
        if given.units is None:
            return without_weights(model, share)
        return without_units(model, data.validation, share, _measure(given))

    share = given.weights if given.units is None else given.units
    pruning(model, share)  # raises, before anything is measured or trained
    before = accuracy(model.network, data.test, model.config.data.scan)
    made = _retrained if given.retrain else _measured
    small = made(given, model, data, pruning, share)
    result = {
        "accuracy_before": before,
        "accuracy": small.card.test_accuracy,
        "parameters": weights_left(small.network),
        "bytes": size_of(small),
    }
    if not given.json:
        _print(given, model, small, result)
    return result


def _check(given: argparse.Namespace) -> None:
    if not given.retrain and (given.epochs is not None or given.rounds is not None):
        raise InputError("--epochs and --rounds only work with --retrain.")
    if given.measure is not None:
        if given.units is None:
            raise InputError("--measure only works with --units.")
        check_one_of("--measure", given.measure, tuple(MEASURES))
    if not given.out.resolve().name.isprintable():  # it is written into the card
        raise InputError(
            "--out {out!r}: use only printable characters in the name.", out=str(given.out)
        )
    if given.retrain:
        epochs = EPOCHS if given.epochs is None else given.epochs
        check_number("--epochs", epochs, 1, MAX_EPOCHS, whole=True)
        check_number("--rounds", _rounds(given), 1, epochs, whole=True)


def _command(given: argparse.Namespace, model: Model) -> str:
    """Return the command that makes the model again, without the places of folders."""
    kind = "weights" if given.units is None else "units"
    more = ["--retrain"] if given.retrain else []
    for name in ("epochs", "rounds"):
        if getattr(given, name) is not None:
            more += [f"--{name}", str(getattr(given, name))]
    return command_for(
        model.name, kind, getattr(given, kind), _measure(given), more, given.out.resolve().name
    )


def _measure(given: argparse.Namespace) -> str:
    return given.measure or MEASURE


def _rounds(given: argparse.Namespace) -> int:
    return 1 if given.rounds is None else given.rounds


def _measured(
    given: argparse.Namespace, model: Model, data: DataSet, pruning: Pruning, share: float
) -> Model:
    pruned = pruning(model, share)
    name = given.out.resolve().name
    small = measured(pruned, data, name, _command(given, model))
    save_model(given.out, small)
    return small


def _retrained(
    given: argparse.Namespace, model: Model, data: DataSet, pruning: Pruning, share: float
) -> Model:
    """Prune and retrain, round by round; each round is a run, and those done before are kept."""
    epochs, rounds = given.epochs or EPOCHS, _rounds(given)
    command, lr = _command(given, model), model.config.training.lr
    parts = shares_of_rounds(share, rounds, anew=given.units is not None)
    for number, part in enumerate(parts, start=1):
        last = number == rounds
        folder = given.out if last else given.out / ROUND.format(number=number)
        if last or not _is_done(folder, command):
            length = epochs * number // rounds - epochs * (number - 1) // rounds
            config, start = retraining(pruning(model, part), length, command, lr, own_digest(data))
            with _said_what_follows(last):
                foreground.begin(folder, config, data, start)
        model = load_folder(folder)
    return model


def _is_done(folder: Path, command: str) -> bool:
    """Return whether a round was retrained before, by the same command."""
    if not (folder / STATE).is_file() or read_state(folder).status != "done":
        return False
    if load_folder(folder).card.command != command:
        raise InputError(
            "{folder} is of another pruning; name another folder with --out.", folder=str(folder)
        )
    return True


@contextmanager
def _said_what_follows(last: bool) -> Iterator[None]:
    """After Ctrl-C in a round before the last, say that the command goes on with the next."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if last:
            raise
        more = " When that round is done, the same prune command goes on with the next."
        raise KeyboardInterrupt(f"{stop}{more}") from None


def _print(given: argparse.Namespace, whole: Model, small: Model, result: Result) -> None:
    low, high = (small.card.measured[f"accuracy_{end}"] for end in ("low", "high"))
    print(
        f"{given.out}: {result['accuracy']:.2%} of {small.card.test_size:,} test images "
        f"(95 % interval {low:.2%} to {high:.2%}), before {result['accuracy_before']:.2%}; "
        f"{result['parameters']:,} parameters, before {weights_left(whole.network):,}; "
        f"{result['bytes']:,} bytes, before {size_of(whole):,}"
    )
