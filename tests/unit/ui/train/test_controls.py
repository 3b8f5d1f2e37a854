"""Every field has its control, and every option a name that people read."""

from __future__ import annotations

import pytest

from rnndemo.codec import field_table
from rnndemo.sweeps.analysis.texts import VALUE_NAMES
from rnndemo.ui.train.controls import KINDS, OPTION_TEXTS, STEPS, _width, option_text

OPTIONS = [
    (path, option)
    for path, _, field in field_table()
    for option in field.metadata.get("options", ())
]
BY_THEIR_OWN_NAME = {"tanh", "float32", "bfloat16", "softmax", "sigmoid"}


def test_every_field_is_in_one_step():
    listed = [path for paths in STEPS.values() for path in paths]
    others = [path for path, _, _ in field_table() if path.startswith("scenes.")]  # see /scenes
    assert sorted(listed + others) == sorted(path for path, _, _ in field_table())


@pytest.mark.parametrize(("path", "option"), OPTIONS)
def test_every_option_has_a_name(path: str, option: str):
    known = f"{path}.{option}" in OPTION_TEXTS or option in OPTION_TEXTS
    assert known != (option in BY_THEIR_OWN_NAME)
    # in tables and sentences of studies too; a kind that is added later may keep its own name there
    assert path in KINDS or (option in VALUE_NAMES) == known


def test_fields_may_call_their_options_alike():
    assert option_text("photo", "data.frame") == "photographs"
    assert option_text("photo", "data.augmentation") == "turned, bent, in other light"
    assert option_text("rows", "data.scan") == "rows, from the top"


def test_chinese_characters_are_two_letters_wide():
    assert (_width("rows"), _width("逐行 a")) == (4, 6)
