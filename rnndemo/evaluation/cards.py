"""Turn a trained network into a model with a card: calibrated, measured, reproducible.

Temperature and reject threshold are fitted on the validation part; the figures come from the whole
official test part, which is used for nothing else.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from rnndemo import codec
from rnndemo.config import DATA_SETS, RunConfig
from rnndemo.data.own.shelf import PREFIX
from rnndemo.data.scenes.data import SceneData
from rnndemo.data.sets import DataSet
from rnndemo.data.sources import digits
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.batch import logits_of
from rnndemo.evaluation.calibration import fit_temperature, fit_threshold
from rnndemo.evaluation.report import calibration_curve, report
from rnndemo.models.network import Layered, Network
from rnndemo.models.store import Card, Model
from rnndemo.presets import PRESETS

# What each shipped model cannot do
LIMITS = {
    "digits-rnn": N_(
        "Has no gates and is less accurate than the LSTM and the GRU; reads one upright digit at a "
        "time, and takes other signs for digits more often than they do."
    ),
    "digits-cnn": N_(
        "Sees the whole picture at once, so it shows nothing row by row; reads one upright "
        "digit at a time, and now and then takes another sign for a digit."
    ),
}
LIMITS["digits-hard"] = N_(
    "Harder to fool than the others, not impossible; reads one upright digit at a time, and now "
    "and then a sign that resembles a digit is taken for one."
)
LIMITS |= dict.fromkeys(
    ("digits-lstm", "digits-gru"),
    N_(
        "Reads one upright digit at a time: what lies on its side or contains two digits is "
        "misread or turned away, and now and then a sign that resembles a digit is taken for "
        "one."
    ),
)
LIMITS |= dict.fromkeys(
    ("mnist-cnn", "mnist-renet"),
    N_(
        "Knows only the digits of MNIST: it reads other people's digits less well, and does "
        "not doubt what is not a digit."
    ),
)
LIMITS |= dict.fromkeys(
    ("gestures-lstm", "gestures-strokes"),
    N_(
        "Trained and tested on strokes that a program made; reads one gesture at a time, and "
        "takes a 0 for a circle."
    ),
)
OTHER_LIMITS = N_("Tested only on its own test data; other kinds of drawings may fool it.")
STEERED_LIMITS = N_(
    "Tested only on its own test data; other kinds of drawings may fool it. A person steered "
    "its training (stopped it, changed its learning rate or made it longer), so the command "
    "alone does not reproduce it."
)


def finished_model(
    name: str,
    config: RunConfig,
    network: Network,
    data: DataSet,
    seconds: float,
    *,
    steered: bool = False,
    command: str = "",
) -> Model:
    """Calibrate and measure a trained network; return it as a model with a complete card.

    Parameters
    ----------
    name : str
        Of the model; a shipped model's name selects its sentence in `LIMITS`.
    config : RunConfig
        Of its training.
    data : DataSet
        The data set of its training.
    seconds : float
        Training time.
    steered : bool, default False
        Whether a person changed the course of the training, which the card then says.
    command : str, default ""
        What makes the model again, if that is not the training of `config` alone.

    Raises
    ------
    InputError
        If the network's logits are not finite: its training diverged.
    """
    scan, activation = config.data.scan, config.model.output_activation
    logits = logits_of(network, data.validation.images, scan).double()
    if not torch.isfinite(logits).all():
        raise diverged(config)
    temperature = fit_temperature(logits, data.validation.labels, activation)
    threshold = fit_threshold(logits, temperature, activation, data.name)
    logits = logits_of(network, data.test.images, scan).double()
    probabilities = network.probabilities(logits, temperature)
    sure, answers = probabilities.max(1)
    tested = report(probabilities, data.test.labels, sure < threshold)
    curve = calibration_curve(sure.numpy(), (answers == data.test.labels).numpy())
    begun = card_of_training(name, config, network, data, seconds)
    card = replace(
        begun,
        command=command or begun.command,
        temperature=temperature,
        reject_threshold=threshold,
        limits=STEERED_LIMITS if steered else LIMITS.get(name, OTHER_LIMITS),
        test_accuracy=tested.accuracy,
        test_size=tested.n,
        measured={
            "accuracy_low": tested.interval[0],
            "accuracy_high": tested.interval[1],
            "accepted": 1 - tested.rejected,
            "calibration_error": curve.error,
        },
    )
    return Model(name, config, network, data.classes, data.image_size, card, data.frame)


def diverged(config: RunConfig) -> InputError:
    """Return the error of a training whose weights are no longer numbers."""
    return InputError(
        "The training diverged: its weights are no longer numbers. Lower training.lr (now "
        "{lr}), or set training.max_norm to 1.",
        lr=config.training.lr,
    )  # fmt: skip


def card_of_training(
    name: str, config: RunConfig, network: Layered, data: DataSet, seconds: float
) -> Card:
    """Return the card of a network that is trained and not measured yet."""
    return Card(
        name=name,
        data=data.name,
        data_sha256=data_digest(data),
        config_hash=codec.config_hash(config),
        seed=config.seed,
        parameters=network.count_parameters(),
        train_seconds=round(seconds, 3),
        machine=machine_class(),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        command=command_for(config, name),
    )


def data_digest(data: DataSet) -> str:
    """Return the sha256 of the content of `data`."""
    if data.name == "digits":  # its file ships with a digest
        return digits.digest()
    digest = hashlib.sha256(repr((data.classes, data.image_size)).encode())
    for part in (data.train, data.validation, data.test):
        digest.update(part.images.numpy().tobytes())
        digest.update(part.labels.numpy().tobytes())
    return digest.hexdigest()


def own_digest(data: DataSet | SceneData) -> str:
    """Return the sha256 of pictures that people may change, "" of those of a registered set."""
    pictures = data.glyphs if isinstance(data, SceneData) else data
    return "" if pictures.name in DATA_SETS else data_digest(pictures)


def has_changed(data: DataSet, card: Card) -> bool:
    """Return whether people have changed `data` since the network of a card learnt from them.

    What is a test picture now may then be one that it learnt. Some cards do not say.
    """
    now = own_digest(data)
    return bool(now and card.data_sha256) and now != card.data_sha256


def command_for(config: RunConfig, name: str) -> str:
    """Return the command that trains `config`: the nearest preset and the differences from it."""
    kinds = {path: kind for path, kind, _ in codec.field_table()}
    wanted = {path: codec.get_value(config, path) for path in kinds}

    def differing(preset: str) -> dict[str, Any]:
        return {
            path: value
            for path, value in wanted.items()
            if value != codec.get_value(PRESETS[preset], path)
        }

    preset = min(PRESETS, key=lambda preset: len(differing(preset)))
    words = ["python", "-m", "rnndemo", "train", "--preset", preset]
    for path, value in differing(preset).items():
        words += ["--set", f"{path}={codec.to_text(kinds[path], value)}"]
    if torch.get_num_threads() != 1:  # the command's own default
        words += ["--threads", str(torch.get_num_threads())]
    out = f"./{name}" if name.startswith("-") else name  # not to be read as an option
    return shlex.join([*words, "--out", out])


_MACHINE = re.compile(r"(?P<cores>\d+)-core (?P<kind>.+) CPU, (?P<threads>\d+) threads?")
_ONE_THREAD = N_("{cores}-core {kind} CPU, 1 thread")
_THREADS = N_("{cores}-core {kind} CPU, {threads} threads")


DATA_NAMES = {
    "digits": N_("digits (MNIST)"),
    "fashion": N_("clothes (Fashion-MNIST)"),
    "kuzushiji": N_("old Japanese characters (KMNIST)"),
    "letters": N_("letters (EMNIST)"),
    "gestures": N_("gestures, as pictures"),
    "gestures-strokes": N_("gestures, as pen paths"),
    "scenes": N_("scenes of several digits"),
}


def data_text(name: str, translate: Callable[[str], str]) -> str:
    """Return what a data set is called; a set of own classes has a number that says nothing."""
    return translate(N_("own classes") if name.startswith(PREFIX) else DATA_NAMES.get(name, name))


def machine_text(machine: str, translate: Callable[[str], str]) -> str:
    """Return the description that `machine_class` gave, in the language of the reader."""
    found = _MACHINE.fullmatch(machine)
    if found is None:  # of another version
        return machine
    return translate(_ONE_THREAD if found["threads"] == "1" else _THREADS).format(
        **found.groupdict()
    )


_ARCHITECTURES = {"x86_64": "x86-64", "AMD64": "x86-64", "aarch64": "ARM64", "arm64": "ARM64"}


def machine_class() -> str:
    """Return a description of this machine, for example "2-core x86-64 CPU, 1 thread"."""
    kind = _ARCHITECTURES.get(platform.machine(), platform.machine())
    threads = torch.get_num_threads()
    return f"{os.cpu_count()}-core {kind} CPU, {threads} thread{'s' if threads > 1 else ''}"
