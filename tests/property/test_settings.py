"""What a run is made by survives every way in: settings, a link, a file, the command of a card."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnndemo import presets
from rnndemo.cli.commands import _config
from rnndemo.cli.main import parser
from rnndemo.codec import field_table, from_query, get_value, set_value, to_json, to_text
from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.evaluation.cards import command_for
from rnndemo.training.foreground import command
from tests.strategies import configs, values

PARSER = parser()
KINDS = {path: kind for path, kind, _ in field_table()}
LAYERS = RunConfig(model=ModelConfig(head_sizes=(8, 8), head_activations=("tanh", "gelu")))


def read(*words: str) -> RunConfig:
    return _config(PARSER.parse_args(["train", *words, "--out", "x"]))


def settings(config: RunConfig) -> list[str]:
    return [f"{path}={to_text(kind, get_value(config, path))}" for path, kind in KINDS.items()]


@given(st.sampled_from(sorted(presets.PRESETS)), configs())
@example("fast", LAYERS)
def test_settings_make_any_config_from_any_preset(preset: str, config: RunConfig) -> None:
    assert read("--preset", preset, "--set", *settings(config)) == config


@pytest.mark.parametrize("path", KINDS)
@given(data=st.data())
def test_every_field_can_be_set_by_itself(path: str, data: st.DataObject) -> None:
    layers = "8,8,8" if path == "model.head_activations" else ""
    value = data.draw(values(path))
    text = to_text(KINDS[path], value)
    changed = read("--preset", "fast", "--set", f"model.head_sizes={layers}", f"{path}={text}")
    expected = set_value(presets.PRESETS["fast"], "model.head_sizes", layers)
    assert changed == set_value(expected, path, value)
    assert get_value(changed, path) == value


@given(configs())
@example(LAYERS)
def test_link_of_all_fields_brings_any_config_back(config: RunConfig) -> None:
    link = urlencode(dict(word.split("=", 1) for word in settings(config)))
    query = {key: found[0] for key, found in parse_qs(link, keep_blank_values=True).items()}
    assert from_query(query) == (config, [])


@given(before=configs(), after=configs())
@example(before=LAYERS, after=RunConfig())
@example(before=LAYERS, after=RunConfig(model=ModelConfig(head_sizes=(4,))))
def test_settings_replace_those_of_a_file_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, before: RunConfig, after: RunConfig
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps(to_json(before)))
    assert read("--config", str(file), "--set", *settings(after)) == after
    assert read("--config", str(file)) == before


@given(configs(), st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1))
@example(RunConfig(data=DataConfig(name="folder:my two 'pictures'/ä b")), "-x y")
@example(RunConfig(data=DataConfig(name="npz:--help")), "--help")
@example(LAYERS, "two\nlines")
def test_command_of_a_card_makes_the_same_config(config: RunConfig, name: str) -> None:
    words = shlex.split(command_for(config, name))
    assert words[:4] == ["python", "-m", "rnndemo", "train"]
    given = PARSER.parse_args(words[3:])
    assert _config(given) == config
    assert given.out == Path(name)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
@example("-x y")
def test_command_that_goes_on_names_the_folder(name: str) -> None:
    given = PARSER.parse_args(shlex.split(command(Path(name)))[3:])
    assert (given.resume, given.out) == (True, Path(name))
