from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from rnndemo.jobs.process import WORKERS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rnndemo"

# Who may import what, by path from the root
MAY_IMPORT = {
    "streamlit": ("app.py", "pages/", "rnndemo/ui/"),
    "streamlit_drawable_canvas": ("app.py", "pages/", "rnndemo/ui/"),
    "dask": ("rnndemo/cluster/dask.py",),
    "distributed": ("rnndemo/cluster/dask.py",),
    "pickle": (),  # weights and settings are never unpickled
}


def sources() -> list[Path]:
    return [*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *PACKAGE.rglob("*.py")]


@cache
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
        ("rnndemo.presets", ("torch", "streamlit")),
        ("rnndemo.codec", ("torch", "streamlit")),
        ("rnndemo.cli.main", ("torch", "streamlit", "plotly", "optuna", "distributed")),
        ("rnndemo.cli.commands", ("optuna", "distributed")),
        ("rnndemo.jobs.job", ("torch", "numpy", "streamlit", "optuna")),
        ("rnndemo.storage.shelf", ("torch", "numpy", "streamlit", "optuna")),
        ("rnndemo.sweeps.questions", ("torch", "numpy", "optuna", "distributed")),
        ("rnndemo.sweeps.study", ("torch", "streamlit", "distributed")),
        ("rnndemo.sweeps.worker", ("torch", "streamlit", "distributed")),
        ("rnndemo.hardening.pruning.worker", ("torch", "numpy", "optuna", "distributed")),
        ("rnndemo.trials.worker", ("torch", "optuna", "distributed")),
        ("rnndemo.cluster.worker", ("torch", "numpy", "optuna", "distributed")),
        ("rnndemo.cluster.dask", ("torch", "optuna", "distributed")),
        ("rnndemo.training.worker", ("streamlit", "plotly", "optuna")),
        ("rnndemo.data.sets", ("streamlit",)),
        ("rnndemo.data.load", ("scipy", "skimage", "streamlit")),
        ("rnndemo.training.engine", ("scipy", "skimage", "sklearn")),
        ("rnndemo.training.trainer", ("streamlit", "plotly")),
    ],
)
def test_importing_stays_cheap(module: str, kept_out: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*[m for m in {kept_out!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []


# --- no import goes up, and none goes round --------------------------------------------------

# A process is started by its name, as a command: that imports nothing.
STARTS_BY_NAME = "rnndemo.jobs.process"
LOADS_ITS_FILES = "load_kinds"  # a package that calls it imports every file in it
NAMED = re.compile(r"(rnndemo(?:\.\w+)+)(?::\w+)?")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}


def needed(module: str) -> Iterator[str]:
    """Yield the modules that one imports, wherever in the file, or names in a string."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rnndemo"):
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in MODULES else str(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = NAMED.fullmatch(node.value)
            if found and found[1] in MODULES and module != STARTS_BY_NAME:
                yield found[1]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == LOADS_ITS_FILES:
            yield from (other for other in MODULES if other.rpartition(".")[0] == module)


EDGES = {module: set(needed(module)) - {module} for module in MODULES}


def test_files_of_kinds_count_as_imported() -> None:
    assert "rnndemo.data.scans.rows_up" in EDGES["rnndemo.data.scans"]
    assert "rnndemo.models.cells.lstm" in EDGES["rnndemo.models.cells"]


def test_imports_are_no_circle_by_file() -> None:
    TopologicalSorter(EDGES).prepare()  # a CycleError names the circle


def test_imports_are_no_circle_by_folder() -> None:
    split = {path.parent.parent for path in PACKAGE.rglob("__init__.py")}  # hold folders themselves

    def place(module: str) -> str:
        return module if MODULES[module].parent in split else module.rpartition(".")[0]

    folders: dict[str, set[str]] = {}
    for module, others in EDGES.items():
        folders.setdefault(place(module), set()).update(map(place, others))
    TopologicalSorter({name: others - {name} for name, others in folders.items()}).prepare()


def contracts() -> list[dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = settings["tool"]["importlinter"]["contracts"]
    return [contract for contract in found if contract["type"] == "layers"]


@pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract["id"])
def test_nothing_points_up_by_a_string_either(contract: dict) -> None:
    (container,) = contract["containers"]
    height = {
        f"{container}.{name.strip()}": len(contract["layers"]) - place
        for place, layer in enumerate(contract["layers"])
        for name in layer.split("|")
    }

    def part(module: str) -> str:
        return ".".join(module.split(".")[: container.count(".") + 2])

    wrong = {
        (module, other)
        for module, others in EDGES.items()
        for other in others
        if (mine := height.get(part(module))) is not None
        and (theirs := height.get(part(other))) is not None
        and part(module) != part(other)
        and mine <= theirs
    }
    assert wrong == set()


# --- the house ---------------------------------------------------------------------------------

MODULES_IN_A_FOLDER = 15


def test_every_folder_fits_on_a_screen() -> None:
    folders = {path.parent for path in MODULES.values()}
    crowded = {
        folder.relative_to(ROOT).as_posix(): count
        for folder in folders
        if (count := len([*folder.glob("*.py")]) - 1) > MODULES_IN_A_FOLDER
    }
    assert crowded == {}


def test_no_class_name_stands_twice() -> None:
    homes: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


@pytest.mark.parametrize("work", WORKERS)
def test_every_worker_is_a_program(work: str) -> None:
    tree = ast.parse(MODULES[WORKERS[work]].read_text(encoding="utf-8"))
    assert any(isinstance(node, ast.If) and "__main__" in ast.unparse(node) for node in tree.body)
