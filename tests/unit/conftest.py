"""A model so small that a test can train it: it need not be right, only whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo.codec import set_values
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import finished_model
from rnndemo.models.store import Model, save_model
from rnndemo.storage.folders import HOME, owner_of
from tests.plain_training import train
from tests.sleepers import asleep
from tests.small import TINY


@pytest.fixture(scope="session")
def few_digits(digits: DataSet) -> DataSet:
    """Digits with small parts for validation and test."""
    first = torch.arange(600)
    return DataSet(
        "digits", digits.classes, digits.train.take(first),
        digits.validation.take(first), digits.test.take(first),
    )  # fmt: skip


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, empty."""
    monkeypatch.setenv(HOME, str(tmp_path))
    return tmp_path


@pytest.fixture
def mine(data_folder: Path) -> OwnSets:
    """A visitor's sets of own classes, none as yet."""
    return OwnSets(owner_of("me"))


@pytest.fixture
def sleepers(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In place of all workers: processes that hold their locks and do nothing."""
    with asleep(monkeypatch):
        yield


@pytest.fixture(scope="session")
def tiny(few_digits: DataSet) -> Model:
    result = train(TINY, few_digits)
    return finished_model("tiny", TINY, result.model, few_digits, result.seconds)


@pytest.fixture
def tiny_folder(tiny: Model, tmp_path: Path) -> Path:
    """A folder with the tiny model, fresh for each test."""
    save_model(tmp_path / "tiny", tiny)
    return tmp_path / "tiny"


@pytest.fixture
def tiny_of_arrays(tiny: Model, few_digits: DataSet, tmp_path: Path) -> Model:
    """The tiny model, as if it had learnt from a file of 200 digits."""
    part, path = few_digits.train, tmp_path / "few.npz"
    np.savez(path, images=part.images[:200].numpy(), labels=part.labels[:200].numpy())
    card = replace(tiny.card, data_sha256="")  # which the file has not
    return replace(tiny, card=card, config=set_values(tiny.config, {"data.name": f"npz:{path}"}))
