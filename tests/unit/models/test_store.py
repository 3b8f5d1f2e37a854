from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from rnndemo.errors import InputError
from rnndemo.models.store import Model, load_folder, load_model, save_model, shipped_names
from rnndemo.presets import DEFAULT_MODEL
from rnndemo.storage.names import CARD, CONFIG, WEIGHTS

HEADER = {"classes": json.dumps(list("0123456789")), "image_size": "[28, 28]"}


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def rewrite(folder: Path, header: dict[str, str] = HEADER, **changes: torch.Tensor) -> None:
    save_file(load_file(folder / WEIGHTS) | changes, folder / WEIGHTS, metadata=header)


def test_what_is_saved_is_loaded_again(tiny: Model, tiny_folder: Path) -> None:
    again = load_model(str(tiny_folder))
    assert (again.name, again.config, again.card) == (tiny.name, tiny.config, tiny.card)
    assert (again.classes, again.image_size) == (tiny.classes, tiny.image_size)
    for name, value in tiny.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], value), name
    sequence = torch.rand(3, 28, 28)
    assert torch.equal(again.network(sequence), tiny.network(sequence))


def test_loaded_network_is_ready_to_answer(tiny_folder: Path) -> None:
    network = load_folder(tiny_folder).network
    assert not network.training
    assert not any(weight.requires_grad for weight in network.parameters())


def test_folder_contains_three_files_and_no_temporary_ones(tiny_folder: Path) -> None:
    assert {path.name for path in tiny_folder.iterdir()} == {CONFIG, WEIGHTS, CARD}
    modes = {path.stat().st_mode for path in tiny_folder.iterdir()}
    assert len(modes) == 1  # who may read the card may read the weights


def test_equal_models_are_equal_files(tiny: Model, tiny_folder: Path) -> None:
    first = (tiny_folder / WEIGHTS).read_bytes()
    for _ in range(5):
        save_model(tiny_folder, tiny)
        assert (tiny_folder / WEIGHTS).read_bytes() == first


def test_saving_again_replaces(tiny: Model, tiny_folder: Path) -> None:
    save_model(tiny_folder, replace(tiny, card=replace(tiny.card, limits="none")))
    assert load_folder(tiny_folder).card.limits == "none"


def test_shipped_models_load_once() -> None:
    assert DEFAULT_MODEL in shipped_names()
    for name in shipped_names():
        assert load_model(name) is load_model(name)
        assert load_model(name).name == name


@pytest.mark.parametrize("name", ["no-such-model", "", "../..", "/", "a" * 200])
def test_unknown_model_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match=DEFAULT_MODEL):
        load_model(name)


def test_card_may_be_missing(tiny_folder: Path) -> None:
    (tiny_folder / CARD).unlink()
    card = load_folder(tiny_folder).card
    assert (card.name, card.temperature, card.reject_threshold) == ("tiny", 1.0, 0.0)


def test_card_of_a_newer_version_is_read_as_far_as_known(tiny: Model, tiny_folder: Path) -> None:
    edit(tiny_folder / CARD, energy_in_joule=3.5)
    assert load_folder(tiny_folder).card == tiny.card


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 0}, {"temperature": -1.0}, {"temperature": "warm"},
        {"temperature": float("nan")}, {"reject_threshold": 2}, {"reject_threshold": None},
        {"limits": 3}, {"measured": []}, {"seed": True},
    ],
)  # fmt: skip
def test_card_with_impossible_values_is_damaged(changes: dict[str, Any], tiny_folder: Path) -> None:
    edit(tiny_folder / CARD, **changes)
    with pytest.raises(InputError, match="card.json is missing or damaged"):
        load_folder(tiny_folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("name", [CONFIG, CARD, WEIGHTS])
def test_damaged_file_is_named(name: str, content: bytes, tiny_folder: Path) -> None:
    (tiny_folder / name).write_bytes(content)
    with pytest.raises(InputError, match=f"'tiny' cannot be read: {name}"):
        load_folder(tiny_folder)


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_missing_file_is_named(name: str, tiny_folder: Path) -> None:
    (tiny_folder / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        load_folder(tiny_folder)
    with pytest.raises(InputError, match="There is no model"):
        load_model(str(tiny_folder))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_truncated_weights_are_damaged(share: float, tiny_folder: Path) -> None:
    whole = (tiny_folder / WEIGHTS).read_bytes()
    (tiny_folder / WEIGHTS).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="model.safetensors is missing or damaged"):
        load_folder(tiny_folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_damaged(value: float, tiny_folder: Path) -> None:
    weights = load_file(tiny_folder / WEIGHTS)
    name = next(iter(weights))
    weights[name].view(-1)[3] = value
    rewrite(tiny_folder, **{name: weights[name]})
    with pytest.raises(InputError, match="model.safetensors is missing or damaged"):
        load_folder(tiny_folder)


def test_nothing_is_unpickled(tiny_folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    (tiny_folder / WEIGHTS).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError):
        load_folder(tiny_folder)
    torch.save(Trap(), tiny_folder / WEIGHTS)
    with pytest.raises(InputError):
        load_folder(tiny_folder)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "changes", [{"hidden_size": 17}, {"cell": "gru"}, {"num_layers": 2}, {"bidirectional": True}]
)
def test_weights_of_another_configuration_do_not_fit(
    changes: dict[str, Any], tiny_folder: Path
) -> None:
    model = json.loads((tiny_folder / CONFIG).read_text())["model"]
    edit(tiny_folder / CONFIG, model=model | changes)
    with pytest.raises(InputError, match="'tiny' do not fit its configuration"):
        load_folder(tiny_folder)


@pytest.mark.parametrize(
    "header",
    [
        {}, {"classes": HEADER["classes"]}, HEADER | {"classes": "["}, HEADER | {"classes": "[]"},
        HEADER | {"image_size": "[28]"}, HEADER | {"image_size": "[28, 30]"},
        HEADER | {"image_size": "[100000, 28]"}, HEADER | {"image_size": "[0, 28]"},
        HEADER | {"classes": '["0", "1"]'},
    ],
)  # fmt: skip
def test_header_must_fit_the_weights(header: dict[str, str], tiny_folder: Path) -> None:
    rewrite(tiny_folder, header)
    with pytest.raises(InputError, match="do not fit"):
        load_folder(tiny_folder)


def test_configuration_of_a_newer_schema_asks_for_an_update(tiny_folder: Path) -> None:
    edit(tiny_folder / CONFIG, schema=99)
    with pytest.raises(InputError, match="schema 99.*Update"):
        load_folder(tiny_folder)
