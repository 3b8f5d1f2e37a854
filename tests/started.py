"""The app, started as people start it."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "rnndemo", "serve")
STARTS, STOPS = 60, 10  # seconds


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


@contextmanager
def started(
    log: Path, *words: str, command: Sequence[str] = COMMAND, cwd: Path = ROOT, **environment: str
) -> Iterator[str]:
    """Start the app on a free port; yield its address, with a slash, once it answers.

    Parameters
    ----------
    log : Path
        Gets what it prints.
    *words : str
        Its options.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *words, "--port", str(free_port())], cwd=cwd, stdout=file, stderr=file,
            env={**os.environ, **environment},
        )  # fmt: skip
    with ending(process):
        yield answering(process, lambda: _printed(log), log.read_text)


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a server after the block, by force if it does not end by itself."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOPS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answering(
    process: subprocess.Popen[bytes], find: Callable[[], str], said: Callable[[], str] = str
) -> str:
    """Return the address of a server once it answers there.

    Parameters
    ----------
    find : callable
        Returns the address; raises StopIteration as long as it is not known.
    said : callable
        Returns what the server has printed.
    """
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + STARTS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}: {said()}")
        try:
            link = find()
            health = f"{link.rstrip('/')}/_stcore/health"
            with urllib.request.urlopen(health, timeout=1, context=trusting):
                return link
        except (OSError, StopIteration):
            time.sleep(0.1)
    raise TimeoutError(f"no answer in {STARTS} s: {said()}")


def _printed(log: Path) -> str:
    """Return the address that the app has printed, with a slash."""
    links = (word for word in log.read_text().split() if word.startswith("http"))
    return f"{next(links).rstrip('/')}/"
