"""A real server bears what happens to a machine."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.browser import ROOT
from tests.runs import until
from tests.started import free_port

FILES, CONNECTIONS = 64, 150
MAX_LOG = 100_000  # bytes; without `rnndemo.jobs.server_log` it is a megabyte a second


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
            return True
    except OSError:
        return False


def test_a_server_without_descriptors_writes_little_and_answers_again(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, stdout=file, stderr=file,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES)),
        )  # fmt: skip
    try:
        until(lambda: healthy(port), "the server")
        held = [socket.create_connection(("localhost", port)) for _ in range(CONNECTIONS)]
        until(lambda: b"Too many open files" in log.read_bytes(), "the lack of descriptors")
        until(lambda: not healthy(port), "no answer")
        for one in held:
            one.close()
        until(lambda: healthy(port), "an answer again")
        assert log.stat().st_size < MAX_LOG
    finally:
        server.kill()
        server.wait()
