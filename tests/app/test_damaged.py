"""Whatever a damaged disk made of what was stored, the pages that show it go on, and say so."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo.storage.folders import HOME, owner_of
from tests.browser import ROOT
from tests.fuzzed import READERS, WRITTEN
from tests.mutations import changed_bytes
from tests.patience import PATIENCE

MINE = "m" * 32
RUN, STUDY, COMPARISON, DRAWN = "a" * 20, "b" * 20, "c" * 20, "d" * 20
LAID = {
    "run": ("runs", RUN), "study": ("studies", STUDY), "comparison": ("comparisons", COMPARISON),
    "set-drawings": ("sets", DRAWN),
}  # fmt: skip
SEED = 3

Damage = Callable[[bytes, random.Random], bytes]

# page, what its link says, and the files that are damaged: by name, how
CASES: dict[str, tuple[str, dict[str, str], dict[str, Damage]]] = {
    "train, record": (
        "train", {"run": RUN},
        {"run/events.jsonl": READERS["run: events"].change, "run/report.npz": changed_bytes},
    ),
    "train, state": ("train", {"run": RUN}, {"run/state.json": lambda *_: b'{"status": 7}'}),
    "train, settings": ("train", {"run": RUN}, {"run/config.json": changed_bytes}),
    "train, about": (
        "train", {"run": RUN},
        {"run/about.json": lambda *_: b"[]", "run/controls.jsonl": changed_bytes,
         "run/checkpoint.safetensors": changed_bytes},
    ),
    "inside, card": ("inside", {"model": f"run:{RUN}"}, {"run/card.json": lambda *_: b"[" * 9000}),
    "inside, weights": (
        "inside", {"model": f"run:{RUN}"}, {"run/model.safetensors": changed_bytes}
    ),
    "explore, journal": (
        "explore", {"study": STUDY}, {"study/journal.log": lambda c, _: c.replace(b'"', b"'", 9)}
    ),
    "explore, trials": (
        "explore", {"study": STUDY},
        {f"study/trials/{k:04}/events.jsonl": READERS["run: events"].change for k in range(5)},
    ),
    "explore, space": ("explore", {"study": STUDY}, {"study/sweep.json": changed_bytes}),
    "compare, own": (
        "compare", {},
        {"comparison/comparison.json": changed_bytes, "comparison/answers.npz": changed_bytes},
    ),
    "gestures, set": (
        "gestures", {"set": DRAWN}, {"set-drawings/manifest.json": lambda *_: b'{"classes": 1}'}
    ),
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path))
    for name, (kind, folder) in LAID.items():
        shutil.copytree(WRITTEN / name, tmp_path / kind / owner_of(MINE) / folder)
    return tmp_path


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES)
def test_page_goes_on(case: str, home: Path) -> None:
    page, query, damaged = CASES[case]
    rng = random.Random(SEED)
    for name, damage in damaged.items():
        place, _, rest = name.partition("/")
        kind, folder = LAID[place]
        file = home / kind / owner_of(MINE) / folder / rest
        file.write_bytes(damage(file.read_bytes(), rng))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    for key, value in {"lang": "en", **query}.items():
        app.query_params[key] = value
    app.session_state["visitor"] = MINE
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
