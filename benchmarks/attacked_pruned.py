"""python -m benchmarks attacked_pruned [--again FOLDER] [--quick].

Does pruning help against attacks? The LSTM of the comparison in ``assets/comparison``, three
trainings, whole, with half of its units removed, and with nine tenths of its weights removed, the
pruned ones retrained: the share of 2,000 test digits that stays right under PGD of ε 0.05, with its
95 % interval over trainings and pictures, and how it differs from the whole one's. It prints the
figures that ship; with ``--again`` they are measured anew into FOLDER, which may be that of
``attacked_peers`` (a quarter of an hour more).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.timing import parser_of
from rnndemo.comparison.attacked import AttackedPeers, load_attacked
from rnndemo.comparison.attacked_pruned import ATTACK, EPSILON, FILE, NETWORK, attack_pruned
from rnndemo.storage.folders import ASSETS

SHIPPED = ASSETS / "comparison"
COMMAND = "python -m benchmarks attacked_pruned --again FOLDER"
QUICK_PICTURES = 20


def main(arguments: list[str]) -> None:
    """Print a line a network."""
    parser = parser_of("attacked_pruned")
    parser.add_argument("--again", type=Path, metavar="FOLDER", help="measure anew, into FOLDER")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if options.again:
        quick = {"seeds": (0,), "n": QUICK_PICTURES, "epochs": 1} if options.quick else {}
        attack_pruned(options.again, SHIPPED, command=COMMAND, **quick)
    print("\n".join(lines(load_attacked(options.again or SHIPPED, FILE))))


def lines(found: AttackedPeers) -> Iterator[str]:
    """Yield the lines of the table, and how pruned and whole networks differ."""
    cases = [("", 0.0), *((attack, EPSILON) for attack in ("noise", "fgsm", ATTACK))]
    head = [f"{attack}, ε {size:g}" if size else "clean" for attack, size in cases]
    yield "| " + " | ".join(["network", *head]) + " |"
    yield "|" + "---|" * (len(head) + 1)
    for row in found.rows:
        shares = [found.share(row.name, attack, size) for attack, size in cases]
        cells = [f"{mean:.1%} ({low:.1%} to {high:.1%})" for mean, low, high in shares]
        yield "| " + " | ".join([row.name, *cells]) + " |"
    yield ""
    names = [row.name for row in found.rows]
    for name in names if NETWORK in names else ():
        if name != NETWORK:
            gap, low, high = (100 * each for each in found.gap(name, NETWORK, ATTACK, EPSILON))
            yield f"{name} against whole: {gap:+.1f} points ({low:+.1f} to {high:+.1f})."
