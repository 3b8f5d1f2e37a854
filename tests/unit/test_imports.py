from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rnndemo"

# Who may import what, by path from the root
MAY_IMPORT = {
    "streamlit": ("app.py", "pages/", "rnndemo/ui/"),
    "streamlit_drawable_canvas": ("app.py", "pages/", "rnndemo/ui/"),
    "dask": ("rnndemo/sweeps/executors.py",),
    "distributed": ("rnndemo/sweeps/executors.py",),
    "pickle": (),  # weights and settings are never unpickled
}


def sources() -> list[Path]:
    return [*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *PACKAGE.rglob("*.py")]


def imported(path: Path) -> set[str]:
    """Return the top-level names of everything that the file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("library", MAY_IMPORT)
def test_only_the_named_files_import(library: str) -> None:
    importers = {
        path.relative_to(ROOT).as_posix() for path in sources() if library in imported(path)
    }
    assert {name for name in importers if not name.startswith(MAY_IMPORT[library])} == set()


@pytest.mark.parametrize(
    ("module", "kept_out"),
    [
        ("rnndemo", ("torch", "streamlit", "numpy", "plotly")),
        ("rnndemo.registry", ("torch", "streamlit")),
        ("rnndemo.codec", ("torch", "streamlit")),
        ("rnndemo.cli", ("torch", "streamlit", "plotly", "optuna", "distributed")),
        ("rnndemo.commands", ("optuna", "distributed")),
        ("rnndemo.sweeps.spaces", ("torch", "numpy", "optuna", "distributed")),
        ("rnndemo.sweeps.study", ("torch", "streamlit", "distributed")),
        ("rnndemo.sweeps.worker", ("torch", "optuna", "distributed")),
        ("rnndemo.sweeps.launcher", ("torch", "numpy", "optuna", "distributed")),
        ("rnndemo.sweeps.executors", ("torch", "optuna", "distributed")),
        ("rnndemo.data.sets", ("streamlit",)),
        ("rnndemo.training.loop", ("streamlit", "plotly")),
    ],
)
def test_importing_stays_cheap(module: str, kept_out: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*[m for m in {kept_out!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []
