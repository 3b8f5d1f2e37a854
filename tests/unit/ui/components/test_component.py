"""Scripts of components parse when put together as the browser gets them."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess

import pytest
import streamlit as st

from rnndemo.ui.components.component import HERE, component, script_of
from rnndemo.web import VIEW

NODE = shutil.which("node")
MAKERS = ("component", "script_of")  # their first argument names the component


def made() -> dict[str, tuple[str, ...]]:
    """Return the files that each component is made of, as a module names them."""
    calls = [
        [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        for path in HERE.parent.glob("*/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS
    ]
    return {str(name): tuple(map(str, scripts)) for name, *scripts in filter(None, calls)}


MADE = made()


def test_every_script_belongs_to_a_component():
    used = {
        "base.js",
        *(f"{name}.js" for name in MADE),
        *(file for s in MADE.values() for file in s),
    }
    shared = {path.name for path in VIEW.glob("*.js")}
    assert used - shared == {path.name for path in HERE.glob("*.js")}


def test_no_file_hides_one_that_all_pages_draw_with():
    assert {path.name for path in HERE.iterdir()} & {path.name for path in VIEW.iterdir()} == set()


@pytest.mark.skipif(NODE is None, reason="needs node; the browser tests load every script as well")
@pytest.mark.parametrize("name", MADE)
def test_script_parses_as_one_module(name, tmp_path):
    script = tmp_path / f"{name}.mjs"
    script.write_text(script_of(name, *MADE[name]), encoding="utf-8")
    done = subprocess.run([NODE, "--check", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(HERE.glob("*.html")), ids=lambda path: path.stem)
def test_no_picture_waits_for_its_name(path):
    # between the HTML and the first data a screen reader would meet a picture without a name
    tags = re.findall(r"<[^>]*role=\"img\"[^>]*>", path.read_text(encoding="utf-8"))
    assert [tag for tag in tags if "aria-label" not in tag] == []


def test_data_for_a_component_are_no_tables_to_look_for(monkeypatch):
    sent = []
    monkeypatch.setattr(
        st.components.v2, "component", lambda *_, **__: lambda **more: sent.append(more)
    )
    monkeypatch.setattr("rnndemo.ui.components.component._served_code", lambda *_: "/there.js")
    draw = component("curves")
    draw(data={"a": 1}, key="k")
    draw(data=b"weights", key="k")
    assert [one["data"] for one in sent] == [[{"a": 1}], b"weights"]
