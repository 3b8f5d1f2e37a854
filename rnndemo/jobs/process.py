"""Processes that outlive who started them: workers of runs, coordinators of studies."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.storage.folders import HOME, home
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import LOG, WORKER

# The processes of this package, by what they work on. Here they are names: whoever starts one
# imports nothing of it. A test starts each.
WORKERS = {
    "run": "rnndemo.training.worker",
    "run on a cluster": "rnndemo.cluster.worker",
    "trial": "rnndemo.trials.worker",
    "study": "rnndemo.sweeps.worker",
    "comparison": "rnndemo.comparison.worker",
}

NOTE = 500  # bytes kept in the lock file, so that a full disk can still be reported

# Those that were started here and not seen to have ended: a process that nobody waits for stays
# in the system's table.
children: list[subprocess.Popen[bytes]] = []


def environment() -> dict[str, str]:
    """Return the environment variables of a process of this package."""
    package = str(Path(__file__).resolve().parents[2])
    return {
        **os.environ,
        HOME: str(home()),  # a set of own classes lies there, and it works elsewhere
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "OMP_NUM_THREADS": "1",
    }


def start(work: str, folder: Path, lock: int, *arguments: str) -> int:
    """Start ``python -m WORKER FOLDER ARGUMENTS LOCK``, as a session of its own; return its number.

    Parameters
    ----------
    work : str
        A key of `WORKERS`.
    folder : Path
        What is worked on, and where.
    lock : int
        Descriptor of a lock that it holds from now on.
    *arguments : str
    """
    with (folder / LOG).open("ab") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", WORKERS[work], str(folder), *arguments, str(lock)],
            cwd=folder, env=environment(), start_new_session=True, pass_fds=[lock],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip
    children[:] = [one for one in children if one.poll() is None] + [child]
    return child.pid


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
def report_failure(
    folder: Path, lock: int, full: str, ended: str, fail: Callable[[InputError], None]
) -> Iterator[None]:
    """Report an error that ends what follows where a person looks for it.

    Parameters
    ----------
    folder : Path
        What is worked on.
    lock : int
        Descriptor of its lock file, which `rnndemo.jobs.process.reserve_note` has filled: there
        goes what the system refused.
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
            write_exit_note(lock, full)
        elif folder.is_dir():  # else it was deleted: there is nothing to report, and to nobody
            traceback.print_exc()
            write_exit_note(lock, problem.strerror or str(problem))
    except Exception as problem:
        traceback.print_exc()
        fail(InputError(ended, error=repr(problem)))


def worker_of(folder: Path) -> int:
    """Return the process of the worker that holds the lock, as `write_worker` wrote it down.

    Raises
    ------
    OSError, ValueError
        If there is none.
    """
    return int((folder / WORKER).read_bytes()[NOTE:])


def write_exit_note(worker: int, message: str) -> None:
    """Leave why a worker ended where no further byte of disk is needed.

    Parameters
    ----------
    worker : int
        Descriptor of the lock file, which `reserve_note` has filled.
    message : str
        A gettext key.
    """
    os.pwrite(worker, message.encode().ljust(NOTE)[:NOTE], 0)


def reserve_note(worker: int) -> None:
    """Fill the lock file with blanks, so that `write_exit_note` needs no room later."""
    os.pwrite(worker, b" " * NOTE, 0)
    os.ftruncate(worker, NOTE)


def write_worker(worker: int, process: int) -> None:
    """Write into the lock file, after `reserve_note`, which process holds the lock."""
    os.pwrite(worker, str(process).encode(), NOTE)


def read_exit_note(folder: Path) -> str:
    """Return what `write_exit_note` left in `folder`, "" where there is nothing."""
    try:
        return (folder / WORKER).read_bytes()[:NOTE].decode(errors="replace").strip()
    except OSError:
        return ""
