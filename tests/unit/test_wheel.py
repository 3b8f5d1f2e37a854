"""A wheel holds all that the app needs, and runs where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import rnndemo
from rnndemo.storage.folders import HOME
from tests.loops import run
from tests.started import ROOT, started

# files in the checkout -> the folder in the wheel that holds them; screens are README's pictures
LAID = {
    "rnndemo": "rnndemo",
    "pages": "rnndemo/app/pages",
    "assets": "rnndemo/app/assets",
}
LEFT_OUT = ("__pycache__", "screens")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the tool that ``pip install .`` uses."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel alone was installed."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
    subprocess.run([*command, "--target", folder, wheel], check=True)
    return folder


def _files() -> Iterator[str]:
    yield from ("rnndemo/app/app.py", "rnndemo/app/.streamlit/config.toml")
    for here, there in LAID.items():
        for path in (ROOT / here).rglob("*"):
            inside = path.relative_to(ROOT / here)
            if path.is_file() and not any(part in LEFT_OUT for part in inside.parts):
                yield f"{there}/{inside.as_posix()}"


def test_it_holds_every_file_of_the_app_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == set(_files())


def test_version_and_dependencies_are_stated_once(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (file,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    about = message_from_bytes(archive.read(file))
    assert about["Version"] == rnndemo.__version__
    pinned = (ROOT / "requirements.txt").read_text().split()
    assert sorted(about.get_all("Requires-Dist") or []) == sorted(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"version", "dependencies"} <= set(project["dynamic"])


def test_its_command_lists_models_and_serves_pages(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "bin" / "rowbyrow")]
    alone = {"PYTHONPATH": str(installed), HOME: str(tmp_path / "home")}
    listed = subprocess.run(
        [*command, "models"], cwd=tmp_path, env={**os.environ, **alone}, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "digits-lstm" in listed
    with started(tmp_path / "log", command=command, cwd=tmp_path, **alone) as address:
        shown = run(_drawn(address, "train"))
    assert {"exception", "heading"} & set(shown) == {"heading"}
    assert "Traceback" not in (tmp_path / "log").read_text()


async def _drawn(address: str, page: str) -> list[str]:
    """Open a page as a browser's script does; return the kinds of elements that it draws."""
    stream = address.replace("http", "ws", 1) + "_stcore/stream"
    asked, kinds = BackMsg(), []
    asked.rerun_script.page_name = page
    async with websockets.connect(stream, subprotocols=["streamlit"], max_size=None) as socket:
        await socket.send(asked.SerializeToString())
        async for got in socket:
            message = ForwardMsg.FromString(got)
            if message.HasField("delta"):
                kinds.append(message.delta.new_element.WhichOneof("type"))
            elif message.HasField("script_finished") and "heading" in kinds:
                return kinds
    return kinds
