"""Search spaces: what they contain, what they refuse, and their files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo import codec
from rnndemo.config import CELLS, DataConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.presets import PRESETS
from rnndemo.sweeps.questions import QUESTIONS, space_named
from rnndemo.sweeps.space import Budget, Choices, Fixed, Range, SearchSpace
from rnndemo.sweeps.space_file import SCHEMA, from_json, read_space, to_json

LR = ("training.lr", Range(1e-3, 1.0, log=True, points=4))


def test_grid_values_of_a_range_are_evenly_spread() -> None:
    space = SearchSpace(
        dimensions=(
            LR,
            ("model.hidden_size", Range(8, 128, log=True, points=5)),
            ("model.dropout", Range(0.0, 0.5, points=3)),
            ("model.num_layers", Range(1, 3, points=5)),
        )
    )
    assert space.values("training.lr") == (0.001, 0.01, 0.1, 1.0)
    assert space.values("model.hidden_size") == (8, 16, 32, 64, 128)
    assert space.values("model.dropout") == (0.0, 0.25, 0.5)
    assert space.values("model.num_layers") == (1, 2, 3)  # each once
    assert space.points == 4 * 5 * 3 * 3
    assert space.trials == space.points


@given(
    low=st.floats(1e-6, 5.0), ratio=st.floats(1.001, 2.0), points=st.integers(2, 50),
    log=st.booleans(),
)  # fmt: skip
def test_grid_of_any_range_lies_within_it_and_rises(
    low: float, ratio: float, points: int, log: bool
) -> None:
    space = SearchSpace(dimensions=(("training.lr", Range(low, low * ratio, log, points)),))
    values = space.values("training.lr")
    assert all(low <= value <= low * ratio for value in values)
    assert list(values) == sorted(set(values))


def test_config_holds_fixed_and_chosen_values_and_a_seed_of_its_own() -> None:
    space = SearchSpace(
        RunConfig(seed=5),
        (("model.cell", Choices(CELLS)), ("model.num_layers", Fixed(2)), LR),
    )
    config = space.config({"model.cell": "gru", "training.lr": 0.1}, repeat=2)
    assert (config.model.cell, config.model.num_layers, config.training.lr) == ("gru", 2, 0.1)
    assert config.seed == 7


def test_lists_are_chosen_as_text_and_may_limit_each_other() -> None:
    space = SearchSpace(
        dimensions=(
            ("model.head_activations", Choices((("tanh",), ("gelu", "relu")))),
            ("model.head_sizes", Choices((("32"), (64, 32)))),
        )
    )
    assert space.values("model.head_sizes") == ("32", "64,32")
    config = space.config({"model.head_sizes": "64,32", "model.head_activations": "gelu,relu"})
    assert config.model.head_sizes == (64, 32)
    with pytest.raises(InputError, match=r"more activations than output layers \(1\)"):
        space.config({"model.head_sizes": "32", "model.head_activations": "gelu,relu"})


def test_steps_are_the_same_whatever_the_images() -> None:
    sizes = Choices((100, 1000, 55_000))
    space = SearchSpace(dimensions=(("data.train_size", sizes),), steps=800)
    epochs = {
        size: space.config({"data.train_size": size}).training.epochs for size in sizes.values
    }
    assert epochs == {100: 800, 1000: 100, 55_000: 2}
    with pytest.raises(InputError, match="give the number of training images"):
        space.config({"data.train_size": 0})


BAD: list[tuple[dict[str, Any], str]] = [
    ({"fields": {"model.hiden": {"choices": [1]}}}, "model.hiden: there is no such setting"),
    ({"fields": {"model.hidden_size": {"choices": [8, 0]}}}, "hidden_size = 0.*1 to 512"),
    ({"fields": {"model.hidden_size": {"choices": []}}}, "number of choices = 0.*1 to 100"),
    ({"fields": {"model.hidden_size": {"choices": [8, "8"]}}}, "choice appears twice"),
    ({"fields": {"model.hidden_size": {"choices": 8}}}, "choices must be a list"),
    ({"fields": {"model.hidden_size": {"low": 8, "high": 1000}}}, "hidden_size = 1000.*1 to 512"),
    ({"fields": {"model.hidden_size": {"low": 8.5, "high": 9}}}, "hidden_size = 8.5.*whole"),
    ({"fields": {"training.lr": {"low": 0.1, "high": 0.01}}}, "low = 0.1 must be smaller"),
    ({"fields": {"training.lr": {"low": "a", "high": 0.01}}}, "low and high.* must be numbers"),
    ({"fields": {"training.lr": {"low": 0.01}}}, "a range needs low and high"),
    ({"fields": {"training.lr": {"low": 0.01, "high": 1, "points": 1}}}, "points = 1.*2 to 1000"),
    ({"fields": {"training.lr": {"low": 0.01, "high": 1, "log": 1}}}, "log = 1: true or false"),
    ({"fields": {"model.dropout": {"low": 0.0, "high": 0.5, "log": True}}}, "must start above 0"),
    ({"fields": {"model.cell": {"low": 0, "high": 1}}}, "choose one of|cannot have a range"),
    ({"fields": {"model.bidirectional": {"low": 0, "high": 1}}}, "cannot have a range"),
    ({"fields": {"training.lr": {"values": [1]}}}, "write one of these: fixed"),
    ({"fields": {"training.lr": {"fixed": 1, "low": 1}}}, "no 'low' here; choose one of fixed"),
    ({"fields": {"training.lr": 3}}, "training.lr: a JSON object is needed"),
    ({"fields": {"seed": {"choices": [1, 2]}}}, "repeats = N"),
    ({"fields": [1]}, "fields: a JSON object is needed"),
    ({}, "needs fields"),
    ({"fields": {}, "sampler": "luck"}, "sampler = 'luck': choose one of grid, random, tpe"),
    ({"fields": {}, "sampler": "tpe"}, "No field varies"),
    ({"fields": {}, "repeats": 0}, "repeats = 0: a whole number from 1 to 100"),
    ({"fields": {}, "repeats": True}, "repeats = True"),
    ({"fields": {}, "pruning": "yes"}, "pruning = 'yes': true or false"),
    ({"fields": {}, "budget": {"trials": -1}}, "budget.trials = -1: a whole number from 0"),
    ({"fields": {}, "budget": {"hours": 1}}, "no 'hours' here; choose one of images"),
    ({"fields": {}, "budget": 3}, "budget: a JSON object"),
    ({"fields": {}, "schema": SCHEMA + 1}, "Update the app"),
    ({"fields": {}, "preset": "slow"}, "no preset 'slow'"),
    ({"fields": {}, "base": {"model": {"hidden_size": 0}}}, "hidden_size = 0"),
    ({"fields": {}, "preset": "fast", "base": {"model": 3}}, "model"),
    ({"fields": {}, "sampel": "grid"}, "no 'sampel' here"),
    (
        {"fields": {"training.epochs": {"fixed": 3}}, "steps": 100},
        "steps = 100 already determines the epochs",
    ),
    (
        {"fields": {"training.lr": {"low": 0.1, "high": 1, "points": 1000},
                    "model.dropout": {"low": 0.1, "high": 0.5, "points": 1000}}},
        "1000000 combinations; at most 10000",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_invalid_search_space_is_refused_in_a_sentence(
    content: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError) as problem:
        from_json(content)
    assert re.search(sentence, str(problem.value)), problem.value


@pytest.mark.parametrize("content", [None, 3, [], "grid"])
def test_other_json_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match="a JSON object is needed"):
        from_json(content)


def test_space_survives_its_file(tmp_path: Path) -> None:
    space = SearchSpace(
        PRESETS["fast"],
        (
            LR,
            ("model.head_sizes", Choices(((), (64, 32)))),
            ("data.scan", Fixed("columns")),
        ),
        sampler="tpe", seed=9, repeats=3, budget=Budget(24, 600.0, 10**6), pruning=True, ahead=2,
    )  # fmt: skip
    (tmp_path / "space.json").write_text(json.dumps(to_json(space)))
    assert read_space(tmp_path / "space.json") == space


def test_file_changes_its_preset() -> None:
    space = from_json({"preset": "best", "base": {"data": {"train_size": 50}}, "fields": {}})
    assert space.base.data == DataConfig(augmentation="affine", train_size=50)
    assert space.base.model == PRESETS["best"].model


@pytest.mark.parametrize("content", [b"no json", b"[" * 100_000, b"\xff"])
def test_file_that_is_no_json_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "space.json").write_bytes(content)
    with pytest.raises(InputError, match="not valid JSON"):
        read_space(tmp_path / "space.json")


# --- questions that are ready -----------------------------------------------------------------


def test_names_of_the_contract() -> None:
    assert list(QUESTIONS) == [
        "hidden-size-layers", "learning-rate-cell", "learning-curve", "scan", "sequence-length",
        "scaling",
    ]  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_combination_of_a_question_can_be_trained(name: str) -> None:
    space = space_named(name)
    assert 9 <= space.trials <= 24
    assert from_json(json.loads(json.dumps(to_json(space)))) == space
    first = {path: space.values(path)[0] for path in space.varied}
    for path in space.varied:
        for value in space.values(path):
            config = space.config({**first, path: value})
            assert codec.from_json(codec.to_json(config)) == config
            assert config.training.precision == "float32"  # "auto" is measured: no two machines
            assert config.training.seconds == 0  # agree on it, nor on how far a clock lets one come


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_ready_question_can_tell_a_difference_from_luck(name: str) -> None:
    assert space_named(name).repeats >= 2


def test_hidden_size_layers_is_24_trials() -> None:
    assert space_named("hidden-size-layers").trials == 24


def test_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        InputError, match="no search space 'size'; choose one of hidden-size-layers"
    ):
        space_named("size")
