"""The command line, ``python -m rnndemo COMMAND`` or ``rowbyrow COMMAND``.

This module only parses arguments. The modules beside it do the work; they import torch, so they are
imported only then, and ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import textwrap
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from rnndemo.cli import attack_options
from rnndemo.cli.places import file_given, folder_given
from rnndemo.config import DATA_SETS, SCENES
from rnndemo.errors import InputError, reason_of
from rnndemo.presets import PRESETS

WRONG, INTERRUPTED = 2, 130

# commands with a module of their own, by what they import; the others share one
OWN_MODULE = {
    "serve": "rnndemo.cli.serve",
    "sweep": "rnndemo.cli.sweep",
    "compare": "rnndemo.cli.compare",
    "scenes": "rnndemo.cli.scenes",
    "corrupt": "rnndemo.cli.corrupt",
    "prune": "rnndemo.cli.prune",
    "attack": "rnndemo.cli.attacks",
    "certify": "rnndemo.cli.attacks",
}
MODULE, CONSOLE = "python -m rnndemo", "rowbyrow"  # what people type

INPUTS = """\
INPUT is a picture (PNG, JPEG, WebP or BMP); an .npz with images uint8 (N, H, W) and, where they are
known, labels (N,); or a .jsonl or .jsonl.gz, one drawing a line:
{"label": "7", "strokes": [[[x, y], ...], ...]}, y down, any scale; a time may follow x and y. All
are brought to the form that the model reads, like a drawing on the page; what has it, such as
MNIST's own arrays, is taken as it is. So is any array of its size if the model learnt from arrays
(npz:PATH), or from those of another size than drawings become.
A model that reads scenes takes pictures, an .npz with images, and folders with an annotations.json
in COCO's form."""

EVALUATED = f"""{INPUTS}

accuracy counts what the model answers when it must answer everything; rejected is the share that
its reject option turns away, blank drawings among them. A blank drawing, and a label that the model
does not have, count as answered wrong and are left out of the confusion (row: true class, column:
answer). Whole-number labels are class names where these are numerals, and else count the classes
from 0. Without any labels only rejected has a meaning, and accuracy is null.

A model that reads scenes is measured on a folder with an annotations.json in COCO's form (see:
scenes). What its annotations do not tell is null: mean_iou and pixel_accuracy need masks, AP50 and
AP75 boxes; without number, the digits are those of the boxes from the left. The ground counts in
pixel_accuracy, and there is much of it: mean_iou leaves it out."""

ANNOTATED = """\
DIR gets the pictures (PNG, light ink on dark) and annotations.json in COCO's form: a box, the class
and the visible ink (run-length code) of every digit, and for every picture its number, its digits
from left to right, such as "3 7 1". The digits are of MNIST's test part, from which nothing was
learnt. The same seed gives the same files. predict and evaluate read such a folder."""

CORRUPTED = f"""{INPUTS}

Every drawing is corrupted by each KIND at each severity S, 1 to 5; without the options by all. same
is the share of drawings that are answered as if they were clean. Intervals are 95 % (Wilson). Where
all fifteen kinds of MNIST-C are measured at the severity that it was made with, their mean is
printed too. A blank drawing, and a label that the model does not have, count as answered wrong.
Without any labels accuracy is null. The same drawings are always corrupted in the same way."""

EXPORTED = """\
onnx: one file; it takes images float32 (N, H, W) in [0, 1], in the model's form (of drawings, white
ink on black; of photographs, the hand light on black; of pen paths, 64 x 5 numbers), and returns
probabilities (N, classes). safetensors: the weights, and beside them a short PyTorch script that
answers a picture: .py instead of .safetensors, or after another name. Both are calibrated and read
in the model's own order; preprocessing is no part of them. html: one page to draw on, which answers
and shows how it reads, with no server or network, for RNNs that read drawings. bytes: size of FILE.

Models that read scenes: onnx returns masks (N, classes + 1, H, W), objects, classes, boxes and
number, the logits that they are decoded from; safetensors is one file, weights with configuration
and card, that the other commands take as a model."""

SPACE = """\
A FILE names settings (see: train --help) that vary, for example
{"preset": "fast", "base": {"data": {"train_size": 5000}}, "fields": {
  "model.hidden_size": {"choices": [32, 64]}, "model.num_layers": {"fixed": 2},
  "training.lr": {"low": 0.001, "high": 0.1, "log": true, "points": 5}},
 "sampler": "grid", "seed": 0, "repeats": 2, "pruning": false, "steps": 0, "ahead": 8,
 "budget": {"trials": 0, "seconds": 0, "images": 0}}
sampler: grid, random or tpe. repeats: seeds a combination. pruning: give weak trials up. steps:
epochs are set so that each trial makes so many updates. The command again, or without --space,
goes on with a study that was stopped or killed."""

PEER = """\
peers: rnn, lstm, gru, lru, two-way, renet, cnn, cnn-time (the CNN with the LSTM's training time),
mlp, knn (nearest neighbours), svm (linear, on pixels), hog-svm (on directions of edges). All
networks have about as many weights. Each peer that is done is kept in DIR at once."""

PRUNED = """\
--units removes hidden units of every layer and direction, those that vary least times the weights
that read them: the model is really smaller, its answers faster. --weights sets the smallest weights
to zero: file and speed stay as they are, the compressed file shrinks. With --retrain DIR becomes a
run (see: train), and what is zero stays zero; --rounds removes a part at a time and retrains after
each, the runs before the last in DIR/round-1 and so on; the command again goes on after the rounds
that are done. accuracy is of the test part, parameters are those that are not zero, bytes the size
of the weights' file."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError("{what} (see {program} --help)", what=message, program=self.prog)


def rowbyrow(arguments: Sequence[str] | None = None) -> int:
    """Run the console command: alone it starts the app, else it is the command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    starts = not given or given[0].startswith("-")
    return main(["serve", *given] if starts else given, CONSOLE)


def main(arguments: Sequence[str] | None = None, program: str = MODULE) -> int:
    """Run one command; return the exit status: 0, 2 for bad input, 130 for Ctrl-C.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of this process.
    program : str
        What the person has typed before them, for messages.
    """
    _speak_any_encoding()
    try:
        given = parser(program).parse_args(arguments)
        module = import_module(OWN_MODULE.get(given.command, "rnndemo.cli.commands"))
        result = getattr(module, given.command)(given)
        if given.json:
            print(json.dumps(result, allow_nan=False))
        sys.stdout.flush()
        if result.get("errors"):
            return _fail(program, " ".join(one["problem"] for one in result["errors"]))
    except InputError as problem:
        return _fail(program, str(problem))
    except KeyboardInterrupt as stop:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # keeps the line of progress readable
        _fail(program, str(stop) or "Stopped. Nothing was saved.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as problem:
        return _fail(program, f"{problem.filename or 'A file'}: {reason_of(problem)}")
    return 0


def _speak_any_encoding() -> None:
    """Let letters that an output cannot show be written as codes, rather than end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(program: str, message: str) -> int:
    print(f"{program.split()[-1]}:", " ".join(message.splitlines()), file=sys.stderr)
    return WRONG


def parser(program: str = MODULE) -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = _Parser(prog=program, description="Row by Row: recurrent nets read pictures.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str, epilog: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=text, description=text, epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        added.add_argument("--json", action="store_true", help="print one JSON object, last")
        return added

    command("models", "List the models that ship, with the figures of their cards.")

    predict = command("predict", "Say what drawings show.", INPUTS)
    _add_model(predict)
    predict.add_argument("inputs", nargs="+", metavar="INPUT")

    evaluate = command("evaluate", "Measure a model on labelled drawings.", EVALUATED)
    _add_model(evaluate)
    evaluate.add_argument("input", metavar="INPUT")

    trace = command("trace", "Save every activation while the first drawing is read.", INPUTS)
    _add_model(trace)
    trace.add_argument("input", metavar="INPUT")
    _add_out(trace, "FILE.npz")

    export = command(
        "export", "Write a model for other programs, or as a page to draw on.", EXPORTED
    )
    _add_model(export)
    export.add_argument("--format", required=True, metavar="onnx|safetensors|html")
    _add_out(export, "FILE")

    _add_training(command("train", "Train a model and save it with its card.", _settings()))
    _add_compare(
        command("compare", "Measure RNNs, CNN, MLP and classical ways side by side.", PEER)
    )
    _add_scenes(command("scenes", "Write pictures with several digits, annotated.", ANNOTATED))
    _add_corrupt(command("corrupt", "Measure a model on corrupted drawings.", CORRUPTED))
    _add_prune(command("prune", "Make a model smaller: remove units or weights.", PRUNED))
    attack_options.add(command, _add_model, INPUTS)
    _add_sweep(command("sweep", "Explore parameters: many trainings, one question.", _questions()))
    _add_serve(commands, program)
    return top


def _add_serve(commands: Any, program: str) -> None:
    known = ", ".join(commands.choices)
    text = "Start the app and print its address."
    serve = commands.add_parser(
        "serve", help=text, description=text,
        epilog=f"Other commands: {known}. Each has --help.",
        **({"prog": CONSOLE} if program == CONSOLE else {}),
    )  # fmt: skip
    serve.set_defaults(json=False)
    serve.add_argument(
        "--host", metavar="HOST",
        help="where to listen: localhost, the default, lets in this machine alone; 0.0.0.0, the "
        "default with --https, lets in the whole network",
    )  # fmt: skip
    serve.add_argument("--port", type=int, default=8501, metavar="N", help="8501 by default")
    serve.add_argument(
        "--https", action="store_true",
        help="make a certificate for this machine's addresses, which phones need for the camera, "
        "and print the address as a QR code",
    )  # fmt: skip
    serve.add_argument(
        "--path", default="", metavar="PATH",
        help="serve below this path, such as rnn, for a proxy that passes it on",
    )  # fmt: skip


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", required=True, metavar="NAME|DIR",
        help="a model that ships (see: models), or a folder that train wrote",
    )  # fmt: skip


def _add_out(command: argparse.ArgumentParser, metavar: str, text: str | None = None) -> None:
    place = file_given if metavar.startswith("FILE") else folder_given
    command.add_argument("--out", required=True, type=place, metavar=metavar, help=text)


def _add_training(train: argparse.ArgumentParser) -> None:
    start = train.add_mutually_exclusive_group(required=True)
    start.add_argument("--preset", metavar="NAME", help=f"one of {', '.join(PRESETS)}")
    start.add_argument("--config", type=Path, metavar="FILE", help="a config.json")
    start.add_argument(
        "--resume", action="store_true",
        help="go on with the run in DIR, after Ctrl-C, a crash, or with --more-epochs its end",
    )  # fmt: skip
    train.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="FIELD=VALUE", dest="settings",
        help="change settings, for example model.hidden_size=64",
    )  # fmt: skip
    own = "folder:PATH (one sub-folder of pictures a class) or npz:PATH (images and labels)"
    train.add_argument("--data", metavar="SPEC", help=f"one of {', '.join(DATA_SETS)}, {own}")
    train.add_argument(
        "--from", dest="model", metavar="NAME|DIR",
        help="begin with the weights of this model, which must have the same network, instead of "
        "random ones",
    )  # fmt: skip
    _add_out(train, "DIR", "a new folder: it becomes a run, and a model for the other commands")
    train.add_argument(
        "--more-epochs", type=int, metavar="N",
        help="with --resume: train a finished run for so many more",
    )  # fmt: skip
    train.add_argument(
        "--lr", type=float, metavar="RATE", help="with --resume: another learning rate from now on"
    )
    train.add_argument(
        "--threads", type=int, default=1, metavar="N",
        help="processor threads; with 1, the default, a run can be repeated bit by bit",
    )  # fmt: skip


def _add_sweep(sweep: argparse.ArgumentParser) -> None:
    sweep.add_argument(
        "--space", metavar="FILE|NAME",
        help="a search space: a JSON file, or a name below; not needed to go on with the study in "
        "DIR",
    )  # fmt: skip
    sweep.add_argument(
        "--trials", type=int, metavar="N",
        help="how many in all; more than a study has had extends it",
    )  # fmt: skip
    sweep.add_argument(
        "--workers", type=int, metavar="K",
        help="trials at once; as many as this machine bears, or the cluster has workers",
    )  # fmt: skip
    sweep.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="of a Dask cluster that trains them, for example tcp://10.0.0.5:8786",
    )  # fmt: skip
    sweep.add_argument(
        "--storage", default="", metavar="URL",
        help="a database that keeps the trials, for example postgresql://...; else a file in DIR",
    )  # fmt: skip
    _add_out(sweep, "DIR", "the study's folder; each trial becomes a run in it")


def _add_scenes(scenes: argparse.ArgumentParser) -> None:
    scenes.add_argument(
        "--number", required=True, type=int, metavar="N", help="how many, up to 100,000"
    )
    scenes.add_argument(
        "--kind", default=SCENES[0], metavar="KIND", help=f"one of {', '.join(SCENES)}"
    )
    scenes.add_argument("--seed", type=int, default=0, metavar="S", help="0 by default")
    _add_out(scenes, "DIR", "a new folder")


def _add_corrupt(corrupt: argparse.ArgumentParser) -> None:
    _add_model(corrupt)
    corrupt.add_argument(
        "--kind", nargs="+", action="extend", default=[], metavar="KIND", dest="kinds",
        help="corruptions, for example fog missing_rows; a wrong one prints the list",
    )  # fmt: skip
    corrupt.add_argument(
        "--severity", nargs="+", action="extend", default=[], metavar="S", dest="severities",
        help="1 to 5",
    )  # fmt: skip
    corrupt.add_argument(
        "input", nargs="?", metavar="INPUT", help="the test pictures of the model's data by default"
    )


def _add_prune(prune: argparse.ArgumentParser) -> None:
    _add_model(prune)
    what = prune.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--units", type=float, metavar="SHARE", help="of hidden units to remove, such as 0.5"
    )
    what.add_argument(
        "--weights", type=float, metavar="SHARE", help="of weights to set to zero, such as 0.9"
    )
    prune.add_argument("--measure", metavar="spread|taylor", help="of what a unit matters; spread")
    prune.add_argument("--retrain", action="store_true", help="train what is left")
    prune.add_argument("--epochs", type=int, metavar="N", help="of the retraining in all; 8")
    prune.add_argument("--rounds", type=int, metavar="N", help="of removing and retraining; 1")
    _add_out(prune, "DIR", "a new folder: a model for the other commands")


def _add_compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "--data", default="digits", metavar="SPEC",
        help=f"one of {', '.join(DATA_SETS)}, folder:PATH, npz:PATH or set:ID; of pictures",
    )  # fmt: skip
    compare.add_argument("--peers", default="", metavar="A,B", help="some of them; else all")
    compare.add_argument(
        "--epochs", type=int, metavar="N",
        help="of each network; 5, or of few pictures so many that 100,000 are seen in all",
    )  # fmt: skip
    compare.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="trainings of each network; 3"
    )
    text = "the comparison's folder; the command again goes on with what is not measured yet"
    _add_out(compare, "DIR", text)


def _questions() -> str:
    """Return the table of ready search spaces for ``sweep --help``."""
    from rnndemo.sweeps.questions import QUESTIONS

    lines = ["search spaces:"]
    for name, question in QUESTIONS.items():
        text = textwrap.wrap(question.text, 72)
        lines += [f"  {name}: {question.title}", *(f"      {line}" for line in text)]
    return "\n".join([*lines, "", SPACE])


def _settings() -> str:
    """Return the table of settings for ``train --help``."""
    from rnndemo.codec import field_table

    lines = ["settings:"]
    for path, _, field in field_table():
        meta = field.metadata
        limits = [f"{meta['low']:.12g} to {meta['high']:.12g}"] if "low" in meta else []
        limits += [", ".join(meta["options"])] if "options" in meta else []
        limits += [f"at most {meta['most']}, with commas"] if "most" in meta else []
        range_ = f" ({'; '.join(limits)})" if limits else ""
        lines.append(f"  {path:<28}{meta['label']}: {meta['text']}{range_}")
    return "\n".join(lines)
