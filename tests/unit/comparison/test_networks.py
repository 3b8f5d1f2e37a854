"""The networks of a comparison are trained once, and on its pictures alone."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from rnndemo.comparison.networks import ComparisonStopped, trained
from rnndemo.comparison.run import compare, prepare
from rnndemo.config import RunConfig
from rnndemo.data.load import load
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.evaluation.cards import data_digest
from rnndemo.models.store import load_folder
from rnndemo.storage.names import WEIGHTS
from tests.own import drawn_set, one_more
from tests.small import changed


@pytest.fixture
def signs(mine: OwnSets) -> OwnSetFolder:
    return drawn_set(mine, 10)


@pytest.fixture
def config(signs: OwnSetFolder) -> RunConfig:
    return changed(data__name=signs.spec, data__train_size=0, training__batch_size=4)


def never() -> bool:
    return False


def test_a_network_is_trained_once_for_the_same_pictures(
    signs: OwnSetFolder, config: RunConfig, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    before, first = trained(folder, config, load(signs.spec), never), folder / WEIGHTS
    made = first.stat().st_mtime_ns
    assert trained(folder, config, load(signs.spec), never).card == before.card
    assert first.stat().st_mtime_ns == made
    one_more(signs)
    after = trained(folder, config, load(signs.spec), never)
    assert after.card.data_sha256 == data_digest(load(signs.spec)) != before.card.data_sha256


def test_a_training_that_was_stopped_begins_anew_with_other_pictures(
    signs: OwnSetFolder, config: RunConfig, tmp_path: Path
) -> None:
    number = count()
    with pytest.raises(ComparisonStopped):
        trained(tmp_path / "run", config, load(signs.spec), lambda: next(number) == 2)
    one_more(signs)
    model = trained(tmp_path / "run", config, load(signs.spec), never)
    assert model.card.data_sha256 == data_digest(load(signs.spec))


def test_a_comparison_that_goes_on_mixes_no_two_data_sets(
    signs: OwnSetFolder, tmp_path: Path
) -> None:
    stops, name = count(), "rnn"

    def compared(should_stop=never):
        about = prepare(signs.spec, 1, 2)
        return about, compare(tmp_path / "out", about, [name], should_stop=should_stop)

    _, begun = compared(lambda: next(stops) == 2)  # in its second training
    assert not begun.rows
    assert list((tmp_path / "out" / "runs").iterdir())
    one_more(signs)
    about, found = compared()
    assert len(found.rows[0].accuracies) == 2
    assert load_folder(tmp_path / "out" / "peers" / name).card.data_sha256 == about.data_sha256
