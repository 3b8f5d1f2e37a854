"""python -m benchmarks compare [OPTION …]: docs/comparison.md.

The first table shows the comparison that ships of DATA, "digits" or "fashion"; with ``--again`` it
is first measured again into FOLDER (about half an hour on one otherwise idle core). The second, for
digits alone, shows the best networks we could train: the app's readers, and two trained on MNIST.
With ``--add METHOD --again FOLDER`` that method alone is measured, and joins the comparison that
ships of DATA, whose other rows stay. With ``--rates`` the output is instead the validation accuracy
of each peer at several learning rates, after a short training.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from benchmarks.timing import alternate, parser_of
from rnndemo.comparison.answerers import data_of as data_of_comparison
from rnndemo.comparison.answerers import load_answerers
from rnndemo.comparison.measure import latency
from rnndemo.comparison.networks import sized
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import (
    PEERS_FOLDER,
    Comparison,
    ComparisonSpec,
    Measured,
    load,
    save,
)
from rnndemo.comparison.run import compare, prepare
from rnndemo.comparison.summary import spoken
from rnndemo.comparison.work import config_of
from rnndemo.config import ModelConfig
from rnndemo.data.load import data_of
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.batch import accuracy
from rnndemo.models.costs import flops
from rnndemo.models.store import load_folder, load_model, size_of
from rnndemo.storage.folders import ASSETS
from rnndemo.training.trainer import Trainer
from tests.plain_training import train

SHIPPED_COMPARISON = ASSETS / "comparison"
SHIPPED = {"digits": SHIPPED_COMPARISON, "fashion": ASSETS / "comparison-fashion"}
COMMAND = "python -m benchmarks compare --data {data} --again FOLDER"
TIMED = "gru"  # trained in float32 on every processor; the LSTM is faster where there is bfloat16
TURNS, STEPS = 20, 20
RATES = (3e-4, 1e-3, 3e-3, 1e-2)
RATE_IMAGES, RATE_EPOCHS = 10_000, 2
# shipped models, and folders beside the comparison
MADE_WELL = ("digits-rnn", "digits-gru", "digits-lstm", "digits-cnn")
ON_MNIST_ALONE = ("mnist-renet", "mnist-cnn")


def main(arguments: list[str]) -> None:
    """Print the tables as Markdown."""
    parser = parser_of("compare")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="measure anew, into FOLDER")
    parser.add_argument("--add", choices=_networks(), metavar="METHOD", help="measure this alone")
    parser.add_argument("--data", choices=tuple(SHIPPED), default="digits")
    parser.add_argument(
        "--rates", nargs="*", choices=_networks(), metavar="METHOD",
        help="compare learning rates instead, of all networks or of these",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    if given.rates is not None:
        rates(given.rates or _networks(), 200 if given.quick else RATE_IMAGES)
        return
    if given.add:
        if given.again is None:
            parser.error("--add needs --again FOLDER, where it is measured")
        add(SHIPPED[given.data], given.add, given.again)
    elif given.again:
        budget = {"epochs": 1, "seeds": 1} if given.quick else {}
        compare(given.again, prepare(given.data, **budget, command=COMMAND.format(data=given.data)))
    found = load(SHIPPED[given.data] if given.add else given.again or SHIPPED[given.data])
    print("\n".join(table(found)), end="\n\n")
    print(spoken(found), end="\n\n")
    if given.data == "digits":
        print("\n".join(made_well()))


def add(folder: Path, name: str, made: Path) -> None:
    """Measure one more network in `made`, and put it into `folder`, whose other rows stay.

    They were timed on another machine. So what training and one drawing cost is measured here in
    turns for the network and for `TIMED`, and the stored seconds of that are multiplied by how much
    longer the network takes.
    """
    found = load(folder)
    row = compare(made, found.about, (name,), _say).row(name)
    known = found.row(TIMED)
    assert row is not None
    assert known is not None
    data = data_of_comparison(found.about)
    steps = alternate({one: _steps(one, found.about, data) for one in (TIMED, name)}, TURNS, 1)
    peers = {TIMED: load_answerers(folder)[TIMED], name: load_answerers(made)[name]}
    images = data.test.images[:TURNS].numpy()
    drawing = alternate({one: partial(latency, peers[one], images) for one in peers}, TURNS)
    print(f"seconds of {STEPS} steps: {steps}; of one drawing: {drawing}", flush=True)
    row = replace(
        row, train_seconds=known.train_seconds * steps[name] / steps[TIMED],
        latency=known.latency * drawing[name] / drawing[TIMED],
    )  # fmt: skip
    peer = Path(PEERS_FOLDER) / name
    shutil.copytree(made / peer, folder / peer, dirs_exist_ok=True)
    rows = {one.name: one for one in (*found.rows, row)}
    answers = {**found.answers, name: load(made).answers[name]}
    in_order = tuple(rows[one] for one in PEERS if one in rows)
    save(folder, replace(found, rows=in_order, answers=answers))


def _steps(name: str, about: ComparisonSpec, data: DataSet) -> Callable[[], float]:
    """Return a function that trains a peer by `STEPS` steps, and returns their CPU seconds."""
    peer = PEERS[name]
    assert isinstance(peer.model, ModelConfig)
    trainer = Trainer(config_of(peer, sized(peer.model, about), about), data)
    trainer.clock = time.process_time

    def measure() -> float:
        before = trainer.seconds
        for _ in range(STEPS):
            trainer.advance()
        return trainer.seconds - before

    return measure


def _say(row: Measured) -> None:
    print(f"{row.title}: {row.accuracies}, {row.train_seconds:.1f} s", flush=True)


def table(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of the comparison's table."""
    about = comparison.about
    yield (
        f"Measured on {about.date}, {about.machine}: {about.train_size:,} training pictures, "
        f"{about.epochs} epochs, seeds {', '.join(map(str, about.seeds))}.\n"
    )
    yield (
        f"| | right of {about.test_size:,} | 95 % interval | parameters | MFLOP a drawing "
        "| training | one drawing | size |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for row in comparison.rows:
        yield (
            f"| {row.title} | {row.accuracy:.2%} | {row.low:.2%} to {row.high:.2%} "
            f"| {row.parameters:,} | {row.flops / 1e6:.2f} | {row.train_seconds:.0f} s "
            f"| {1000 * row.latency:.2f} ms | {row.bytes / 1e6:.2f} MB |"
        )


def made_well() -> Iterator[str]:
    """Yield the lines of the table of shipped models."""
    yield (
        "| as good as we could make it | right of 10,000 | parameters | MFLOP a drawing | trained "
        "| size |"
    )
    yield "|---|---|---|---|---|---|"
    alone = [SHIPPED_COMPARISON / "best" / name for name in ON_MNIST_ALONE]
    for model in [*map(load_model, MADE_WELL), *map(load_folder, alone)]:
        card, scan = model.card, model.config.data.scan
        yield (
            f"| `{model.name}` | {card.test_accuracy:.2%} | {card.parameters:,} "
            f"| {flops(model.network, scan, model.image_size) / 1e6:.2f} "
            f"| {card.train_seconds / 60:.0f} min | {size_of(model) / 1e6:.2f} MB |"
        )


def _networks() -> list[str]:
    """Return the peers that have a learning rate of their own."""
    return [name for name, peer in PEERS.items() if peer.lr and not peer.time_of]


def rates(names: Sequence[str], images: int) -> None:
    """Print the validation accuracy of networks at each learning rate."""
    torch.set_num_threads(1)
    about = prepare("digits", RATE_EPOCHS, 1)
    print("method".ljust(10) + "".join(f"{rate:>10g}" for rate in RATES))
    for name in names:
        peer = PEERS[name]
        assert isinstance(peer.model, ModelConfig)
        print(name.ljust(10), end="", flush=True)
        for rate in RATES:
            config = config_of(replace(peer, lr=rate), peer.model, about)
            config = replace(config, data=replace(config.data, train_size=images))
            data = data_of(config)
            network = train(config, data).model
            print(f"{accuracy(network, data.validation, 'rows'):>10.2%}", end="", flush=True)
        print(flush=True)
