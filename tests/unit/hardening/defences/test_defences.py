from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.ndimage import median_filter, rotate

from rnndemo import codec
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.defences import DEFENCES, defence_named
from rnndemo.hardening.defences.average import MOVES, TURNS, views
from rnndemo.hardening.drawing import read_behind
from rnndemo.hardening.victim import averaged, passed_through, victim_of
from rnndemo.models.heads import OUTPUT_ACTIVATIONS
from rnndemo.models.store import load_model


@pytest.fixture(scope="module")
def pictures(digits: DataSet) -> torch.Tensor:
    return digits.test.images[:8].float() / 255


@pytest.mark.parametrize("name", DEFENCES)
def test_a_defence_keeps_shape_and_range(name: str, pictures: torch.Tensor) -> None:
    before = pictures.clone()
    seen = DEFENCES[name].apply(pictures)
    assert torch.equal(pictures, before)
    assert seen.shape == pictures.shape
    assert seen.dtype == pictures.dtype
    assert seen.min() >= 0
    assert seen.max() <= 1
    blank = torch.zeros(2, 28, 28)
    assert torch.equal(DEFENCES[name].apply(blank), blank)


@pytest.mark.parametrize("name", DEFENCES)
def test_an_attack_has_a_gradient_to_follow(name: str, pictures: torch.Tensor) -> None:
    given = pictures.clone().requires_grad_()
    seen = passed_through(DEFENCES[name], given)
    torch.testing.assert_close(seen, DEFENCES[name].apply(pictures))
    weights = torch.rand(pictures.shape)
    (gradient,) = torch.autograd.grad((seen * weights).sum(), given)
    assert gradient.abs().sum() > 0
    if DEFENCES[name].hides_gradients:
        assert torch.equal(gradient, weights)  # straight through


def test_binarising_takes_what_is_nearer() -> None:
    given = torch.tensor([[[0.0, 0.49, 0.51, 1.0]]])
    assert DEFENCES["binarise"].apply(given).tolist() == [[[0, 0, 1, 1]]]


def test_the_median_is_scipys(pictures: torch.Tensor) -> None:
    known = np.stack([median_filter(one, 3, mode="nearest") for one in pictures.numpy()])
    np.testing.assert_array_equal(DEFENCES["denoise"].apply(pictures).numpy(), known)


def test_ink_that_was_moved_comes_back(pictures: torch.Tensor) -> None:
    middle = DEFENCES["recentre"].apply(pictures)
    moved = torch.roll(middle, (1, -2), (1, 2))
    assert torch.equal(DEFENCES["recentre"].apply(moved), DEFENCES["recentre"].apply(middle))
    down = middle.sum(2) @ torch.arange(28.0) / middle.sum((1, 2))
    assert (down - 14).abs().max() <= 0.5 + 1e-4
    assert torch.equal(middle, pictures)  # MNIST has done the same


def test_names() -> None:
    assert defence_named("none") is None
    assert defence_named("denoise") is DEFENCES["denoise"]
    with pytest.raises(InputError, match="none, binarise"):
        defence_named("prayer")


# --- a mean of readings -------------------------------------------------------------------------


def test_views_are_the_picture_moved_and_turned(pictures: torch.Tensor) -> None:
    seen = views(pictures)
    assert seen.shape == (len(pictures), len(MOVES) + len(TURNS), 28, 28)
    assert torch.equal(seen[:, 0], pictures)
    for place, move in enumerate(MOVES):  # no ink of these touches the edge
        assert torch.equal(seen[:, place], torch.roll(pictures, move, (1, 2)))
    for place, degrees in enumerate(TURNS, len(MOVES)):
        known = rotate(pictures.numpy(), degrees, (1, 2), reshape=False, order=1)
        np.testing.assert_allclose(seen[:, place].numpy(), known, atol=2e-5)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_the_mean_of_probabilities_is_what_averaged_logits_mean(output: str) -> None:
    generator = torch.Generator().manual_seed(0)
    model = load_model("digits-rnn")
    config = codec.set_value(model.config, "model.output_activation", output)
    activation = OUTPUT_ACTIVATIONS[output]
    model = replace(model, config=config)
    logits = 9 * torch.randn(5, 7, 10, generator=generator).double()
    mean = activation(logits / model.card.temperature).mean(1)
    found = activation(averaged(model, logits) / model.card.temperature)
    torch.testing.assert_close(found, mean)


def test_an_attack_goes_through_the_mean_and_the_page_reads_what_was_attacked(
    pictures: torch.Tensor,
) -> None:
    model, defence = load_model("digits-rnn"), DEFENCES["average"]
    victim = victim_of(model, defence)
    picture = pictures[:1]
    label = victim.answers(picture)
    _, gradient = victim.gradient(picture, label)
    given = picture.clone().requires_grad_()
    singles = [victim_of(model).logits(view) for view in views(given).unbind(1)]
    temperature = model.card.temperature
    mean = torch.stack([(one / temperature).softmax(1) for one in singles]).mean(0)
    loss = torch.nn.functional.cross_entropy(temperature * mean.log(), label)
    (known,) = torch.autograd.grad(loss, given)
    torch.testing.assert_close(gradient, known, rtol=1e-3, atol=1e-6)
    seen, answer = read_behind(model, picture[0].numpy(), defence)
    assert np.array_equal(seen, picture[0].numpy())
    np.testing.assert_allclose(answer.probabilities, mean[0].detach(), atol=1e-5)
    assert answer.rows.shape[0] == 28
    assert answer.label == model.classes[int(label)]
    assert answer.states is None
