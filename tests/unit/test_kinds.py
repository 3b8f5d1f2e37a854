"""What there is of each kind: every choice of the configuration has its table."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
import torch

from rnndemo import config, presets
from rnndemo.codec import from_json, to_json
from rnndemo.config import DATA_SETS, RunConfig
from rnndemo.data.augment import AUGMENTATIONS
from rnndemo.data.corruptions import compared, further, mnist_c
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.load import SOURCES
from rnndemo.data.scans import SCANS, fits
from rnndemo.data.scenes.data import NAME
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.kinds import Kind, file_of
from rnndemo.models import heads
from rnndemo.models.build import NETWORKS
from rnndemo.models.cells import CELLS
from rnndemo.models.starts import STARTS
from rnndemo.training.steps import optimizers
from rnndemo.training.steps.optimizers import OPTIMIZERS
from tests.kinds_page import PAGE, text

# A choice in the configuration and the table that says how each is built
CHOICES = [
    (config.DATA_SETS, SOURCES),
    (config.FRAMES, {"auto": None, **FRAMES}),
    (config.SCANS, SCANS),
    (config.AUGMENTATIONS, AUGMENTATIONS),
    (config.NETWORKS, NETWORKS),
    (config.CELLS, CELLS),
    (config.STARTS, {"auto": None, **STARTS}),
    (config.SCENES, SCENES),
    (config.OPTIMIZERS, OPTIMIZERS),
    (config.SCHEDULES, optimizers.SCHEDULES),
    (config.POOLINGS, heads.POOLINGS),
    (config.ACTIVATIONS, heads.ACTIVATIONS),
    (config.OUTPUT_ACTIVATIONS, heads.OUTPUT_ACTIVATIONS),
]


@pytest.mark.parametrize(("choices", "table"), CHOICES)
def test_what_can_be_chosen_is_what_can_be_built(choices: tuple[str, ...], table: dict) -> None:
    assert set(table) == set(choices)


def test_every_lesson_is_about_a_preset() -> None:
    assert set(presets.LESSONS) <= set(presets.PRESETS)


# Packages of one file a kind: the table of each
KINDS = {
    "rnndemo.data.scans": SCANS,
    "rnndemo.data.augment": AUGMENTATIONS,
    "rnndemo.models.cells": CELLS,
    "rnndemo.data.scenes.kinds": SCENES,
    "rnndemo.data.corruptions.compared": compared.COMPARED,
    "rnndemo.data.corruptions.further": further.FURTHER,
    "rnndemo.data.corruptions.mnist_c": mnist_c.MNIST_C,
}
SHARED = {"__init__", "base", "linear", "warp"}  # files beside them


@pytest.mark.parametrize("package", KINDS)
def test_every_file_of_a_kind_is_in_its_table_and_says_what_it_is(package: str) -> None:
    table = KINDS[package]
    files = {path.stem for path in Path(import_module(package).__file__ or "").parent.glob("*.py")}
    assert files - SHARED == {file_of(name) for name in table}
    assert all(isinstance(kind, Kind) and kind.label and kind.text for kind in table.values())
    assert len({kind.label for kind in table.values()}) == len(table)


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (config.SCANS, SCANS),
        (config.AUGMENTATIONS, AUGMENTATIONS),
        (config.CELLS, CELLS),
        (config.SCENES, SCENES),
        (compared.NAMES, compared.COMPARED),
        (further.NAMES, further.FURTHER),
        (mnist_c.NAMES, mnist_c.MNIST_C),
    ],
)
def test_kinds_stand_in_the_order_of_their_names(names: tuple[str, ...], table: dict) -> None:
    assert tuple(table) == names


def test_the_documentation_lists_every_kind() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "run `python -m tests.kinds_page`"


@pytest.mark.parametrize("name", SCANS)
def test_every_scan_reads_every_pixel_of_drawings_or_photographs_once(name: str) -> None:
    fitted = [frame.size for frame in FRAMES.values() if fits(name, *frame.size)]
    assert {(28, 28), (64, 64)} & set(fitted)
    for height, width in fitted:
        table = SCANS[name].table(height, width)
        assert table.flatten().sort().values.tolist() == list(range(height * width))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_keeps_the_shape(name: str) -> None:
    images = torch.rand(3, 28, 28)
    varied = AUGMENTATIONS[name].vary(images, torch.Generator().manual_seed(0))
    assert varied.shape == images.shape


@pytest.mark.parametrize("name", presets.PRESETS)
def test_every_preset_is_a_config_that_files_can_hold(name: str) -> None:
    preset = presets.PRESETS[name]
    assert isinstance(preset, RunConfig)
    assert from_json(to_json(preset)) == preset
    assert preset.data.name in (*DATA_SETS, NAME)


def test_default_model_has_a_preset() -> None:
    assert presets.DEFAULT_MODEL in presets.PRESETS


def test_every_choice_in_the_configuration_is_held_to_its_table() -> None:
    held = {choices for choices, _ in CHOICES}
    precision = config.PRECISIONS  # number formats are torch's own, not built by a table
    for part in (config.DataConfig, config.ModelConfig, config.TrainingConfig):
        for declared in fields(part):
            options = declared.metadata.get("options")
            if options and options not in (precision, config.NONLINEARITIES):
                assert options in held, declared.name
