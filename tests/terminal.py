"""The command line as tests use it: in this process, with its output captured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnndemo.cli.main import main

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    said = capsys.readouterr()
    return status, said.out, said.err


def run_json(capsys: Captured, *words: object) -> dict[str, Any]:
    status, out, _ = run(capsys, *words, "--json")
    assert status == 0
    return json.loads(out.splitlines()[-1])


def refused(capsys: Captured, *words: object) -> str:
    """Run a command that must be refused; return the one line that says why."""
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    return err
