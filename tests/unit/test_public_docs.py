"""Every public name of the package says what it is, and says nothing that is not so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "rnndemo"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# Methods whose meaning their class or torch gives
EXCEPTIONS = {"forward"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, Definition]]:
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{inside}{node.name}.")


def definitions(path: Path) -> list[tuple[str, Definition]]:
    return list(public(ast.parse(path.read_text(encoding="utf-8")).body))


def classes_of(path: Path) -> dict[str, ast.ClassDef]:
    """Return the classes of a file by their names there, those that it imports from us as well."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    known = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    for node in body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rnndemo."):
            other = PACKAGE.parent.joinpath(*node.module.split(".")).with_suffix(".py")
            wanted = {alias.name for alias in node.names if alias.name[0].isupper()}
            if wanted and other.is_file():
                theirs = ast.parse(other.read_text(encoding="utf-8")).body
                classes = (one for one in theirs if isinstance(one, ast.ClassDef))
                known |= {one.name: one for one in classes if one.name in wanted}
    return known


def inherited(path: Path) -> set[str]:
    """Return the methods whose docstring is that of a base class."""
    classes = classes_of(path)
    return {
        f"{name}.{method.name}"
        for name, node in classes.items()
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in classes
        for method in classes[base.id].body
        if isinstance(method, Definition) and ast.get_docstring(method)
    }


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def section(docstring: str, title: str) -> str:
    """Return the lines of a numpydoc section."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n---|\Z)", docstring, re.M | re.S)
    return found.group(1) if found else ""


def documented_parameters(docstring: str) -> set[str]:
    lines = re.findall(r"^([*\w][\w*, ]*?)(?: :.*)?$", section(docstring, "Parameters"), re.M)
    return {name.strip().lstrip("*") for line in lines for name in line.split(",")}


def accepted_parameters(node: Definition) -> set[str]:
    if isinstance(node, ast.ClassDef):
        names = {s.target.id for s in node.body if isinstance(s, ast.AnnAssign)}  # a dataclass
        inits = [s for s in node.body if getattr(s, "name", "") == "__init__"]
        return names.union(*(accepted_parameters(init) for init in inits))
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg for arg in every if arg}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_module_and_all_that_is_public_have_docstrings(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    missing = [
        name
        for name, node in definitions(path)
        if not ast.get_docstring(node) and name.rpartition(".")[2] not in EXCEPTIONS
    ]
    assert set(missing) - inherited(path) == set()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_documented_parameters_exist(path: Path) -> None:
    unknown = {
        name: sorted(extra)
        for name, node in definitions(path)
        if (
            extra := documented_parameters(ast.get_docstring(node) or "")
            - accepted_parameters(node)
        )
    }
    assert unknown == {}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_first_line_is_a_sentence(path: Path) -> None:
    for name, node in definitions(path):
        first = (ast.get_docstring(node) or "Fine.").splitlines()[0]
        assert first.endswith((".", "?", ":")), name


def test_parameters_are_read_from_numpydoc() -> None:
    docstring = """Do it.

    Parameters
    ----------
    first : int
        What comes first: x.
    second, third
    **rest
        Others.

    Returns
    -------
    other : int
    """
    assert documented_parameters(ast.get_docstring(ast.parse(f'"""{docstring}"""'))) == {
        "first",
        "second",
        "third",
        "rest",
    }
