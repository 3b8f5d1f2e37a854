from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from rnndemo.evaluation.calibration import (
    ACCEPTED,
    FEW,
    confidence,
    fit_temperature,
    fit_threshold,
)
from rnndemo.evaluation.report import calibration_curve

CLASSES = 10


def honest(count: int = 20_000, spread: float = 2.0) -> tuple[Tensor, Tensor]:
    """Return logits, and labels drawn with the very probabilities that the logits state."""
    generator = torch.Generator().manual_seed(1)
    logits = spread * torch.randn(count, CLASSES, generator=generator)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator).squeeze(1)
    return logits, labels


@pytest.mark.parametrize("scale", [0.25, 1.0, 3.0])
def test_temperature_recovers_the_scale_of_softmax_logits(scale: float) -> None:
    logits, labels = honest()
    assert fit_temperature(logits * scale, labels, "softmax") == pytest.approx(scale, rel=0.03)


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_temperature_recovers_the_scale_of_sigmoid_logits(scale: float) -> None:
    # two classes of opposite logits: one against the rest is then the same as one of both
    generator = torch.Generator().manual_seed(1)
    logit = 2 * torch.randn(20_000, generator=generator)
    labels = (torch.rand(20_000, generator=generator) > logit.sigmoid()).long()
    logits = torch.stack([logit, -logit], 1) * scale
    assert fit_temperature(logits, labels, "sigmoid") == pytest.approx(scale, rel=0.03)


def test_temperature_stays_in_its_range() -> None:
    right = 0.5 * torch.eye(CLASSES).repeat(FEW, 1)  # never wrong: the colder, the better
    labels = torch.arange(CLASSES).repeat(FEW)
    assert fit_temperature(right, labels, "softmax") == pytest.approx(0.05, rel=1e-3)
    assert fit_temperature(-right, labels, "softmax") == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_threshold_accepts_the_required_share_and_no_more(activation: str) -> None:
    logits, _ = honest(4000)
    threshold = fit_threshold(logits, 1.3, activation)
    table = (logits / 1.3).softmax(1) if activation == "softmax" else (logits / 1.3).sigmoid()
    accepted = (confidence(table) >= threshold).double().mean().item()
    assert ACCEPTED <= accepted <= ACCEPTED + 1 / len(logits)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_few_right_answers_do_not_make_it_certain(activation: str) -> None:
    labels = torch.arange(3).repeat(2)
    logits = 9.0 * torch.eye(3)[labels]
    temperature = fit_temperature(logits, labels, activation)
    if activation == "softmax":
        sure = confidence((logits.double() / temperature).softmax(1))
        # six pictures and one imagined of each class: seven right of nine
        assert sure.tolist() == pytest.approx([7 / 9] * 6, abs=1e-4)
        threshold = fit_threshold(logits, temperature, activation)
        assert threshold == pytest.approx((1 / 3 + 7 / 9) / 2, abs=1e-4)
    else:
        sure = confidence((logits.double() / temperature).sigmoid())
        assert sure.max() < 0.95
        assert 0.5 < fit_threshold(logits, temperature, activation) < sure.min()


def test_few_pictures_and_many_meet_at_the_border() -> None:
    logits, labels = honest(FEW)
    careful = fit_temperature(logits[:-1], labels[:-1], "softmax")
    assert fit_temperature(logits, labels, "softmax") == pytest.approx(careful, rel=0.1)


def test_confidence_is_the_largest_probability() -> None:
    assert confidence(torch.tensor([[0.2, 0.7, 0.1], [0.4, 0.3, 0.3]])).tolist() == (
        pytest.approx([0.7, 0.4])
    )


def calibration_error(table: Tensor, labels: Tensor) -> float:
    sure, answers = table.max(1)
    return calibration_curve(sure.numpy(), (answers == labels).numpy()).error


def test_calibration_error_in_closed_form() -> None:
    # four answers at 0.8 of which three are right, and one at 0.55 that is wrong
    table = torch.tensor([[0.8, 0.2]] * 4 + [[0.45, 0.55]], dtype=torch.double)
    labels = torch.tensor([0, 0, 0, 1, 0])
    expected = (4 * abs(0.75 - 0.8) + 1 * 0.55) / 5
    assert calibration_error(table, labels) == pytest.approx(expected)


def test_honest_probabilities_have_next_to_no_error() -> None:
    logits, labels = honest()
    assert calibration_error(logits.softmax(1), labels) < 0.015
    assert calibration_error((3 * logits).softmax(1), labels) > 0.1


def test_certainty_is_counted_in_the_last_bin() -> None:
    table = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    error = calibration_error(table, torch.tensor([0, 1]))
    assert math.isclose(error, 0.5)
