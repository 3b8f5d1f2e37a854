"""The console command: alone it starts the app, with a command it is the command line."""

from __future__ import annotations

import ssl
import urllib.request
from pathlib import Path

import pytest
import websockets

from rnndemo.cli import serve
from rnndemo.cli.main import main, rowbyrow
from rnndemo.serving.start import Place
from rnndemo.storage.folders import HOME
from tests.loops import run
from tests.started import started
from tests.terminal import Captured

PLACES = {
    "": Place("localhost", 8501),
    "--host 0.0.0.0 --port 80": Place("0.0.0.0", 80),
    "--https": Place("0.0.0.0", 8501, https=True),
    "--https --host 10.0.0.5 --path rnn": Place("10.0.0.5", 8501, "rnn", https=True),
}


@pytest.mark.parametrize("words", PLACES)
def test_options_say_where_the_app_is_served(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Place] = []
    monkeypatch.setattr(serve, "start", asked.append)
    assert rowbyrow(words.split()) == main(["serve", *words.split()]) == 0
    assert asked == [PLACES[words]] * 2


def test_with_a_command_it_is_the_command_line(capsys: Captured) -> None:
    assert rowbyrow(["models"]) == 0
    assert "digits-lstm" in capsys.readouterr().out


def test_help_names_options_and_commands(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        rowbyrow(["--help"])
    said = capsys.readouterr().out
    assert said.startswith("usage: rowbyrow [-h]")
    assert all(word in said for word in ("--host", "--port", "--https", "train", "sweep"))
    with pytest.raises(SystemExit):
        rowbyrow(["train", "--help"])
    assert "usage: rowbyrow train" in capsys.readouterr().out


@pytest.mark.parametrize("words", ["--port 0", "--port 65536", "--port many", "--loud", "sing"])
def test_other_words_are_refused_in_a_line(words: str, capsys: Captured) -> None:
    assert rowbyrow(words.split()) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert said.startswith("rowbyrow: ")


def test_phones_reach_the_app_over_https(tmp_path: Path) -> None:
    with started(tmp_path / "log", "--https", **{HOME: str(tmp_path)}) as address:
        trusting = ssl.create_default_context(cafile=tmp_path / "https" / "authority.crt")
        request = urllib.request.Request(address, headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, context=trusting) as got:
            assert b"BACKEND_BASE_URL" in got.read()

        async def connected() -> str:
            stream = address.replace("https", "wss") + "_stcore/stream"
            async with websockets.connect(stream, ssl=trusting) as socket:
                return socket.response.headers["Upgrade"]

        assert run(connected()) == "websocket"
