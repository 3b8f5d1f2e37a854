"""python -m benchmarks pruning [MODEL …] [--quick]: accuracy, size and speed of pruned models.

digits-lstm with a share of its hidden units removed, by each measure of what a unit matters; with a
share of its weights set to zero; and in 8 bits. Each MODEL is the folder of one that was pruned of
it and retrained, such as `python -m rnndemo prune --model digits-lstm --units 0.5 --retrain --out
MODEL` makes. Times are those of one drawing on one thread, the whole model and the pruned in turn.
"""

from __future__ import annotations

from dataclasses import replace

import torch

from benchmarks.timing import parser_of
from rnndemo.data.load import load
from rnndemo.data.sets import DataSet
from rnndemo.export.int8 import check, quantised
from rnndemo.hardening.pruning.curve import SHARES, PrunedPoint, curve, point
from rnndemo.hardening.pruning.importance import MEASURES
from rnndemo.hardening.pruning.prune import without_units
from rnndemo.models.store import Model, load_model

MODEL = "digits-lstm"
QUICK_PICTURES, QUICK_SHARES = 300, (0.5,)


def main(arguments: list[str]) -> None:
    """Print one line a point."""
    parser = parser_of("pruning")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    whole, data = load_model(MODEL), load("digits")
    shares = SHARES
    if options.quick:
        data, shares = _few(data), QUICK_SHARES
    print(f"{'':<24}{'weights':>9}{'validation':>12}{'test':>8}  95 % interval       bytes"
          f"   zipped  one drawing  faster")  # fmt: skip
    for kind in ("units", "weights"):
        for one in curve(whole, data, kind, shares):
            _print(f"{kind} {one.share:.0%}", one)
    for measure in MEASURES:
        model = without_units(whole, data.validation, 0.5, measure).model
        _print(f"units 50% by {measure}", point(model, whole, data, 0.5))
    for name in options.models:
        model = load_model(name)
        _print(f"{model.name}, retrained", point(model, whole, data, _removed(model, whole)))
    _print_int8(whole, data)


def _few(data: DataSet) -> DataSet:
    first = torch.arange(QUICK_PICTURES)
    return replace(data, validation=data.validation.take(first), test=data.test.take(first))


def _removed(model: Model, whole: Model) -> float:
    return 1 - model.config.model.hidden_size / whole.config.model.hidden_size


def _print(title: str, one: PrunedPoint) -> None:
    low, high = one.test.interval
    print(
        f"{title:<24}{one.parameters:>9,}{one.validation.accuracy:>12.2%}{one.test.accuracy:>8.2%}"
        f"  {low:.2%} to {high:.2%}{one.bytes:>12,}{one.compressed:>11,}"
        f"{one.seconds * 1e3:>9.2f} ms{one.faster:>8.2f}",
        flush=True,
    )


def _print_int8(model: Model, data: DataSet) -> None:
    small = quantised(model)
    found = check(model, small, data.test)
    print(
        f"int8: {len(small.content):,} bytes of {small.bytes_before:,} as ONNX, {small.share:.1%} "
        f"of the weights in matrices; {found.accuracy:.2%} of {found.n:,} test digits, before "
        f"{found.accuracy_before:.2%}; {found.same:.2%} answered the same"
    )
