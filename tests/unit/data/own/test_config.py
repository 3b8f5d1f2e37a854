"""Networks for own classes: quick whatever the size of the set, and fit for its data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.data.frames import path
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.load import data_of
from rnndemo.data.own import data as own_data
from rnndemo.data.own.config import STEPS, config_for
from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.sets import OwnClass, OwnSet
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import ImageSet, check_fit
from rnndemo.evaluation.cards import finished_model
from rnndemo.plots.gestures.own import MAX_BARS, answer_bars, thumbnail
from rnndemo.plots.look.theme import Look
from rnndemo.presets import PRESETS
from rnndemo.reading.answers import answer
from rnndemo.training.steps.batches import Batches
from tests.own import drawing, drawn_set, photograph, photographed_set
from tests.plain_training import train


@pytest.mark.parametrize("frame", ["ink", "path"])
@pytest.mark.parametrize("count", [5, 12, 50])
def test_drawings_are_trained_for_about_as_many_steps_however_many_there_are(
    mine: OwnSets, count: int, frame: str
) -> None:
    own_set = drawn_set(mine, count)
    config = config_for(own_set.content, own_set.spec, frame)
    data = data_of(config)
    check_fit(config, data)
    steps = len(Batches(config, data, 1)) * config.training.epochs
    assert STEPS / 2 <= steps <= 2 * STEPS


def test_photographs_are_trained_by_the_preset_for_hands(mine: OwnSets) -> None:
    own_set = photographed_set(mine, 5)
    config = config_for(own_set.content, own_set.spec)
    check_fit(config, data_of(config))
    assert replace(config, data=replace(config.data, name="digits")) == PRESETS["hands"]


def test_letters_as_classes_are_not_taught_as_no_class() -> None:
    classes = (OwnClass("A", ("0" * 20,)), OwnClass("tick", ("1" * 20,)))
    config = config_for(OwnSet("mine", "drawn", classes), "set:" + "0" * 20, "ink")
    assert config.data.outliers == 0
    assert config_for(OwnSet("mine", "drawn", classes[1:]), "x", "ink").data.outliers > 0


@pytest.mark.slow
@pytest.mark.parametrize("frame", ["ink", "path"])
def test_few_drawings_are_enough_to_distinguish_signs(mine: OwnSets, frame: str) -> None:
    shapes = ("tick", "roof", "corner")
    own_set = drawn_set(mine, 6, shapes)
    config = config_for(own_set.content, own_set.spec, frame)
    data = data_of(config)
    result = train(config, data)
    model = finished_model("mine", config, result.model, data, result.seconds)
    answers = [
        (shape, answer(model, EXAMPLES["drawn"].seen(drawing(shape, seed), frame).image))
        for shape in shapes
        for seed in range(100, 120)
    ]
    right = [shape == said.label and not said.rejected for shape, said in answers]
    assert sum(right) >= 54  # of 60
    assert 1 / 3 < model.card.reject_threshold < 0.9


# --- pen paths --------------------------------------------------------------------------------


def test_copies_of_a_path_begin_with_it_and_differ_a_little() -> None:
    paths = [
        EXAMPLES["drawn"].seen(drawing(shape), "path").image for shape in ("tick", "roof")
    ]  # fmt: skip
    images = torch.from_numpy((np.stack(paths) * 255).round().astype(np.uint8))
    train_part = ImageSet(images, torch.tensor([0, 1]))
    varied = own_data.varied(train_part)
    assert len(varied) == 2 * (1 + own_data.COPIES)
    assert torch.equal(varied.images[:2], images)
    assert torch.bincount(varied.labels).tolist() == [1 + own_data.COPIES] * 2
    assert torch.equal(own_data.varied(train_part).images, varied.images)  # the same each time
    for image, label in zip(varied.images[2:], varied.labels[2:], strict=True):
        distance = (image.float() - images[label].float()).abs().mean()
        other = (image.float() - images[1 - label].float()).abs().mean()
        assert 1 < distance < other


def test_path_with_a_lifted_pen_keeps_its_strokes() -> None:
    cross = [np.array([[0.0, 0.0], [9.0, 9.0]]), np.array([[9.0, 0.0], [0.0, 9.0]])]
    picture = (FRAMES["path"].from_strokes(cross, None).image * 255).round().astype(np.uint8)
    strokes = own_data._strokes(picture)
    assert len(strokes) >= 2
    assert sum(map(len, strokes)) == path.POINTS


# --- pictures on the page ---------------------------------------------------------------------


def test_examples_are_shown_as_small_pictures() -> None:
    own_set = EXAMPLES["photographed"].checked(photograph())
    assert thumbnail("photographed", own_set).startswith("data:image/jpeg;base64,")
    assert thumbnail("drawn", drawing("tick")).startswith("data:image/png;base64,")


def test_bars_show_the_likeliest_first_and_names_as_text() -> None:
    classes = [f"<b>{k}" for k in range(9)]
    html = answer_bars([0.02] * 8 + [0.84], classes, Look())
    assert html.count("<i ") == MAX_BARS
    assert html.index("&lt;b&gt;8") < html.index("&lt;b&gt;0")
    assert "<b>8" not in html
    assert "width:84.0%" in html
    assert "84.0 %" in html
