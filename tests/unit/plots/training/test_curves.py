"""The curves of a run say what was measured, and where nothing was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rnndemo.languages import translator
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.curves import gradient_size, learning, learning_rate, spread
from rnndemo.training.history import History


def history(validated: tuple[int, ...], **more: Any) -> History:
    """Return a run of 240 steps, all reported but those from 101 to 200."""
    steps = [
        {"step": n, "accuracy": 0.9, "lr": 0.1, "norm": 2.0, "norms": {"head": 1.0}}
        for n in (*range(1, 101), *range(201, 241))
    ]
    validation = [{"step": n, "validation_accuracy": 0.7, **more} for n in validated]
    return History(Path(), steps=steps, validation=validation)


def test_no_line_crosses_what_was_not_measured() -> None:
    rare = history((0, 240))
    training, validation = learning("accuracy", rare, {}, Look())
    assert (validation.x, validation.y) == ([0, 1, 240], [0.7, None, 0.7])
    for line in (training, *learning_rate(rare, Look()), *gradient_size(rare, {}, Look())):
        assert [x for x, y in zip(line.x, line.y, strict=True) if y is None] == [101]


def test_validation_says_how_many_pictures_it_was_measured_on() -> None:
    known, old = history((0, 20), pictures=1256), history((0, 20))
    names = [line.name for line in learning("accuracy", known, {"other": old}, Look())]
    assert names == [
        "training", "validation (1,256 pictures)", "other · training", "other · validation",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["loss", "accuracy"])
def test_run_that_has_reported_nothing_has_empty_lines(name: str) -> None:
    lines = learning(name, History(Path()), {}, Look())
    assert [(line.x, line.y) for line in lines] == [([], []), ([], [])]
    assert gradient_size(History(Path()), {}, Look()) == []


def test_gradient_is_drawn_whole_and_in_parts_and_beside_another_run_whole() -> None:
    run = history(())
    alone = gradient_size(run, {}, Look())
    beside = gradient_size(run, {"clipped": run}, Look())
    assert [line.name for line in alone] == ["whole network", "output layers"]
    assert [line.name for line in beside] == ["whole network", "clipped · whole network"]
    assert len({line.color for line in beside}) == 2


def test_parts_of_a_layer_are_named_as_the_language_does() -> None:
    parts = {"layer0.ih": {"low": -1.0, "high": 1.0, "shares": [0.5, 0.5]}}
    english, chinese = (
        spread({"weights": parts}, "weights", Look(translate=translator(code)))[0].name
        for code in ("en", "zh")
    )
    assert english == "layer 1: from input"
    assert chinese == "第 1 层：来自输入"
