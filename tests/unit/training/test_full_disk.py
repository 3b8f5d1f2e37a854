"""A disk that is full at any of a training's writes: nothing that was saved is lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.models.store import load_folder
from rnndemo.storage.names import STATE, WEIGHTS
from rnndemo.training.foreground import begin, go_on
from tests.small import changed

CONFIG = changed(model__hidden_size=8, data__train_size=200, training__batch_size=64)
FIRST, EVERY = 12, 4  # each of the first writes, then some


@contextmanager
def full_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Let the disk be full from the write of that number on; yield how many were tried."""
    tried = count()
    done = 0

    def counted(write: Callable[..., Any]) -> Callable[..., Any]:
        def write_or_fail(*given: Any) -> Any:
            nonlocal done
            done = next(tried) + 1
            if done > number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(*given)

        return write_or_fail

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", counted(Path.write_bytes))
        patched.setattr("rnndemo.storage.log.os.write", counted(os.write))
        yield lambda: done


def test_a_full_disk_at_any_write_loses_nothing(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(tmp_path / "whole", CONFIG, few_digits)
    whole = (tmp_path / "whole" / WEIGHTS).read_bytes()
    number, ended = 0, False
    while not ended:
        folder = tmp_path / str(number)
        with full_at(number, monkeypatch) as tried:
            try:
                begin(folder, CONFIG, few_digits)
                ended = tried() <= number
            except InputError as problem:
                assert "disk is full" in str(problem).lower()
        assert not list(folder.glob(".*.new"))
        with suppress(InputError):  # nothing is left to train
            if (folder / STATE).is_file():
                go_on(folder, lambda config: few_digits)
            else:
                begin(folder, CONFIG, few_digits)
        assert (folder / WEIGHTS).read_bytes() == whole
        assert load_folder(folder).card.test_accuracy > 0
        number += 1 if number < FIRST else EVERY
    assert number > FIRST
