"""Whether this machine can bear a run, and what happens to one that takes more than estimated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rnndemo.config import RunConfig
from rnndemo.errors import N_, InputError
from rnndemo.jobs.machine import SERVER_DISK, free_disk, memory_each
from rnndemo.jobs.memory import bounded
from rnndemo.training.demand.estimate import Sizes, demand_of

SLACK = 1.5  # how far an estimate may be exceeded

TOO_MUCH_MEMORY = N_(
    "This run needs about {needs} GB of memory, and a run may take at most {most} GB here. Lower "
    "batch_size, hidden_size or num_layers, or choose a scan with fewer timesteps."
)
TOO_MUCH_DISK = N_(
    "This run needs about {needs} GB on disk, and {most} GB are free. Lower hidden_size or "
    "num_layers, or make room in the data folder."
)


def check_room(
    config: RunConfig, folder: Path, sizes: Sizes | None = None, most: int | None = None
) -> None:
    """Check that this machine can bear a run of `config`, an `InputError` otherwise.

    Parameters
    ----------
    folder : Path
        Where it would be written.
    sizes : Sizes, optional
        As for `demand_of`.
    most : int, optional
        Bytes of memory that the run may take; by default what it may take beside others.
    """
    memory = memory_each() if most is None else most
    needs = demand_of(config, sizes)
    for what, limit, message in (
        (needs.memory, memory, TOO_MUCH_MEMORY),
        (needs.disk, max(0, free_disk(folder) - SERVER_DISK), TOO_MUCH_DISK),
    ):
        if what > limit:
            raise InputError(message, needs=gigabytes(what), most=gigabytes(limit))


@contextmanager
def bounded_memory(config: RunConfig, sizes: Sizes) -> Iterator[None]:
    """Let a run fail, rather than others suffer, if it needs far more than estimated.

    The kernel refuses to this process more memory of its own (``RLIMIT_DATA``), and an allocation
    raises an error. Processes that it starts meanwhile, such as the next in the queue, are free.
    """
    with ExitStack() as limits:
        with suppress(OSError, ValueError):  # the system has no such limit
            most = _private() + int(SLACK * demand_of(config, sizes).memory)
            limits.enter_context(bounded(most))
        yield


def _private() -> int:
    """Return the bytes that count for ``RLIMIT_DATA``; an OSError or ValueError if unknown."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise ValueError("unknown")


def gigabytes(count: float) -> str:
    """Return a number of bytes in gigabytes, in two digits."""
    return f"{count / 1e9:.2g}" if count < 99e9 else f"{count / 1e9:.0f}"
