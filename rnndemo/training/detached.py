"""Processes that outlive who started them: workers of runs, coordinators of studies."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.files import HOME, home, locked
from rnndemo.training.queue import is_locked
from rnndemo.training.state import WORKER, last_words, worker_of


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


def kill(folder: Path, send: Callable[[int, int], None] = os.kill) -> None:
    """Kill the process that holds the lock of `folder`, if one does; return when it is gone.

    Parameters
    ----------
    folder : Path
        What is worked on.
    send : callable, optional
        Sends the signal: `os.killpg` to all that the process has started, too.

    Raises
    ------
    OSError
        If the lock cannot be opened.
    """
    if not is_locked(folder / WORKER):
        return
    with suppress(OSError, ValueError):  # it may have ended by itself meanwhile
        send(worker_of(folder), signal.SIGKILL)
    with locked(folder / WORKER):
        pass  # the system has let go of it, so it is gone


@contextmanager
def end_told(
    folder: Path, lock: int, full: str, ended: str, fail: Callable[[InputError], None]
) -> Iterator[None]:
    """Have it told where a person looks, should what follows end before its time.

    Parameters
    ----------
    folder : Path
        What is worked on.
    lock : int
        Descriptor of its lock file, which `rnndemo.training.state.make_room` has filled: there it
        is told what the system refused.
    full, ended : str
        What to say of a full disk, and of an error of the process's own, which is the value
        ``error``: gettext keys.
    fail : callable
        Writes down what went wrong.
    """
    try:
        yield
    except InputError as problem:
        fail(problem)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            last_words(lock, full)
        elif folder.is_dir():  # else it was deleted: there is nothing to tell, and nobody
            traceback.print_exc()
            last_words(lock, problem.strerror or str(problem))
    except Exception as problem:
        traceback.print_exc()
        fail(InputError(ended, error=repr(problem)))
