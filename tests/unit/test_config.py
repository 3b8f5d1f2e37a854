from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from rnndemo.codec import field_table
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.errors import InputError


def test_defaults_are_valid_and_equal() -> None:
    assert RunConfig() == RunConfig()
    assert RunConfig().model.cell == "lstm"
    assert RunConfig().data.scan == "rows"


def test_configuration_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        RunConfig().seed = 1  # type: ignore[misc]


def test_configuration_can_be_a_key() -> None:
    assert {RunConfig(): 1}[RunConfig(seed=0)] == 1


def test_every_field_says_what_it_is() -> None:
    for path, _, declared in field_table():
        assert declared.metadata.get("text"), path


def test_default_of_every_range_lies_within_it() -> None:
    for path, _, declared in field_table():
        meta = declared.metadata
        if "low" in meta and "most" not in meta:
            assert meta["low"] <= declared.default <= meta["high"], path


@pytest.mark.parametrize(
    ("kind", "name", "value", "expected"),
    [
        (ModelConfig, "hidden_size", 0, "a whole number from 1 to 512"),
        (ModelConfig, "hidden_size", 513, "a whole number from 1 to 512"),
        (ModelConfig, "hidden_size", 64.0, "a whole number from 1 to 512"),
        (ModelConfig, "hidden_size", True, "a whole number from 1 to 512"),
        (ModelConfig, "hidden_size", "64", "a whole number from 1 to 512"),
        (ModelConfig, "num_layers", 7, "a whole number from 1 to 6"),
        (ModelConfig, "dropout", 0.91, "a number from 0.0 to 0.9"),
        (ModelConfig, "cell", "LSTM", "choose one of rnn, lstm, gru"),
        (ModelConfig, "cell", ["lstm"], "choose one of rnn, lstm, gru"),
        (ModelConfig, "bidirectional", 1, "true or false"),
        (ModelConfig, "head_sizes", [64], "a list of at most 3 entries"),
        (ModelConfig, "head_sizes", (1, 2, 3, 4), "a list of at most 3 entries"),
        (ModelConfig, "head_sizes", (64, 0), "a whole number from 1 to 1024"),
        (DataConfig, "name", None, "text is needed"),
        (DataConfig, "scan", "diagonal", "choose one of rows, rows-up, columns"),
        (TrainingConfig, "lr", float("nan"), "a number from 1e-06 to 10.0"),
        (TrainingConfig, "lr", float("inf"), "a number from 1e-06 to 10.0"),
        (TrainingConfig, "lr", 0, "a number from 1e-06 to 10.0"),
        (TrainingConfig, "lr", None, "a number from 1e-06 to 10.0"),
        (TrainingConfig, "epochs", 10**400, "a whole number from 1 to 1000"),
        (RunConfig, "seed", -1, "a whole number from 0 to 2147483647"),
    ],
)
def test_bad_value_is_refused_with_field_value_and_range(
    kind: Any, name: str, value: Any, expected: str
) -> None:
    with pytest.raises(InputError) as caught:
        kind(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"{name} = ")
    assert expected in message
    offender = value[-1] if name == "head_sizes" and value == (64, 0) else value
    assert repr(offender) in message


def test_activations_without_layers_are_refused() -> None:
    ModelConfig(head_sizes=(32,), head_activations=("tanh",))
    with pytest.raises(InputError, match="more activations than output layers .0."):
        ModelConfig(head_activations=("tanh",))


def test_no_field_repeats_another() -> None:
    names = [f.name for part in (DataConfig, ModelConfig, TrainingConfig) for f in fields(part)]
    assert len(names) == len(set(names))


def test_error_survives_the_way_between_processes() -> None:
    error = InputError("{value!r} is no {thing}.", value={"a": 1}, thing="number")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.message, again.values) == (str(error), error.message, error.values)
