"""Lessons of several parts, and what is said of long sequences and of linear layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.presets import PRESETS
from tests.opened import open_train


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWBYROW_HOME", str(tmp_path))


def experiment_of(app: AppTest) -> RunConfig:
    """Return what the link of the page says."""
    fields = {path for path, _, _ in codec.field_table()} & {*app.query_params}
    given = {path: app.query_params[path] for path in fields}
    query = {path: v[0] if isinstance(v, list) else v for path, v in given.items()}
    return codec.from_query(query)[0]


def test_what_a_long_sequence_costs_is_said_before_the_start() -> None:
    app = open_train(lang="en")
    assert not any("Each picture is a sequence" in text.value for text in app.caption)
    app.get_by_key("train_data_scan").set_value("pixels").run()
    assert any("a sequence of 784 timesteps" in text.value for text in app.caption)


def test_that_stacked_linear_layers_stay_linear_is_said() -> None:
    config = codec.set_value(PRESETS["pixel-by-pixel"], "model.num_layers", 2)
    for given, said in ((PRESETS["pixel-by-pixel"], False), (config, True)):
        app = open_train(lang="en", **codec.to_query(given))
        assert any("stay linear" in text.value for text in app.caption) == said


def test_a_lesson_goes_on_a_click_at_a_time() -> None:
    app = open_train(lang="en")
    assert not any(pills.key == "train_part" for pills in app.pills)
    app.get_by_key("train_preset").set_value("pixel-by-pixel").run()
    for part, words in (("pixels-permuted", "one random order"), ("pixels-lstm", "does not work")):
        app.get_by_key("train_part").set_value(part).run()
        assert experiment_of(app) == PRESETS[part]
        assert app.get_by_key("train_preset").value == "pixel-by-pixel"
        assert any(words in text.value for text in app.markdown)
    app.get_by_key("train_part").set_value("pixel-by-pixel").run()
    assert experiment_of(app) == PRESETS["pixel-by-pixel"]
