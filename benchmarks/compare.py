"""python -m benchmarks compare [--data DATA] [--again FOLDER] [--rates]: docs/comparison.md.

The first table shows the comparison that ships of DATA, "digits" or "fashion"; with ``--again`` it
is first measured again into FOLDER (about half an hour on one otherwise idle core). The second, for
digits alone, shows the best networks we could train: the app's readers, and two trained on MNIST.
With ``--rates`` the output is instead the validation accuracy of each peer at several learning
rates, after a short training.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.timing import parser_of
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import Comparison, load
from rnndemo.comparison.run import compare, prepare
from rnndemo.comparison.summary import spoken
from rnndemo.comparison.work import config_of
from rnndemo.config import ModelConfig
from rnndemo.data.load import data_of
from rnndemo.evaluation.batch import accuracy
from rnndemo.models.costs import flops
from rnndemo.models.store import load_folder, load_model, size_of
from rnndemo.storage.folders import ASSETS
from tests.plain_training import train

SHIPPED_COMPARISON = ASSETS / "comparison"
SHIPPED = {"digits": SHIPPED_COMPARISON, "fashion": ASSETS / "comparison-fashion"}
COMMAND = "python -m benchmarks compare --data {data} --again FOLDER"
RATES = (3e-4, 1e-3, 3e-3, 1e-2)
RATE_IMAGES, RATE_EPOCHS = 10_000, 2
# shipped models, and folders beside the comparison
MADE_WELL = ("digits-rnn", "digits-gru", "digits-lstm", "digits-cnn")
ON_MNIST_ALONE = ("mnist-renet", "mnist-cnn")


def main(arguments: list[str]) -> None:
    """Print the tables as Markdown."""
    parser = parser_of("compare")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="measure anew, into FOLDER")
    parser.add_argument("--data", choices=tuple(SHIPPED), default="digits")
    parser.add_argument("--rates", action="store_true", help="compare learning rates instead")
    given = parser.parse_args(arguments)
    if given.rates:
        rates(200 if given.quick else RATE_IMAGES)
        return
    if given.again:
        budget = {"epochs": 1, "seeds": 1} if given.quick else {}
        compare(given.again, prepare(given.data, **budget, command=COMMAND.format(data=given.data)))
    found = load(given.again or SHIPPED[given.data])
    print("\n".join(table(found)), end="\n\n")
    print(spoken(found), end="\n\n")
    if given.data == "digits":
        print("\n".join(made_well()))


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


def rates(images: int) -> None:
    """Print the validation accuracy of each network at each learning rate."""
    torch.set_num_threads(1)
    about = prepare("digits", RATE_EPOCHS, 1)
    print("method".ljust(10) + "".join(f"{rate:>10g}" for rate in RATES))
    for name, peer in PEERS.items():
        if not isinstance(peer.model, ModelConfig) or peer.time_of:
            continue
        print(name.ljust(10), end="", flush=True)
        for rate in RATES:
            config = config_of(replace(peer, lr=rate), peer.model, about)
            config = replace(config, data=replace(config.data, train_size=images))
            data = data_of(config)
            network = train(config, data).model
            print(f"{accuracy(network, data.validation, 'rows'):>10.2%}", end="", flush=True)
        print(flush=True)
