from __future__ import annotations

from dataclasses import fields

import pytest
import torch

from rnndemo import config, registry
from rnndemo.codec import from_json, to_json
from rnndemo.config import RunConfig
from rnndemo.data.frames import FRAMES
from rnndemo.models import heads
from rnndemo.registry import build
from rnndemo.training import optimizers

TABLES = {
    name: table
    for name, table in vars(registry).items()
    if name.isupper() and isinstance(table, dict) and name not in ("PRESETS", "LESSONS")
}
ENTRIES = [(name, entry) for name, table in TABLES.items() for entry in table]

# A choice in the configuration and the table that says how each is built
CHOICES = [
    (config.FRAMES, {"auto": None, **FRAMES}),
    (config.SCANS, registry.SCANS),
    (config.AUGMENTATIONS, registry.AUGMENTATIONS),
    (config.NETWORKS, registry.NETWORKS),
    (config.CELLS, registry.CELLS),
    (config.OPTIMIZERS, registry.OPTIMIZERS),
    (config.SCHEDULES, optimizers.SCHEDULES),
    (config.POOLINGS, heads.POOLINGS),
    (config.ACTIVATIONS, heads.ACTIVATIONS),
    (config.OUTPUT_ACTIVATIONS, heads.OUTPUT_ACTIVATIONS),
]


def test_there_are_tables() -> None:
    assert {"DATA_SETS", "SCANS", "AUGMENTATIONS", "CELLS", "OPTIMIZERS"} <= set(TABLES)


@pytest.mark.parametrize(("table", "entry"), ENTRIES)
def test_every_entry_names_something_that_can_be_called(table: str, entry: str) -> None:
    built = build(TABLES[table], entry)
    assert callable(built)
    assert built.__doc__, "menus and documentation show it"


@pytest.mark.parametrize(("choices", "table"), CHOICES)
def test_what_can_be_chosen_is_what_can_be_built(choices: tuple[str, ...], table: dict) -> None:
    assert tuple(table) == choices


def test_every_lesson_is_about_a_preset() -> None:
    assert set(registry.LESSONS) <= set(registry.PRESETS)


def test_unknown_entry_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        build(registry.SCANS, "diagonal")


@pytest.mark.parametrize("name", registry.SCANS)
def test_every_scan_reads_every_pixel_once(name: str) -> None:
    table = build(registry.SCANS, name)(28, 28)
    assert table.flatten().sort().values.tolist() == list(range(28 * 28))


@pytest.mark.parametrize("name", registry.AUGMENTATIONS)
def test_every_augmentation_keeps_the_shape(name: str) -> None:
    images = torch.rand(3, 28, 28)
    varied = build(registry.AUGMENTATIONS, name)(images, torch.Generator().manual_seed(0))
    assert varied.shape == images.shape


@pytest.mark.parametrize("name", registry.PRESETS)
def test_every_preset_is_a_config_that_files_can_hold(name: str) -> None:
    preset = registry.PRESETS[name]
    assert isinstance(preset, RunConfig)
    assert from_json(to_json(preset)) == preset
    assert preset.data.name in registry.DATA_SETS


def test_default_model_has_a_preset() -> None:
    assert registry.DEFAULT_MODEL in registry.PRESETS


def test_every_choice_in_the_configuration_is_held_to_its_table() -> None:
    held = {choices for choices, _ in CHOICES}
    precision = config.PRECISIONS  # number formats are torch's own, not built by a table
    for part in (config.DataConfig, config.ModelConfig, config.TrainingConfig):
        for declared in fields(part):
            options = declared.metadata.get("options")
            if options and options not in (precision, config.NONLINEARITIES):
                assert options in held, declared.name
