"""The commands: they print for people, and return what ``--json`` prints."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from rnndemo import codec
from rnndemo.cli import scenes
from rnndemo.config import RunConfig, room_in_batch
from rnndemo.data.files.drawings import Drawings, join, read_drawings
from rnndemo.data.load import Data, data_of
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.data.sources import downloads
from rnndemo.errors import N_, InputError
from rnndemo.evaluation import batch
from rnndemo.evaluation.batch import NO_ANSWER
from rnndemo.evaluation.cards import command_for
from rnndemo.export.formats import UNWRITABLE, format_named
from rnndemo.export.scenes import scene_writer
from rnndemo.models.build import reader
from rnndemo.models.scene_store import (
    SceneModel,
    is_scene_model,
    load_scene_model,
    shipped_scene_names,
)
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.presets import PRESETS
from rnndemo.reading.percent import sureness
from rnndemo.reading.traces import trace as traced
from rnndemo.storage.files import as_input_error, read_given
from rnndemo.training import foreground
from rnndemo.training.engine import Engine
from rnndemo.training.starts.transfer import start_of
from rnndemo.training.tasks import task_of

MAX_CONFIG = 1_000_000  # bytes

Result = dict[str, Any]


def models(given: argparse.Namespace) -> Result:
    """List the shipped models."""
    cards = [_card(name) for name in [*shipped_names(), *shipped_scene_names()]]
    if not given.json:
        print(f"{'model':<16}{'parameters':>11}{'accuracy':>10}{'of':>8}{'trained':>10}  limits")
        for card in cards:
            if "problem" in card:
                print(f"{card['name']:<16}{card['problem']}")
                continue
            print(
                f"{card['name']:<16}{card['parameters']:>11,}{card['test_accuracy']:>10.2%}"
                f"{card['test_size']:>8,}{card['train_seconds']:>8,.0f} s  {card['limits']}"
            )
    return {"models": cards}


def _card(name: str) -> Result:
    """Return the card of a shipped model, or why it cannot be read."""
    try:
        return asdict(load_named(name).card)
    except InputError as problem:
        return {"name": name, "problem": str(problem)}


def load_named(name: str) -> Model | SceneModel:
    """Return the model that a command names: one that ships, a folder, or a file of scenes."""
    if name in shipped_names():
        return load_model(name)
    packed = Path(name).is_file()  # only models of scenes are exported as one file
    return load_scene_model(name) if packed or is_scene_model(name) else load_model(name)


def load_reader(name: str, refused: str) -> Model:
    """Return the model that a command names, if it reads one drawing.

    Raises
    ------
    InputError
        `refused`, with its {name}, if it reads scenes; otherwise as `load_named`.
    """
    model = load_named(name)
    if isinstance(model, SceneModel):
        raise InputError(refused, name=model.name)
    return model


def predict(given: argparse.Namespace) -> Result:
    """Print the model's answers to drawings; a file that cannot be read hides no other's."""
    model = load_named(given.model)
    if isinstance(model, SceneModel):
        return scenes.predict(model, given)
    parts: dict[str, Drawings] = {}
    problems: dict[str, InputError] = {}
    for path in dict.fromkeys(given.inputs):
        try:
            parts[path] = read_for(path, model)
        except InputError as problem:
            problems[path] = problem
    read = [path for path in given.inputs if path in parts]
    if not read:
        raise InputError("{problems}", problems=" ".join(map(str, problems.values())))
    predictions = batch.predict(model, join([parts[path] for path in read]))
    if not given.json:
        sources = [
            f"{Path(path).name}{f' #{i + 1}' if len(parts[path]) > 1 else ''}"
            for path in read
            for i in range(len(parts[path]))
        ]
        _print_predictions(sources, predictions)
    result: Result = {"predictions": [asdict(one) for one in predictions]}
    if problems:
        result["errors"] = [
            {"input": path, "problem": str(problem)} for path, problem in problems.items()
        ]
    return result


def _print_predictions(sources: list[str], predictions: list[batch.Prediction]) -> None:
    width = max(map(len, sources))
    for source, one in zip(sources, predictions, strict=True):
        said = f"{one.label}  {sureness(one.probability):>8}"
        if one.rejected:
            said = f"{NO_ANSWER}  " + (
                "nothing is drawn, or only a speck"
                if one.label == NO_ANSWER
                else f"not sure enough: {said}"
            )
        print(f"{source:<{width}}  {said}")


def evaluate(given: argparse.Namespace) -> Result:
    """Measure a model on labelled drawings."""
    model = load_named(given.model)
    if isinstance(model, SceneModel):
        return scenes.evaluate(model, given)
    drawings = read_for(given.input, model)
    result = batch.evaluate(model, drawings)
    confusion = result.confusion.tolist()
    if not given.json:
        print(f"drawings  {result.n:,}")
        if drawings.labels is not None:
            low, high = result.interval
            print(f"accuracy  {result.accuracy:.2%}  (95 % interval {low:.2%} to {high:.2%})")
        print(f"rejected  {result.rejected:.2%}")
        _print_confusion(model.classes, confusion)
    return {
        "n": result.n,
        "accuracy": None if drawings.labels is None else result.accuracy,
        "rejected": result.rejected,
        "labels": list(model.classes),
        "confusion": confusion,
    }


def _print_confusion(classes: tuple[str, ...], confusion: list[list[int]]) -> None:
    if not any(map(any, confusion)):
        return
    width = max(5, *(len(name) + 1 for name in classes))
    print("\nconfusion: row is the true class, column the answer")
    print(" " * width + "".join(f"{name:>{width}}" for name in classes))
    for name, row in zip(classes, confusion, strict=True):
        print(f"{name:>{width}}" + "".join(f"{count or '.':>{width}}" for count in row))


def trace(given: argparse.Namespace) -> Result:
    """Save the activations of the first drawing."""
    refused = N_(
        "The model {name!r} reads scenes, which have no timesteps to save; choose a model that "
        "reads one drawing."
    )
    model = load_reader(given.model, refused)
    drawings = read_for(given.input, model, limit=1)
    if drawings.blank[0]:
        raise InputError("Nothing is drawn here, or only a speck.")
    result = traced(
        reader(model.network), drawings.images.float() / 255, model.config.data.scan,
        temperature=model.card.temperature,
    )  # fmt: skip
    with as_input_error(UNWRITABLE, file=given.out):
        result.save(given.out)
    shapes = {name: list(array.shape) for name, array in result.items()}
    if not given.json:
        for name, shape in shapes.items():
            print(f"{name:<32}{' x '.join(map(str, shape))}")
    return {"out": str(given.out), "arrays": shapes}


def train(given: argparse.Namespace) -> Result:
    """Train a model into a run's folder, or resume a run."""
    if not 1 <= given.threads <= 256:
        raise InputError(
            "--threads {threads}: a number from 1 to 256 is needed.", threads=given.threads
        )
    torch.set_num_threads(given.threads)
    engine = _resume(given) if given.resume else _begin(given)
    state, trainer = engine.state, engine.trainer
    summary = {
        "run": str(given.out),
        "test_accuracy": state.test_accuracy,
        "train_seconds": trainer.seconds,
        "images_per_second": trainer.images / trainer.seconds,
        "parameters": trainer.model.count_parameters(),
    }
    shows_scenes = reads_scenes(engine.config)
    if shows_scenes:
        measured = load_scene_model(str(given.out)).card.measured
        summary |= {name: measured.get(name) for name in scenes.FIGURES}
    if not given.json:
        print(
            f"{given.out}: {state.test_accuracy:.2%} of {state.test_size:,} test "
            f"{'scenes read from left to right' if shows_scenes else 'images'}, "
            f"{summary['parameters']:,} parameters, trained in {trainer.seconds:.1f} s "
            f"({summary['images_per_second']:,.0f} images/s)"
        )
        if shows_scenes:
            scenes.print_figures(summary)
        if state.timed_out:
            print(
                f"The time limit of {engine.config.training.seconds:g} s ended the training "
                f"after step {state.step:,} of {state.steps:,}."
            )
    return summary


def _begin(given: argparse.Namespace) -> Engine:
    if given.more_epochs is not None or given.lr is not None:
        raise InputError(
            "--more-epochs and --lr only work with --resume; for a new run, write --set "
            "training.epochs=N or --set training.lr=RATE."
        )
    if not given.out.resolve().name.isprintable():  # it is written into the card
        raise InputError(
            "--out {out!r}: use only printable characters in the name.", out=str(given.out)
        )
    config = _config(given)
    room_in_batch(config)
    foreground.check_free(given.out)  # before a download
    data = _data(config)
    start = _start(given, config, data) if given.model is not None else b""
    return foreground.begin(given.out, config, data, start)


def _start(given: argparse.Namespace, config: RunConfig, data: Data) -> bytes:
    """Return what begins a training with the weights of a model."""
    model = load_named(given.model)
    command = shlex.join(["--from", model.name])
    return start_of(
        model, config, data, f"{command_for(config, given.out.resolve().name)} {command}"
    )


def _resume(given: argparse.Namespace) -> Engine:
    if given.settings or given.data is not None or given.model is not None:
        raise InputError(
            "A resumed run keeps its settings: leave out --set, --data and --from. To change the "
            "learning rate, use --lr RATE; to change anything else, start a new run."
        )
    return foreground.go_on(given.out, _data, given.more_epochs, given.lr)


def export(given: argparse.Namespace) -> Result:
    """Write a model for other programs."""
    chosen, model = format_named(given.format), load_named(given.model)
    if isinstance(model, SceneModel):
        scene_writer(given.format)(model, given.out)
    else:
        chosen.write(model, given.out)
    size = given.out.stat().st_size
    if not given.json:
        print(f"{given.out}: {size:,} bytes")
    return {"out": str(given.out), "format": given.format, "bytes": size}


def read_for(path: str, model: Model, limit: int | None = None) -> Drawings:
    """Return the drawings of an INPUT as `model` sees them."""
    learnt_arrays = model.config.data.name.startswith("npz:")
    return read_drawings(path, model.frame, model.image_size, model.classes, limit, learnt_arrays)


def _config(given: argparse.Namespace) -> RunConfig:
    """Return the preset or the file's configuration with the settings of the command line."""
    if given.preset is None:
        config = codec.from_json(read_given(given.config, MAX_CONFIG))
    elif given.preset in PRESETS:
        config = PRESETS[given.preset]
    else:
        raise InputError(
            "There is no preset {name!r}; choose one of {known}.",
            name=given.preset, known=", ".join(PRESETS),
        )  # fmt: skip
    settings: dict[str, Any] = {}
    for setting in given.settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise InputError("{setting!r}: write a setting as FIELD=VALUE.", setting=setting)
        settings[path] = value
    if given.data is not None:
        settings["data.name"] = given.data
    return codec.set_values(config, settings)


def _data(config: RunConfig) -> Data:
    """Load the data, which may be downloaded first; check that it fits the configuration."""
    if config.data.name in downloads.SOURCES:
        downloads.download(config.data.name, progress=_print_download)
    data = data_of(config)
    task_of(config).check(config, data)
    return data


def _print_download(done: int, total: int) -> None:
    if sys.stderr.isatty():
        whole = f" of {total / 1e6:.1f}" if total else ""  # a server may not report it
        end = "\n" if total and done >= total else ""
        print(f"\rdownloading {done / 1e6:.1f}{whole} MB", end=end, file=sys.stderr)
