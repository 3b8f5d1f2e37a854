"""What becomes of a model whose weights are stored in 8 bits: what is kept of its measurement."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.pruning.measured import POINTS
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.records import read


@dataclass(frozen=True)
class NumbersSide:
    """A model with numbers of one size.

    Parameters
    ----------
    bytes : int
        Size of its ONNX file.
    right : int
        Right answers to test pictures.
    seconds : float
        The least time of one drawing, on one thread.
    """

    bytes: int
    right: int
    seconds: float


@dataclass(frozen=True)
class NumbersMeasured:
    """A model with 32-bit numbers, and the same with 8-bit weights.

    Parameters
    ----------
    whole, small : NumbersSide
        With 32 and with 8 bits.
    count : int
        Number of test pictures.
    same : int
        To how many of them both give the same answer.
    share : float
        Of the weights in matrices that have 8 bits.
    left : tuple of str
        The operators whose weights keep 32 bits.
    """

    whole: NumbersSide
    small: NumbersSide
    count: int
    same: int
    share: float
    left: tuple[str, ...] = ()

    def interval(self, side: NumbersSide) -> tuple[float, float]:
        """Return the 95 % interval of the share of right answers (Wilson 1927)."""
        return wilson_interval(side.right, self.count)


def save_numbers(folder: Path, found: NumbersMeasured) -> None:
    """Write what is measured into the folder of a job."""
    write_json(folder / POINTS, asdict(found))


def numbers_of(folder: Path) -> NumbersMeasured | None:
    """Return what is measured in the folder of a job; None where it cannot be read."""
    try:
        found = read(NumbersMeasured, read_json(folder / POINTS), low=0)
    except (ValueError, InputError):
        return None
    sides = (found.whole, found.small)
    counts = (found.same, *(side.right for side in sides))
    possible = found.count > 0 and max(counts) <= found.count and found.share <= 1
    return found if possible and all(side.bytes and side.seconds for side in sides) else None
