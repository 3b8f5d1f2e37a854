"""Measurements show what happens in a network and change nothing in it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet
from rnndemo.models.unroll import unroll
from rnndemo.training import watch
from rnndemo.training.trainer import Trainer
from rnndemo.training.watch import (
    LOOKS,
    CurvePoints,
    Probe,
    Watcher,
    layer_norms,
    validation_pictures,
)
from tests.runs import differing
from tests.small import changed

RICH: dict[str, Any] = {
    "model__hidden_size": 8, "model__num_layers": 2, "model__dropout": 0.3,
    "data__augmentation": "people", "data__train_size": 200, "training__batch_size": 64,
    "training__ema_decay": 0.9,
}  # fmt: skip
HALF: dict[str, Any] = {"model__cell": "gru", "training__precision": "bfloat16"}
VARIANTS: list[dict[str, Any]] = [
    {"model__cell": "rnn"},
    {"model__cell": "lstm"},
    {"model__cell": "gru", "model__bidirectional": True},
    {"model__output_activation": "sigmoid", "model__pooling": "attention"},
    {"model__cell": "lru"},
    {"model__network": "two-speed"},
    {"data__scan": "patches", "model__pooling": "mean", **HALF},
]


def looked(trainer: Trainer, data: DataSet) -> dict[str, dict[str, Any]]:
    """Return all measurements by their names."""
    probe = Probe(data, trainer.config.data.scan)
    return {
        look.measure.__name__: look.measure(trainer, probe)
        for look in LOOKS
        if look.fits(trainer.model)
    }


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: "-".join(map(str, v.values())))
def test_watching_changes_no_bit(variant: dict[str, Any], few_digits: DataSet) -> None:
    config = changed(**{**RICH, **variant})
    alone, watched = Trainer(config, few_digits), Trainer(config, few_digits)
    written: list[str] = []
    watcher = Watcher(Probe(few_digits, config.data.scan), lambda kind, **_: written.append(kind))
    after = []
    for trainer in (alone, watched):
        torch.manual_seed(5)
        for _ in range(6):
            trainer.advance()
            if trainer is watched:
                watcher.look(trainer, everything=True)
                layer_norms(trainer.model, 1.0)
        after.append({name: value.clone() for name, value in trainer.state()[0].items()})
    assert differing(*after) == []
    assert len(written) == 6 * sum(look.fits(alone.model) for look in LOOKS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: "-".join(map(str, v.values())))
def test_network_trains_on_after_a_look(variant: dict[str, Any], few_digits: DataSet) -> None:
    trainer = Trainer(changed(**{**RICH, **variant}), few_digits)
    trainer.advance()
    gradients = [p.grad.clone() for p in trainer.model.parameters()]
    looked(trainer, few_digits)
    assert trainer.model.training
    pairs = zip(gradients, trainer.model.parameters(), strict=True)
    assert all(torch.equal(before, p.grad) for before, p in pairs)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: "-".join(map(str, v.values())))
def test_what_is_seen_fits_into_an_event(variant: dict[str, Any], few_digits: DataSet) -> None:
    trainer = Trainer(changed(**{**RICH, **variant}), few_digits)
    trainer.advance()
    for content in looked(trainer, few_digits).values():
        text = json.dumps(content, allow_nan=False)
        assert json.loads(text) == content
        assert len(text) < 40_000


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_lost_numbers_are_seen_as_none(value: float, few_digits: DataSet) -> None:
    trainer = Trainer(changed(**RICH), few_digits)
    trainer.advance()
    for weight in trainer.model.parameters():
        weight.data.fill_(value)
    for content in looked(trainer, few_digits).values():
        json.dumps(content, allow_nan=False)
    assert looked(trainer, few_digits)["histograms"]["weights"]["layer0.ih"]["shares"] == []


def test_film_shows_the_states_that_the_cells_compute(few_digits: DataSet) -> None:
    trainer = Trainer(changed(**RICH), few_digits)
    content = looked(trainer, few_digits)["film"]
    levels = np.frombuffer(base64.b64decode(content["states"]), np.int8)
    picture = to_sequence(few_digits.validation.images[:1].float() / 255, "rows")
    with torch.no_grad():
        trainer.model.eval()
        hidden = trainer.model.hidden_states(picture)[-1][0]
    np.testing.assert_allclose(
        levels.reshape(-1, content["units"]) / 127, hidden.numpy(), atol=0.5 / 127 + 1e-6
    )


def test_validation_is_that_of_the_saved_weights(few_digits: DataSet) -> None:
    trainer = Trainer(changed(**RICH), few_digits)
    for _ in range(5):
        trainer.advance()
    probe = Probe(few_digits, "rows")
    with torch.no_grad():
        logits = trainer.saved_model.eval()(probe.sequence)
    content = looked(trainer, few_digits)["validation"]
    loss = F.cross_entropy(logits, probe.labels).item()
    right = (logits.argmax(1) == probe.labels).double().mean().item()
    assert content["validation_loss"] == pytest.approx(loss, rel=1e-4)
    assert content["validation_accuracy"] == pytest.approx(right, rel=1e-4)


def test_gradient_by_timestep_is_that_of_the_loss(few_digits: DataSet) -> None:
    trainer = Trainer(changed(**{**RICH, "model__num_layers": 1}), few_digits)
    content = looked(trainer, few_digits)["gradient_by_timestep"]
    probe, model = Probe(few_digits, "rows"), trainer.model.eval()
    steps: dict[int, torch.Tensor] = {}

    def keep(layer: int, direction: int, t: int, h: torch.Tensor) -> torch.Tensor:
        h.retain_grad()
        steps[t] = h
        return h

    unroll(model, probe.sequence[:8], keep)
    states = torch.stack([steps[t] for t in sorted(steps)], 1)
    loss = F.cross_entropy(model.head(model.pool(states))[:, -1], probe.labels[:8], reduction="sum")
    loss.backward()
    expected = [steps[t].grad.norm(dim=-1).mean().item() for t in sorted(steps)]
    assert content["gradient"][0][0] == pytest.approx(expected, rel=1e-3)


def test_shares_of_a_histogram_add_up(few_digits: DataSet) -> None:
    trainer = Trainer(changed(**RICH), few_digits)
    content = looked(trainer, few_digits)["histograms"]
    assert sorted(content["activations"]) == ["layer0", "layer1"]
    assert sorted(content["weights"]) == ["layer0.hh", "layer0.ih", "layer1.hh", "layer1.ih"]
    for spread in (*content["weights"].values(), *content["activations"].values()):
        assert sum(spread["shares"]) == pytest.approx(1, abs=1e-3)
        assert spread["low"] == -spread["high"] < 0


def test_norms_of_the_parts_undo_the_clipping(few_digits: DataSet) -> None:
    settings = {**RICH, "training__max_norm": 0.01}
    trainer = Trainer(changed(**settings), few_digits)
    event = trainer.advance()
    norms = layer_norms(trainer.model, event.grad_norm / 0.01)
    whole = sum(norm**2 for norm in norms.values()) ** 0.5
    assert sorted(norms) == ["head", "layer0", "layer1"]
    assert whole == pytest.approx(event.grad_norm, rel=1e-2)


# --- often enough ---------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [50, 61, 120, 860])
def test_a_curve_has_points_all_over_a_run_and_more_near_its_start(steps: int) -> None:
    points, found = CurvePoints(40), [0]
    for step in range(1, steps + 1):
        if points.due(step / steps):
            points.last = step / steps
            found.append(step)
    assert found[:5] == [0, 1, 2, 3, 4]
    assert 40 <= len(found) <= 64
    assert max(after - before for before, after in pairwise(found)) <= steps / 40 + 1
    assert points.due(1 / steps)  # of more epochs


@pytest.mark.parametrize("learned", [0, 15_000, 55_000, 10**7])
def test_short_trainings_are_validated_on_fewer_pictures(learned: int) -> None:
    fewest, most = watch.VALIDATION_PICTURES
    pictures = validation_pictures(learned)
    assert fewest <= pictures <= most
    assert pictures == fewest or 48 * pictures * watch.READING <= 0.051 * learned


def test_a_probe_has_the_same_pictures_each_time(few_digits: DataSet) -> None:
    probes = [Probe(few_digits, "rows", 64) for _ in range(2)]
    assert len(probes[0].labels) == 64
    assert torch.equal(probes[0].sequence, probes[1].sequence)
    few = replace(few_digits, validation=few_digits.validation.take(torch.arange(5)))
    assert len(Probe(few, "rows", 64).labels) == 5


def test_price_of_the_validation_curve_is_limited(
    monkeypatch: pytest.MonkeyPatch, few_digits: DataSet
) -> None:
    used = [0.0]
    monkeypatch.setattr(watch.time, "process_time", lambda: used[0])
    monkeypatch.setattr(watch.time, "perf_counter", lambda: 0.0)

    def dear(trainer: Any, probe: Any) -> dict[str, Any]:
        used[0] += 1.0
        return {}

    monkeypatch.setattr(watch, "LOOKS", (watch.Watched(dear, "watch", 0.003, 0.25, points=48),))
    trainer = SimpleNamespace(step=0, progress=0.0, model=SimpleNamespace(in_order=True))
    written: list[str] = []
    watcher = Watcher(Probe(few_digits, "rows"), lambda kind, **_: written.append(kind))
    watcher.look(trainer, everything=True)
    for step in range(1, 241):
        used[0] += 0.5
        trainer.step, trainer.progress = step, step / 240
        watcher.look(trainer)
    assert watch.PRICE * 120 - 1 < len(written) < watch.PRICE * used[0] + watch.PRICE_SECONDS + 2


# --- seldom enough --------------------------------------------------------------------------


class Clock:
    """A clock that advances only during measurements and between them."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


def test_looks_take_their_allowance_and_no_more(
    monkeypatch: pytest.MonkeyPatch, few_digits: DataSet
) -> None:
    clock, spent, counts = Clock(), {}, {}

    def slow(name: str, cost: float) -> Any:
        def see(trainer: Any, probe: Any) -> dict[str, Any]:
            clock.now += cost
            spent[name] = spent.get(name, 0.0) + cost
            counts[name] = counts.get(name, 0) + 1
            return {}

        return see

    looks = tuple(
        watch.Watched(slow(str(number), cost), "watch", allowance, 0.2)
        for number, (cost, allowance) in enumerate([(0.0001, 0.01), (0.01, 0.01), (1.0, 0.005)])
    )
    monkeypatch.setattr(watch, "LOOKS", looks)
    monkeypatch.setattr(watch.time, "perf_counter", clock.perf_counter)
    trainer = Trainer(changed(**RICH), few_digits)
    watcher = Watcher(Probe(few_digits, "rows"), lambda kind, **content: None)
    begun = clock.now
    while clock.now < begun + 1000:
        clock.now += 0.002
        watcher.look(trainer)
    shares = {name: seconds / (clock.now - begun) for name, seconds in spent.items()}
    assert shares["0"] < 0.001  # cheap: its interval holds it back
    assert counts["0"] == pytest.approx(1000 / 0.2, rel=0.05)
    assert 0.8 * 0.01 < shares["1"] < 1.05 * 0.01
    assert 0.8 * 0.005 < shares["2"] < 1.3 * 0.005
