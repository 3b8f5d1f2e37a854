"""The sentence under an answer says when it came, in the words of what the network reads."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnndemo.config import DataConfig
from rnndemo.models.store import Model
from rnndemo.reading.answers import Answer
from rnndemo.ui.drawing import answer
from rnndemo.ui.shell.session import Drawing

ROWS = np.full((4, 10), 0.1)
SAID = Answer("1", 0.9, False, ROWS[-1], ROWS, 2)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_", "plain"):
        monkeypatch.setattr(answer, name, lambda text: text)
    monkeypatch.setattr(answer, "sure", lambda share: f"{100 * share:.0f} %")
    monkeypatch.setattr(answer, "percent", lambda share, _digits: f"{100 * share:.0f} %")
    monkeypatch.setattr(answer, "class_name", lambda label, _classes: label)
    monkeypatch.setattr(answer, "paragraph", lambda *texts: " ".join(texts))


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize(
    ("scan", "word"),
    [("rows", "row"), ("rows-up", "timestep"), ("columns", "timestep")],
)
def test_only_rows_from_the_top_are_called_rows(
    tiny: Model, scan: str, word: str, in_order: bool
) -> None:
    config = replace(tiny.config, data=DataConfig(scan=scan))
    network: Any = SimpleNamespace(in_order=in_order)
    model = replace(tiny, config=config, network=network)
    said = answer.reason(SAID, Drawing(np.zeros((28, 28)), ""), model)
    assert f" {word} 2" in said
    assert f"{word}s are numbered 0 to 3" in said
    assert ("covered" in said) == (not in_order)


def test_a_true_class_that_the_network_does_not_know_is_not_said(tiny: Model) -> None:
    for truth, told in {"1": True, "Bag": False}.items():
        drawing = Drawing(np.zeros((28, 28)), "", truth, framed=True)
        said = answer.reason(SAID, drawing, tiny)
        assert (f"The correct answer is {truth}." in said) == told
