"""python -m benchmarks attacked_peers [--again FOLDER] [--pictures N] [--quick].

RNN against CNN under attack: the networks of the comparison in ``assets/comparison``, about 81,000
weights each and trained alike with three seeds, attacked through their own gradients. The share of
2,000 of MNIST's test digits that they still answer right, with its 95 % interval over seeds and
pictures, and how LSTM and CNN differ. It prints the figures that ship; with ``--again`` they are
measured anew into FOLDER, which trains what the comparison did not keep (half an hour).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.timing import parser_of
from rnndemo.comparison.attacked import (
    PICTURES,
    TRIED,
    AttackedPeer,
    AttackedPeers,
    attack_peers,
    load_attacked,
)
from rnndemo.comparison.peers import PEERS
from rnndemo.storage.folders import ASSETS

SHIPPED = ASSETS / "comparison"
COMMAND = "python -m benchmarks attacked_peers --again FOLDER"
QUICK_NETWORKS, QUICK_PICTURES = ("lstm", "cnn"), 20


def main(arguments: list[str]) -> None:
    """Print the table as Markdown."""
    parser = parser_of("attacked_peers")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="measure anew, into FOLDER")
    parser.add_argument(
        "--pictures", type=int, default=PICTURES, metavar="N", help="evenly spaced; 2,000"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if options.again:
        quick = {"names": QUICK_NETWORKS, "seeds": (0,)} if options.quick else {}
        count = QUICK_PICTURES if options.quick else options.pictures
        attack_peers(options.again, SHIPPED, n=count, command=COMMAND, on_row=_say, **quick)
    print("\n".join(lines(load_attacked(options.again or SHIPPED))))


def _say(row: AttackedPeer) -> None:
    print(f"{row.name}: {row.right} right, of them under attack {row.withstood}", flush=True)


def lines(found: AttackedPeers) -> Iterator[str]:
    """Yield the lines of the table, and a sentence on LSTM and CNN for each size."""
    cases = [(attack, size) for size in found.epsilons for attack in TRIED]
    head = [f"{attack}, ε {size:g}" for attack, size in cases]
    yield "| " + " | ".join(["network", "clean", *head]) + " |"
    yield "|" + "---|" * (len(head) + 2)
    for row in found.rows:
        shares = [found.share(row.name, attack, size) for attack, size in [("", 0.0), *cases]]
        cells = [f"{mean:.1%} ({low:.1%} to {high:.1%})" for mean, low, high in shares]
        yield "| " + " | ".join([PEERS[row.name].title, *cells]) + " |"
    yield ""
    for size in found.epsilons:
        gap, low, high = (100 * each for each in found.gap("lstm", "cnn", "pgd", size))
        yield (
            f"PGD, ε {size:g}: the LSTM is right more often than the CNN by {gap:.1f} points "
            f"({low:.1f} to {high:.1f})."
        )
    yield (
        f"\n{found.n:,} test digits, {len(found.seeds)} seeds; L∞; PGD: {found.steps} steps, one "
        f"random start. 95 % intervals. {found.date}, {found.machine}."
    )
