from __future__ import annotations

import json
from typing import Any

import pytest

from rnndemo import codec
from rnndemo.codec import (
    SCHEMA,
    config_hash,
    field_table,
    from_json,
    from_query,
    get_value,
    set_value,
    set_values,
    to_json,
    to_query,
)
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.errors import InputError

CONFIG = RunConfig(
    data=DataConfig(name="folder:/tmp/a,b & c", scan="columns"),
    model=ModelConfig(bidirectional=True, head_sizes=(64, 32), head_activations=("tanh", "relu")),
    training=TrainingConfig(lr=1e-5, max_norm=0),
    seed=7,
)


def test_json_is_readable_and_complete() -> None:
    content = to_json(RunConfig())
    assert content["schema"] == SCHEMA
    assert set(content) == {"schema", "data", "scenes", "model", "training", "seed"}
    assert content["model"]["cell"] == "lstm"
    assert content["model"]["head_sizes"] == []


def test_config_comes_back_from_json_text() -> None:
    assert from_json(json.loads(json.dumps(to_json(CONFIG)))) == CONFIG


def test_config_comes_back_from_sorted_json() -> None:
    """Sorted keys put head_activations before the head_sizes that it depends on."""
    assert from_json(json.loads(json.dumps(to_json(CONFIG), sort_keys=True))) == CONFIG


def test_missing_fields_take_their_defaults() -> None:
    assert from_json({}) == RunConfig()
    assert from_json({"schema": 1, "model": {"cell": "gru"}}).model == ModelConfig(cell="gru")


def test_query_holds_only_what_differs() -> None:
    assert to_query(RunConfig()) == {}
    assert to_query(RunConfig(seed=3, model=ModelConfig(bidirectional=True))) == {
        "seed": "3",
        "model.bidirectional": "True",
    }


def test_config_comes_back_from_query() -> None:
    assert from_query(to_query(CONFIG)) == (CONFIG, [])


def test_bad_query_values_keep_their_defaults_and_are_reported() -> None:
    query = {"model.cell": "gru", "model.hidden_size": "9999", "training.lr": "fast", "lang": "zh"}
    config, problems = from_query(query)
    assert config == RunConfig(model=ModelConfig(cell="gru"))
    assert [problem.values["field"] for problem in problems] == ["hidden_size", "lr"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], "JSON object"),
        (None, "JSON object"),
        ("{}", "JSON object"),
        ({"schema": SCHEMA + 1}, "Update the app"),
        ({"schema": 0}, "schema 0"),
        ({"schema": "1"}, "schema '1'"),
        ({"schema": True}, "schema True"),
        ({"model": {"hidden": 3}}, "model.hidden: there is no such setting"),
        ({"models": {}}, "models: there is no such setting"),
        ({"model": 5}, "model: there is no such setting"),
        ({"seed": {"value": 1}}, "seed = .* a whole number"),
        ({"seed": None}, "seed = None: a whole number from 0 to 2147483647"),
        ({"model": {"head_sizes": 64}}, "head_sizes = 64: a list"),
        ({"model": {"head_sizes": [6.5]}}, r"head_sizes = 6\.5: a whole number from 1 to 1024"),
        ({"model": {"head_sizes": [True]}}, "head_sizes = True: a whole number"),
        ({"model": {"head_activations": ["relu"]}}, "than output layers .0."),
    ],
)
def test_unusable_json_is_refused_in_a_sentence(content: Any, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        from_json(content)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("model.hidden_size", "64", 64),
        ("model.hidden_size", 64.0, 64),
        ("training.lr", "3e-3", 3e-3),
        ("training.lr", 1, 1.0),
        ("model.bidirectional", "true", True),
        ("model.bidirectional", "False", False),
        ("model.head_sizes", "64,32", (64, 32)),
        ("model.head_sizes", [64, 32], (64, 32)),
        ("model.head_sizes", "", ()),
        ("data.name", "npz:x.npz", "npz:x.npz"),
    ],
)
def test_text_and_json_values_become_the_fields_type(path: str, value: Any, expected: Any) -> None:
    result = get_value(set_value(RunConfig(), path, value), path)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model.hidden_size", "64.5"),
        ("model.hidden_size", 64.5),
        ("model.hidden_size", True),
        ("model.hidden_size", None),
        ("model.hidden_size", float("nan")),
        ("model.hidden_size", float("inf")),
        ("training.lr", "nan"),
        ("training.lr", "inf"),
        ("training.lr", "1e400"),
        ("training.lr", True),
        ("training.lr", "0.1x"),
        ("model.bidirectional", "maybe"),
        ("model.bidirectional", 2),
        ("model.cell", 3),
        ("data.name", 3),
        ("seed", 10**400),
    ],
)
def test_bad_value_names_field_and_value(path: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        set_value(RunConfig(), path, value)
    assert caught.value.values["field"] == path.rpartition(".")[2]
    assert " = " in str(caught.value)


def test_unknown_setting_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"model\.size: .*model\.hidden_size"):
        set_value(RunConfig(), "model.size", 3)


def test_values_that_fit_each_other_are_set_in_any_order() -> None:
    given = {"model.head_activations": ("gelu",), "seed": 3, "model.head_sizes": (8,)}
    changed = set_values(CONFIG, given)
    assert (changed.model.head_sizes, changed.model.head_activations) == ((8,), ("gelu",))
    assert (changed.seed, changed.data, changed.training) == (3, CONFIG.data, CONFIG.training)
    assert set_values(CONFIG, {}) == CONFIG


def test_unknown_setting_among_several_is_named_before_a_bad_value() -> None:
    with pytest.raises(InputError, match=r"model\.size: there is no such setting"):
        set_values(RunConfig(), {"seed": -1, "model.size": 3})


def test_equal_configs_have_equal_names() -> None:
    whole = RunConfig(training=TrainingConfig(lr=1))
    assert whole == RunConfig(training=TrainingConfig(lr=1.0))
    assert config_hash(whole) == config_hash(RunConfig(training=TrainingConfig(lr=1.0)))


def test_name_changes_with_every_field() -> None:
    changed = {
        "data.name": "fashion",
        "scenes.glyphs": "gestures",
        "model.bidirectional": True,
        "model.head_sizes": (3,),
    }
    names = {config_hash(RunConfig())}
    for path, kind, declared in field_table():
        if path == "model.head_activations":
            continue  # only together with head_sizes
        meta = declared.metadata
        if path in changed:
            value = changed[path]
        elif "options" in meta:
            value = next(option for option in meta["options"] if option != declared.default)
        else:
            value = kind(meta["high"])
        names.add(config_hash(set_value(RunConfig(), path, value)))
    assert len(names) == len(list(field_table()))  # the default, and all but one field


def test_older_schema_is_migrated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "SCHEMA", 3)
    steps = {
        1: lambda content: {**content, "seed": content["seed"] + 1},
        2: lambda content: {**content, "seed": content["seed"] * 10},
    }
    monkeypatch.setattr(codec, "MIGRATIONS", steps)
    assert from_json({"schema": 1, "seed": 4}).seed == 50
    assert from_json({"schema": 2, "seed": 4}).seed == 40
    assert from_json({"schema": 3, "seed": 4}).seed == 4


def test_every_older_schema_has_its_migration() -> None:
    assert set(codec.MIGRATIONS) == set(range(1, SCHEMA))
