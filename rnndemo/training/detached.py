"""Processes that outlive who started them: workers of runs, coordinators of studies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rnndemo.files import HOME, home


def environment() -> dict[str, str]:
    """Return what a process of this package needs to be told, wherever it works."""
    package = str(Path(__file__).resolve().parents[2])
    return {
        **os.environ,
        HOME: str(home()),  # a set of own classes lies there, and it works elsewhere
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "OMP_NUM_THREADS": "1",
    }


def start(
    module: str, arguments: Sequence[str], folder: Path, log: Path, lock: int
) -> subprocess.Popen[bytes]:
    """Start ``python -m MODULE ARGUMENTS LOCK`` in `folder`, as a session of its own.

    Parameters
    ----------
    module : str
    arguments : sequence of str
    folder : Path
        Where it works.
    log : Path
        Where goes what it prints.
    lock : int
        Descriptor of a lock that it holds from now on.
    """
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments, str(lock)],
            cwd=folder, env=environment(), start_new_session=True, pass_fds=[lock],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip
