"""What the commands print and return where something is not as usual."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnndemo import commands
from rnndemo.cli import main
from rnndemo.errors import InputError
from rnndemo.models import store
from rnndemo.registry import PRESETS
from tests.pictures import encoded

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def speck(tmp_path: Path) -> Path:
    pixels = np.full((100, 100), 255, np.uint8)
    pixels[50, 50] = 0
    (tmp_path / "speck.png").write_bytes(encoded(Image.fromarray(pixels)))
    return tmp_path / "speck.png"


def test_damaged_model_does_not_hide_the_others(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    shutil.copytree(tiny_folder, tiny_folder.parent / "broken")
    (tiny_folder.parent / "broken" / store.WEIGHTS).write_bytes(b"damaged")
    monkeypatch.setattr(store, "SHIPPED", tiny_folder.parent)
    broken, tiny = commands.models(Namespace(json=False))["models"]
    assert set(broken) == {"name", "problem"}
    assert broken["name"] == "broken"
    assert "cannot be read" in broken["problem"]
    assert tiny["parameters"] > 0
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["broken", *broken["problem"].split()]
    assert second.startswith("tiny")


def test_speck_is_not_called_nothing(tiny_folder: Path, speck: Path, capsys: Captured) -> None:
    given = Namespace(model=str(tiny_folder), inputs=[str(speck)], json=False)
    (answer,) = commands.predict(given)["predictions"]
    assert (answer["label"], answer["rejected"]) == ("?", True)
    assert capsys.readouterr().out == "speck.png  ?  nothing is drawn, or only a speck\n"


def test_trace_of_a_speck_is_refused(tiny_folder: Path, speck: Path, tmp_path: Path) -> None:
    given = Namespace(model=str(tiny_folder), input=str(speck), out=tmp_path / "t.npz", json=False)
    with pytest.raises(InputError, match="or only a speck"):
        commands.trace(given)


def test_batch_without_room_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = replace(PRESETS["fast"].data, synthetic=0.5, outliers=0.5)
    monkeypatch.setitem(PRESETS, "fast", replace(PRESETS["fast"], data=full))
    given = Namespace(
        preset="fast", settings=[], data=None, threads=1, out=tmp_path / "new", json=False
    )
    with pytest.raises(InputError, match="leave no room"):
        commands.train(given)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([(1e6, 2e6), (2e6, 2e6)], "\rdownloading 1.0 of 2.0 MB\rdownloading 2.0 of 2.0 MB\n"),
        (
            [(1e6, 0), (2e6, 0), (2e6, 2e6)],
            "\rdownloading 1.0 MB\rdownloading 2.0 MB\rdownloading 2.0 of 2.0 MB\n",
        ),
    ],
    ids=["length known", "length unknown"],
)
def test_download_is_one_line(
    told: list[tuple[int, int]], shown: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done, total in told:
        commands._print_download(done, total)
    assert capsys.readouterr().err == shown


def test_help_promises_only_data_that_can_be_read(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    assert "folder:" not in shown
    assert "npz:" not in shown
