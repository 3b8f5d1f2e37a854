"""Which build of PyTorch `make` installs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.started import ROOT

CPU_INDEX = "--index-url https://download.pytorch.org/whl/cpu"

# Stands in for the environment's Python: writes down what is installed, and says whether the index
# of CPU builds answers (-c), and whether it has what is asked for.
PYTHON = """#!/bin/sh
case "$1 $*" in
    -c*) exit {answers} ;;
    *whl/cpu*) [ {has} = 0 ] || exit 1 ;;
esac
echo "$*" >> said
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout as far as `make` sees it, with an environment that was just created."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".created").touch()
    (tmp_path / "tools").mkdir()
    _install(tmp_path / ".venv" / "bin" / "python", PYTHON.format(answers=0, has=0))
    _install(tmp_path / "tools" / "nvidia-smi", "#!/bin/sh\nexit 1\n")
    return tmp_path


def _install(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)


def made(folder: Path, *words: str, gpu: str | None = "GPU=") -> list[str]:
    """Make the environment, by default on a machine without GPU; return the calls of pip."""
    words = (*words, gpu) if gpu is not None else words
    tools = os.pathsep.join([str(folder / "tools"), os.environ["PATH"]])
    done = subprocess.run(
        ["make", "-C", folder, ".venv/.installed", *words], env={**os.environ, "PATH": tools},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = folder / "said"
    calls = said.read_text().splitlines() if said.exists() else []
    said.unlink(missing_ok=True)
    return [*calls, *(["failed"] if done.returncode else [])]


def change_versions(folder: Path) -> None:
    """Make `requirements.txt` newer than the environment, by more than a tick of the clock."""
    for path in (folder / ".venv").iterdir():
        os.utime(path, (0, 0))


def kinds(calls: list[str]) -> list[str]:
    """Return what each call is for: a pair of the CPU builds or the registry's, or the rest."""
    return [
        call if call == "failed"
        else "rest" if "-r requirements.txt" in call
        else "cpu" if CPU_INDEX in call
        else "registry"
        for call in calls
    ]  # fmt: skip


def test_a_machine_without_gpu_gets_the_cpu_build_and_keeps_it(folder: Path) -> None:
    assert kinds(made(folder)) == ["cpu", "rest"]
    assert made(folder) == []
    change_versions(folder)
    assert kinds(made(folder)) == ["cpu", "rest"]  # other versions, the same build


@pytest.mark.parametrize(("answers", "has"), [(1, 0), (0, 1)], ids=["unreachable", "incomplete"])
def test_without_its_index_the_registrys_build_is_taken(
    folder: Path, answers: int, has: int
) -> None:
    python = folder / ".venv" / "bin" / "python"
    _install(python, PYTHON.format(answers=answers, has=has))
    assert kinds(made(folder)) == ["rest"]
    assert made(folder) == []
    assert kinds(made(folder, "TORCH=cpu")) == (["failed"] if has else ["cpu", "rest"])


def test_a_machine_with_a_gpu_gets_the_registrys_build(folder: Path) -> None:
    _install(folder / "tools" / "nvidia-smi", "#!/bin/sh\necho 'GPU 0: a card'\n")
    assert kinds(made(folder, gpu=None)) == ["rest"]


def test_an_environment_stays_as_it_was_installed(folder: Path) -> None:
    assert kinds(made(folder, "TORCH=cuda")) == ["rest"]
    change_versions(folder)
    assert kinds(made(folder)) == ["rest"]


def test_what_is_asked_for_is_installed_over_what_is_there(folder: Path) -> None:
    assert kinds(made(folder, "TORCH=cpu")) == ["cpu", "rest"]
    assert kinds(made(folder, "TORCH=cuda")) == ["registry", "rest"]
    assert made(folder) == []
    assert kinds(made(folder, "TORCH=cpu")) == ["cpu", "rest"]
