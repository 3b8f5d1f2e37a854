"""What the commands print and return in unusual cases."""

from __future__ import annotations

import re
import shutil
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rnndemo.cli import commands
from rnndemo.cli.main import main, parser
from rnndemo.codec import field_table
from rnndemo.config import DATA_SETS
from rnndemo.data.load import load
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation import batch
from rnndemo.models import scene_store, store
from rnndemo.presets import PRESETS
from rnndemo.storage.names import WEIGHTS
from tests.pictures import encoded
from tests.terminal import Captured


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
    (tiny_folder.parent / "broken" / WEIGHTS).write_bytes(b"damaged")
    monkeypatch.setattr(store, "SHIPPED", tiny_folder.parent)
    monkeypatch.setattr(scene_store, "SHIPPED", tiny_folder.parent / "none")
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


@pytest.mark.parametrize(("probability", "said"), [(1.0, "≥ 99.9 %"), (0.5, "50.0 %")])
def test_no_answer_is_certain(
    tiny_folder: Path, speck: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch,
    probability: float, said: str,
) -> None:  # fmt: skip
    one = batch.Prediction("7", probability, False, {"7": probability})
    monkeypatch.setattr(batch, "predict", lambda *given: [one])
    commands.predict(Namespace(model=str(tiny_folder), inputs=[str(speck)], json=False))
    assert capsys.readouterr().out.endswith(f"{said}\n")


def test_trace_of_a_speck_is_refused(tiny_folder: Path, speck: Path, tmp_path: Path) -> None:
    given = Namespace(model=str(tiny_folder), input=str(speck), out=tmp_path / "t.npz", json=False)
    with pytest.raises(InputError, match="or only a speck"):
        commands.trace(given)


def test_batch_without_room_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = replace(PRESETS["fast"].data, synthetic=0.5, outliers=0.5)
    monkeypatch.setitem(PRESETS, "fast", replace(PRESETS["fast"], data=full))
    given = parser().parse_args(["train", "--preset", "fast", "--out", str(tmp_path / "new")])
    with pytest.raises(InputError, match="leave no room"):
        commands.train(given)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("calls", "shown"),
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
    calls: list[tuple[int, int]], shown: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done, total in calls:
        commands._print_download(done, total)
    assert capsys.readouterr().err == shown


def test_what_help_promises_can_be_read(
    few_digits: DataSet, tmp_path: Path, capsys: Captured
) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    paths = {"folder": tmp_path, "npz": tmp_path / "some.npz"}
    part = few_digits.test.take(torch.arange(300))
    for number, (image, label) in enumerate(zip(part.images, part.labels, strict=True)):
        place = tmp_path / f"class {label}"
        place.mkdir(exist_ok=True)
        Image.fromarray(255 - image.numpy()).save(place / f"{number}.png")
    np.savez(paths["npz"], images=part.images.numpy(), labels=part.labels.numpy())
    promised = re.findall(r"(\w+):PATH", shown)
    assert set(promised) == set(paths)
    for kind in promised:
        assert len(load(f"{kind}:{paths[kind]}").classes) == 10
    names = re.search(r"--data SPEC one of ([\w, -]+), folder:", shown)
    assert names is not None
    assert names[1].split(", ") == list(DATA_SETS)


def test_help_tells_every_setting_its_label_and_its_range(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    for path, _, field in field_table():
        line = re.search(rf"^  {path} +(.*)$", shown, re.MULTILINE)
        assert line is not None, path
        meta = field.metadata
        assert line[1].startswith(f"{meta['label']}: {meta['text']}")
        rest = line[1].removeprefix(f"{meta['label']}: {meta['text']}")
        assert all(option in rest for option in meta.get("options", ()))
        limits = re.search(r"\((\S+) to ([^\s;)]+)", rest)
        assert ("low" in meta) == (limits is not None)
        if limits is not None:
            assert (float(limits[1]), float(limits[2])) == (meta["low"], meta["high"])
