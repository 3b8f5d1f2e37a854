"""The command that starts the server, and what is said before it."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from rnndemo.errors import InputError
from rnndemo.serving import start
from rnndemo.serving.start import Place, check_free, qr_code, server_command, welcome
from rnndemo.storage.folders import APP, HOME
from tests.started import free_port

SCALE = 6  # pixels a module, enough for a reader of QR codes


@pytest.fixture(autouse=True)
def _in_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(start, "addresses", lambda: ["10.0.0.5", "fd00::2"])
    monkeypatch.setenv(HOME, str(tmp_path))


def read(code: str) -> str:
    """Return what a phone reads in a QR code that a terminal shows."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}  # light is drawn
    lines = [re.sub("\033\\[[0-9;]*m", "", line) for line in code.splitlines()]
    rows = [[halves[one][half] for one in line] for line in lines for half in (0, 1)]
    image = np.kron(np.array(rows, np.uint8) * 255, np.ones((SCALE, SCALE), np.uint8))
    return zxingcpp.read_barcode(image).text


def test_addresses_that_are_printed() -> None:
    assert Place("localhost", 8501).links() == ["http://localhost:8501"]
    assert Place("0.0.0.0", 80, "/rnn/", https=True).links() == [
        "https://localhost:80/rnn/", "https://10.0.0.5:80/rnn/", "https://[fd00::2]:80/rnn/",
    ]  # fmt: skip


def test_the_qr_code_is_the_address_in_the_network() -> None:
    said = welcome(Place("0.0.0.0", 8501, https=True))
    code = "\n".join(line for line in said.splitlines() if line.startswith("\033"))
    assert read(code) == "https://10.0.0.5:8501"
    assert "warn" in said


def test_without_https_no_code_is_printed() -> None:
    assert welcome(Place("localhost", 8501)) == (
        "Row by Row starts at http://localhost:8501  (Ctrl-C ends it)"
    )


def test_a_code_says_its_text() -> None:
    assert read(qr_code("https://class-pc.local:8501/rnn/")) == "https://class-pc.local:8501/rnn/"


def test_command_of_the_server(tmp_path: Path) -> None:
    command = server_command(Place("0.0.0.0", 8502, "/rnn/"))
    assert str(APP / "app.py") in command
    assert {"--server.port=8502", "--server.baseUrlPath=rnn"} <= set(command)
    assert not [word for word in command if "ssl" in word]
    secure = server_command(Place("0.0.0.0", 8502, https=True))
    kept = tmp_path / "https" / "server.pem"
    assert {f"--server.sslCertFile={kept}", f"--server.sslKeyFile={kept}"} <= set(secure)
    assert kept.is_file()


def test_a_free_port_is_taken() -> None:
    check_free(Place("localhost", free_port()))


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        with pytest.raises(InputError, match="is taken: choose another with --port"):
            check_free(Place("localhost", taken.getsockname()[1]))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "2001:db8::7", "not:one"])
def test_a_host_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(InputError, match=f"{host} is no address of this machine"):
        check_free(Place(host, free_port()))
