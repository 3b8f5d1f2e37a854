"""A new kind is one file and one line: a scan and a cell are added so to a copy, and found there.

In the copy nothing else is changed. The app, the command line and the tests then run on it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow]  # each test starts Python anew
PARTS = ("app.py", "pages", "rnndemo", "tests", "docs", "pyproject.toml", ".streamlit", "assets")

ZIGZAG = '''\
"""Rows to and fro."""

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_


def _table(height, width):
    table = in_rows(height, width)
    table[1::2] = table[1::2].flip(1)
    return table


SCAN = Scan(N_("rows, to and fro"), N_("Every second row is read from the right."), _table)
'''

# Zhou et al. 2016, "Minimal gated unit for recurrent neural networks"
MGU = '''\
"""A cell with one gate."""

import torch
import torch.nn.functional as F

from rnndemo.errors import N_
from rnndemo.models.cells.base import (
    LEARNT, SIGMA, TANH, TIMES, Cell, CellState, Equation, Signal, StepwiseCell, Sum,
)


class MGUCell(StepwiseCell):
    """Minimal gated unit."""

    def gates(self, x, h):
        f_x, n_x = F.linear(x, self.W_x, self.b_x).chunk(2, -1)
        f_h, n_h = F.linear(h, self.W_h, self.b_h).chunk(2, -1)
        f = (f_x + f_h).sigmoid()
        return {"f": f, "n": torch.tanh(n_x + f * n_h)}

    def step(self, x, state):
        gates = self.gates(x, state.hidden)
        f, n = gates.values()
        return CellState((1 - f) * state.hidden + f * n), gates


CELL = Cell(
    "MGU",
    N_("Minimal gated unit: one gate does all."),
    MGUCell,
    formula=r"""f_t &= \\sigma(W x_t + U h_{t-1} + b)\\\\
n_t &= \\tanh(W_n x_t + b_n + f_t \\odot (U_n h_{t-1} + b'_n))\\\\
h_t &= (1 - f_t) \\odot h_{t-1} + f_t \\odot n_t""",
    letters=(N_("f_t: the only gate."), LEARNT, SIGMA, TANH, TIMES),
    equations=(
        Equation("f", "σ({s})", {"s": Sum(0)}),
        Equation("n", "tanh({s_x} + {f} · {s_h})", {"s_x": Sum(1, "x"), "s_h": Sum(1, "h")}),
        Equation("h", "(1 − {f}) · {h0} + {f} · {n}"),
    ),
    gates={
        "f": Signal(N_("gate f"), N_("How much of the state is new.")),
        "n": Signal(N_("candidate n"), N_("What this row offers."), signed=True),
    },
)
'''


def added(root: Path, folder: str, name: str, content: str, table: str) -> None:
    """Add a kind as everybody does: one file, and one line at the end of one tuple."""
    (root / folder / f"{name}.py").write_text(content, encoding="utf-8")
    names = root / "rnndemo" / "config.py"
    source = names.read_text(encoding="utf-8")
    longer = re.sub(rf"(^{table} = \(\n(?:    .*\n)*)", rf'\1    "{name}",\n', source, flags=re.M)
    assert len(longer.splitlines()) == len(source.splitlines()) + 1
    names.write_text(longer, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the scan "zigzag" and the cell "mgu"."""
    root = tmp_path_factory.mktemp("project")
    leave_out = shutil.ignore_patterns("written")  # but what Python has compiled goes along
    for part in PARTS:
        if part == "assets":
            (root / part).symlink_to(ROOT / part)
        elif (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part, ignore=leave_out)
        else:
            shutil.copy(ROOT / part, root / part)
    added(root, "rnndemo/data/scans", "zigzag", ZIGZAG, "SCANS")
    added(root, "rnndemo/models/cells", "mgu", MGU, "CELLS")
    return root


def run(root: Path, *words: str) -> str:
    """Run Python in the copy; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *words], cwd=root, capture_output=True, encoding="utf-8",
        env={"PATH": "", "HOME": str(root), "ROWBYROW_HOME": str(root / "home")}, timeout=560,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


COMMANDS = """
import contextlib, io, json, sys
from rnndemo.cli.main import main

for words in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, out.getvalue(), err.getvalue()]))
"""

SETTINGS = (
    "data.scan=zigzag", "model.cell=mgu", "data.train_size=200", "model.hidden_size=8",
    "model.num_layers=2", "model.bidirectional=true", "training.epochs=1",
)  # fmt: skip


def test_a_new_scan_and_cell_are_trained_read_and_traced(copy: Path) -> None:
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 12:16] = 255
    Image.fromarray(ink).save(copy / "one.png")
    words = [
        ["train", "--help"],
        ["train", "--preset", "fast", "--set", *SETTINGS, "--out", "model", "--json"],
        ["predict", "--model", "model", "one.png", "--json"],
        ["trace", "--model", "model", "one.png", "--out", "trace.npz"],
        ["export", "--model", "model", "--format", "onnx", "--out", "model.onnx"],
        ["export", "--model", "model", "--format", "safetensors", "--out", "model.bin"],
    ]
    said = map(json.loads, run(copy, "-c", COMMANDS, json.dumps(words)).splitlines())
    helped, trained, predicted, traced, onnx, script = said
    assert "permuted-pixels, zigzag)" in helped[1]
    assert "mingru, mgu)" in helped[1]
    assert [status for status, _, _ in (helped, trained, predicted, traced)] == [0] * 4, trained
    assert json.loads(predicted[1].splitlines()[-1])["predictions"][0]["label"] in "0123456789"
    with np.load(copy / "trace.npz") as arrays:
        assert arrays["layer1.backward.gate.f"].shape == (1, 28, 8)
        assert arrays["input"][0, 5].tolist() == arrays["images"][0, 5, ::-1].tolist()
    assert (onnx[0], script[0]) == (2, 2)
    assert "ONNX has no operator for mgu cells" in onnx[2]
    assert "PyTorch has no layer of mgu cells" in script[2]


PAGE = """
import json
from streamlit.testing.v1 import AppTest

app = AppTest.from_file("app.py", default_timeout=120)
for name, value in {"lang": "en", "data.scan": "zigzag", "model.cell": "mgu"}.items():
    app.query_params[name] = value
app.run()
app.switch_page("pages/train.py").run()
assert not app.exception, app.exception

from rnndemo.models.cells import CELLS
from rnndemo.ui.inside.questions import cell_formula
from rnndemo.ui.train.experiment import config, control_key

found = [app.get_by_key(control_key(path)) for path in ("data.scan", "model.cell")]
link = [app.query_params[path] for path in ("data.scan", "model.cell")]
print(json.dumps([[one.value, one.options, one.help] for one in found] + [link]))
print(json.dumps(cell_formula(CELLS["mgu"])))
"""


def test_the_page_offers_them_and_takes_them_from_a_link(copy: Path) -> None:
    *_, found, formula = run(copy, "-c", PAGE).splitlines()
    scan, cell, link = json.loads(found)
    assert (scan[0], cell[0]) == ("zigzag", "mgu")
    assert [one if isinstance(one, str) else one[0] for one in link] == ["zigzag", "mgu"]
    assert "rows, to and fro" in scan[1]
    assert "**rows, to and fro**: Every second row is read from the right." in scan[2]
    assert "MGU" in cell[1]
    assert "**MGU**: Minimal gated unit: one gate does all." in cell[2]
    assert "f_t &=" in json.loads(formula)


def test_the_documentation_lists_them(copy: Path) -> None:
    run(copy, "-m", "tests.kinds_page")
    page = (copy / "docs" / "kinds.md").read_text(encoding="utf-8")
    assert "| `zigzag` | rows, to and fro | Every second row is read from the right. |" in page
    assert "| `mgu` | MGU | Minimal gated unit: one gate does all. |" in page


CONFORM = (
    "unit/test_kinds.py", "unit/test_imports.py", "unit/test_public_docs.py",
    "unit/models/test_cells.py", "unit/models/test_picture_networks.py",
    "unit/export/test_script.py", "unit/export/test_formats.py", "unit/reading/test_traces.py",
    "unit/reading/test_equations.py",
    "unit/plots/training/test_network.py", "unit/trials/test_training.py",
    "unit/ui/train/test_controls.py", "unit/ui/components/test_player.py",
    "property/test_prefixes.py",
)  # fmt: skip
# tests with a case for each kind, and some that draw kinds at random
CHOSEN = "(zigzag or mgu or test_imports or readout_at_t or test_counts_are) and not stays_cheap"


def test_the_tests_of_all_kinds_take_them_in(copy: Path) -> None:
    run(copy, "-m", "tests.kinds_page")
    files = [f"tests/{file}" for file in CONFORM]
    said = run(copy, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", CHOSEN, *files)
    passed = [line for line in said.splitlines() if " PASSED " in line]
    assert sum("zigzag" in line for line in passed) > 8, said
    assert sum("mgu" in line for line in passed) > 30, said
