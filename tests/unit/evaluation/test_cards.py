from __future__ import annotations

import datetime
import re
import shlex
from dataclasses import asdict, replace

import pytest
import torch

from rnndemo import presets
from rnndemo.cli.commands import _config
from rnndemo.cli.main import parser
from rnndemo.codec import config_hash, set_value
from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.data.sources.digits import digest
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import accuracy, logits_of
from rnndemo.evaluation.calibration import ACCEPTED, confidence
from rnndemo.evaluation.cards import (
    LIMITS,
    command_for,
    data_digest,
    finished_model,
    machine_class,
    machine_text,
)
from rnndemo.languages import translator
from rnndemo.models.store import Card, Model
from rnndemo.training.trainer import build_model
from tests.small import TINY


def test_card_is_complete(tiny: Model) -> None:
    for name, value in asdict(tiny.card).items():
        if name not in ("seed", "reject_threshold"):
            assert value, name
    assert set(asdict(tiny.card)) == set(asdict(Card()))


def test_card_says_what_was_trained(tiny: Model) -> None:
    card = tiny.card
    assert (card.name, card.data, card.data_sha256) == ("tiny", "digits", digest())
    assert (card.config_hash, card.seed) == (config_hash(TINY), TINY.seed)
    assert card.parameters == sum(p.numel() for p in tiny.network.parameters())
    assert datetime.date.fromisoformat(card.date)


def test_accuracy_is_that_of_the_whole_test_part(tiny: Model, few_digits: DataSet) -> None:
    assert tiny.card.test_size == len(few_digits.test)
    assert tiny.card.test_accuracy == pytest.approx(accuracy(tiny.network, few_digits.test, "rows"))
    measured = tiny.card.measured
    assert measured["accuracy_low"] < tiny.card.test_accuracy < measured["accuracy_high"]


def test_threshold_accepts_validation_pictures(tiny: Model, few_digits: DataSet) -> None:
    logits = logits_of(tiny.network, few_digits.validation.images, "rows").double()
    accepted = confidence(tiny.probabilities(logits)) >= tiny.card.reject_threshold
    assert accepted.double().mean() >= ACCEPTED


def test_shipped_presets_have_their_own_limits(few_digits: DataSet) -> None:
    shipped = {
        name for name in presets.PRESETS if name.startswith(("digits-", "mnist-", "gestures-"))
    }
    assert set(LIMITS) == shipped
    for name in shipped:
        model = finished_model(name, TINY, build_model(TINY, few_digits), few_digits, 1.0)
        assert model.card.limits == LIMITS[name]


def test_diverged_network_is_reported_in_a_sentence(few_digits: DataSet) -> None:
    network = build_model(TINY, few_digits)
    torch.nn.init.constant_(network.head[-1].bias, float("nan"))
    with pytest.raises(InputError, match=r"diverged.*training\.lr"):
        finished_model("x", TINY, network, few_digits, 1.0)


def test_digest_of_other_data_follows_its_content(few_digits: DataSet) -> None:
    other = replace(few_digits, name="other")
    labels = other.test.labels.clone()
    labels[0] = (labels[0] + 1) % 10
    relabelled = replace(other, test=ImageSet(other.test.images, labels))
    digests = {data_digest(data) for data in (other, relabelled, few_digits)}
    assert len(digests) == 3
    assert data_digest(other) == data_digest(replace(other, name="renamed"))
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


@pytest.mark.parametrize("name", presets.PRESETS)
def test_command_of_a_preset_names_it(name: str) -> None:
    config = presets.PRESETS[name]
    first = next(one for one, other in presets.PRESETS.items() if other == config)  # of two names
    assert command_for(config, name) == f"python -m rnndemo train --preset {first} --out {name}"


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 7},
        {"model.head_sizes": (64, 32), "model.head_activations": ("tanh",)},
        {"training.lr": 0.00123, "model.bidirectional": True, "data.scan": "patches"},
    ],
)
def test_command_makes_the_same_configuration_again(changes: dict[str, object]) -> None:
    config = RunConfig()
    for path, value in changes.items():
        config = set_value(config, path, value)
    words = shlex.split(command_for(config, "two words"))
    assert words[:3] == ["python", "-m", "rnndemo"]
    given = parser().parse_args(words[3:])
    assert _config(given) == config
    assert str(given.out) == "two words"


def test_machine_is_a_class_and_no_name() -> None:
    assert re.fullmatch(r"\d+-core \S+ CPU, 1 thread", machine_class())


@pytest.mark.parametrize(
    ("stored", "chinese"),
    [
        ("2-core x86-64 CPU, 1 thread", "2 核 x86-64 处理器，1 个线程"),
        ("16-core ARM64 CPU, 4 threads", "16 核 ARM64 处理器，4 个线程"),
        ("a machine of another version", "a machine of another version"),
    ],
)
def test_machine_is_described_in_the_language_of_the_reader(stored: str, chinese: str) -> None:
    assert machine_text(stored, translator("en")) == stored
    assert machine_text(stored, translator("zh")) == chinese


def test_this_machine_can_be_described() -> None:
    assert machine_text(machine_class(), translator("zh")).endswith("个线程")
