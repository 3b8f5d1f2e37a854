"""Two configurations and their difference in words."""

from __future__ import annotations

from hypothesis import example, given

from rnndemo.codec import field_table, set_value
from rnndemo.config import ModelConfig, RunConfig
from rnndemo.sweeps.analysis.differences import PLAIN, difference_text, differing, put_back
from tests.strategies import configs

LAYERS = RunConfig(model=ModelConfig(head_sizes=(8, 8), head_activations=("tanh", "gelu")))


@given(configs(), configs())
@example(LAYERS, RunConfig())
@example(RunConfig(), LAYERS)
def test_putting_back_what_differs_one_by_one_ends_at_the_other(
    config: RunConfig, other: RunConfig
) -> None:
    paths = differing(config, other)
    assert bool(difference_text(config, other, str)) == bool(paths) == (config != other)
    now = config
    for path in paths:
        now = put_back(now, other, path)
        assert path not in differing(now, other)
    assert now == other


@given(configs(), configs())
def test_each_difference_is_said_once(config: RunConfig, other: RunConfig) -> None:
    said = [part for part in difference_text(config, other, str).split("; ") if part]
    assert len(said) == len(differing(config, other))


def test_what_is_off_is_said_plainly_and_a_number_with_what_it_was() -> None:
    one = set_value(set_value(RunConfig(), "training.max_norm", 0), "model.hidden_size", 32)
    assert difference_text(one, RunConfig(), str) == (
        "hidden size 32 instead of 128; no gradient clipping"
    )
    assert difference_text(RunConfig(), one, str) == (
        "hidden size 128 instead of 32; gradient clipping 1"
    )


def test_plain_words_are_of_fields_that_exist() -> None:
    assert {path for path, _ in PLAIN} <= {path for path, _, _ in field_table()}
