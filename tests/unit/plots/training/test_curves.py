"""The curves of a run say what was measured, and where nothing was."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnndemo.languages import translator
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.curves import (
    Line,
    gradient_size,
    learning,
    learning_rate,
    smoothed,
    spread,
)
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


def test_smoothing_keeps_gaps_and_the_line_itself_behind() -> None:
    line = Line("loss", [1, 2, 3, 4], [4.0, None, math.inf, 2.0], "#000")
    behind, smooth = smoothed([line], share=1.0)
    assert behind == replace(line, faint=True)
    assert (smooth.name, smooth.x, smooth.y[:3]) == (line.name, line.x, [4.0, None, None])
    assert smooth.y[3] == pytest.approx(2 + 2 / math.e)


def test_few_points_and_many_are_smoothed_alike() -> None:
    many = Line("training", range(1001), [x / 1000 for x in range(1001)], "#000")
    few = Line("validation", many.x[::100], many.y[::100], "#000")
    *_behind, often, seldom = smoothed([many, few])
    for x, y in zip(seldom.x, seldom.y, strict=True):
        assert y == pytest.approx(often.y[x], abs=0.03)


def test_smoothing_leaves_a_constant_as_it_is() -> None:
    (_, smooth) = smoothed([Line("loss", range(50), [0.7] * 50, "#000")])
    assert smooth.y == pytest.approx([0.7] * 50)
