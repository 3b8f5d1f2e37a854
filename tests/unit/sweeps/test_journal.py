"""A journal that somebody wrote into: one sentence, and no line of it is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rnndemo.errors import InputError
from rnndemo.sweeps import study
from rnndemo.sweeps.records import JOURNAL
from tests.unit.sweeps.test_study import GRID, conducted

Lines = list[bytes]


def added(line: bytes) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines, line + b"\n"]


def operation(code: object, **content: object) -> Callable[[Lines], Lines]:
    return added(json.dumps({"op_code": code, "worker_id": "w", **content}).encode())


BEGUN = {"study_id": 0, "datetime_start": "2020-01-01T00:00:00.000000"}

TAMPERED = {
    "a line that is no JSON": lambda lines: [lines[0], b"\x00 no line\n", *lines[1:]],
    "a number": added(b"3"),
    "a list": added(b"[]"),
    "nested too deep": lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[1:]],
    "an unknown operation": operation(99),
    "an operation by name": operation("delete"),
    "a trial of somebody else": operation(4, **BEGUN),
    "a result of another form": lambda lines: [
        line.replace(b'"result":{', b'"result":5,"was":{') for line in lines
    ],
    "other names": lambda lines: [line.replace(b'"repeat"', b'"again"') for line in lines],
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_journal_is_reported_in_a_line(name: str, tmp_path: Path) -> None:
    conducted(tmp_path, GRID, 2)
    journal = tmp_path / JOURNAL
    lines = TAMPERED[name](journal.read_bytes().splitlines(keepends=True))
    journal.write_bytes(b"".join(lines))
    for use in (lambda: study.look(tmp_path), lambda: conducted(tmp_path, GRID, 3)):
        with pytest.raises(InputError, match=r"journal\.log is damaged"):
            use()
    assert journal.read_bytes().startswith(b"".join(lines))


def test_other_studies_in_a_journal_do_no_harm(tmp_path: Path) -> None:
    before = conducted(tmp_path, GRID, 2)
    lines = (tmp_path / JOURNAL).read_bytes().splitlines(keepends=True)
    lines = operation(0, study_name="other", directions=[1])(lines)
    (tmp_path / JOURNAL).write_bytes(b"".join(lines))
    assert study.look(tmp_path)[1] == before
