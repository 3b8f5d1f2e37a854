"""Processes that outlive their parents: workers of runs, coordinators of studies."""

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

from rnndemo.errors import N_, InputError, reason_of
from rnndemo.jobs.memory import free_child
from rnndemo.storage.files import keep_end
from rnndemo.storage.folders import HOME, home
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import LOG, WORKER

# what a process works on -> its module, by name, so that starting it imports nothing of it
WORKERS = {
    "run": "rnndemo.training.worker",
    "run on a cluster": "rnndemo.cluster.worker",
    "trial": "rnndemo.trials.worker",
    "study": "rnndemo.sweeps.worker",
    "comparison": "rnndemo.comparison.worker",
    "pruning": "rnndemo.hardening.pruning.worker",
    "int8": "rnndemo.export.int8_worker",
    "corruption": "rnndemo.hardening.corrupted.worker",
}

MAX_LOG = 1_000_000  # bytes of a worker's log that the next worker keeps
NOTE = 500  # bytes reserved in the lock file, so that a full disk can still be reported

NO_MEMORY = N_(
    "There was not enough memory. What was saved is kept; start again with a smaller batch_size or "
    "hidden_size, or a scan with fewer timesteps."
)
LACK = ("allocate memory", "not enough memory")  # in torch's messages

# Processes started here and not reaped yet: without that they would stay in the system's table.
children: list[subprocess.Popen[bytes]] = []


def environment() -> dict[str, str]:
    """Return the environment variables of a process of this package."""
    package = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    # without what is there already: a worker starts the next one, and that the one after it
    paths = [package, *(path for path in others if path not in ("", package))]
    return {
        **os.environ,
        HOME: str(home()),  # as an absolute path: the process works in another folder
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_NUM_THREADS": "1",
    }


def start(work: str, folder: Path, lock: int, *arguments: str, ticket: int | None = None) -> int:
    """Start ``python -m WORKER FOLDER ARGUMENTS LOCK [TICKET]``; return its process's id.

    It is a session of its own.

    Parameters
    ----------
    work : str
        A key of `WORKERS`.
    folder : Path
        What it works on, and its working directory.
    lock : int
        Descriptor of a lock that it then holds.
    ticket : int, optional
        Descriptor of the ticket that gives it its turn, which it then holds too.
    """
    held = [lock] if ticket is None else [lock, ticket]
    keep_end(folder / LOG, MAX_LOG)
    with (folder / LOG).open("ab") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", WORKERS[work], str(folder), *arguments, *map(str, held)],
            cwd=folder, env=environment(), start_new_session=True, pass_fds=held,
            stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip
    free_child(child.pid)
    children[:] = [one for one in children if one.poll() is None] + [child]
    return child.pid


def kill(folder: Path, send: Callable[[int, int], None] = os.kill) -> None:
    """Kill the process that holds the lock of `folder`, if any; return when it has ended.

    Parameters
    ----------
    folder : Path
        What the process works on.
    send : callable, optional
        Sends the signal; `os.killpg` sends it to the processes that it has started too.

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
        pass  # the system has released the lock, so the process has ended


@contextmanager
def report_failure(
    folder: Path, lock: int, full: str, ended: str, fail: Callable[[InputError], None]
) -> Iterator[None]:
    """Report an error that ends the block where a person will read it.

    Parameters
    ----------
    folder : Path
        What the process works on.
    lock : int
        Descriptor of its lock file, filled by `reserve_note`, where errors of the system go.
    full, ended : str
        Gettext keys: the messages for a full disk, and for an unexpected ``{error}``.
    fail : callable
        Writes any other error into the folder.
    """
    try:
        yield
    except InputError as problem:
        fail(problem)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            write_exit_note(lock, full)
        elif folder.is_dir():  # else it was deleted, and nobody will read a report
            traceback.print_exc()
            write_exit_note(lock, reason_of(problem))
    except Exception as problem:
        traceback.print_exc()
        if isinstance(problem, MemoryError) or any(part in str(problem) for part in LACK):
            fail(InputError(NO_MEMORY))
        else:
            fail(InputError(ended, error=repr(problem)))


def worker_of(folder: Path) -> int:
    """Return the id of the process that holds the lock, as `write_worker` wrote it.

    Raises
    ------
    OSError, ValueError
        If there is none.
    """
    return int((folder / WORKER).read_bytes()[NOTE:])


def write_exit_note(worker: int, message: str) -> None:
    """Write why a worker ended into the bytes reserved for that: no further disk is needed.

    Parameters
    ----------
    worker : int
        Descriptor of the lock file, filled by `reserve_note`.
    message : str
        A gettext key.
    """
    os.pwrite(worker, message.encode().ljust(NOTE)[:NOTE], 0)


def reserve_note(worker: int) -> None:
    """Fill the lock file with blanks, to reserve the bytes of `write_exit_note`."""
    os.pwrite(worker, b" " * NOTE, 0)
    os.ftruncate(worker, NOTE)


def write_worker(worker: int, process: int) -> None:
    """Write the id of the process that holds the lock into the lock file, after `reserve_note`."""
    os.pwrite(worker, str(process).encode(), NOTE)


def read_exit_note(folder: Path) -> str:
    """Return what `write_exit_note` wrote in `folder`, else ""."""
    try:
        return (folder / WORKER).read_bytes()[:NOTE].decode(errors="replace").strip()
    except OSError:
        return ""
