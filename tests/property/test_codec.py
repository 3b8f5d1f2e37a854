from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.codec import (
    config_hash,
    field_table,
    from_json,
    from_query,
    get_value,
    set_value,
    to_json,
    to_query,
)
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from tests.strategies import configs, values

PATHS = [path for path, _, _ in field_table()]

# What a person, a link or a file may hold where a value is expected
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(configs())
def test_json_brings_any_config_back(config: RunConfig) -> None:
    assert from_json(json.loads(json.dumps(to_json(config)))) == config


@given(configs())
def test_link_brings_any_config_back(config: RunConfig) -> None:
    link = urlencode(to_query(config))
    query = {key: found[0] for key, found in parse_qs(link, keep_blank_values=True).items()}
    assert from_query(query) == (config, [])


@given(configs())
def test_name_survives_the_file(config: RunConfig) -> None:
    assert config_hash(from_json(json.loads(json.dumps(to_json(config))))) == config_hash(config)


@pytest.mark.parametrize("path", PATHS)
@given(data=st.data())
def test_every_setting_can_be_set_to_every_valid_value(path: str, data: st.DataObject) -> None:
    start = RunConfig()
    if path == "model.head_activations":
        start = set_value(start, "model.head_sizes", (8, 8, 8))
    value = data.draw(values(path))
    changed = set_value(start, path, value)
    assert get_value(changed, path) == value
    for other in PATHS:
        if other != path:
            assert get_value(changed, other) == get_value(start, other)


@given(st.sampled_from(PATHS), _ANYTHING)
def test_any_value_is_taken_or_refused_in_a_sentence(path: str, value: Any) -> None:
    try:
        config = set_value(RunConfig(), path, value)
    except InputError as error:
        assert str(error).strip().endswith(".")
    else:
        assert from_json(to_json(config)) == config


@given(_ANYTHING | st.dictionaries(st.sampled_from(["schema", *PATHS, "model"]), _ANYTHING))
def test_any_content_is_read_or_refused_in_a_sentence(content: Any) -> None:
    try:
        config = from_json(content)
    except InputError as error:
        assert str(error).strip().endswith(".")
    else:
        assert isinstance(config, RunConfig)


@given(st.dictionaries(st.sampled_from(PATHS), st.text(max_size=10)))
def test_any_link_gives_a_config_and_says_what_it_passed_over(query: dict[str, str]) -> None:
    config, problems = from_query(query)
    assert isinstance(config, RunConfig)
    assert len(problems) <= len(query)
