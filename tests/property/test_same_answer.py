"""Where a drawing lies, how large it is and how thick its brush was must not change the answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import ndimage

from rnndemo.data.drawn.digits import wobble
from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.frames.ink import from_picture, from_strokes
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet
from rnndemo.models.store import Model, load_model
from rnndemo.presets import DEFAULT_MODEL

DRAWINGS, PICTURES = 300, 100
ENOUGH = 0.99
BOARD, ZOOM = 460, 10  # pixels of the board, and of the board to one of MNIST
MIDDLE = np.array([0, 0])


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(DEFAULT_MODEL)


def answers(model: Model, images: list[np.ndarray]) -> np.ndarray:
    """Return what the page would show: the class, or -1 for "?"."""
    with torch.inference_mode():
        sequence = to_sequence(torch.from_numpy(np.stack(images)), model.config.data.scan)
        sure, best = model.probabilities(model.network(sequence)).max(1)
    return best.masked_fill(sure < model.card.reject_threshold, -1).numpy()


def enlarged(image: np.ndarray, zoom: float) -> np.ndarray:
    """Return the ink of a test digit as a boolean picture, smooth at its edges."""
    large = ndimage.zoom(image, zoom, order=3)
    return ndimage.gaussian_filter(large, zoom / 4) > 0.5


def on_board(ink: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Lay dark ink on a light board, float ``(BOARD, BOARD)`` in [0, 1]."""
    board = np.ones((BOARD, BOARD))
    top, left = (BOARD - np.array(ink.shape)) // 2 + shift
    board[top : top + ink.shape[0], left : left + ink.shape[1]] -= ink
    return board


def shifted(image: np.ndarray, ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return on_board(ink, rng.integers(-85, 86, 2))


def scaled(image: np.ndarray, ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return on_board(enlarged(image, ZOOM * rng.uniform(0.2, 1.5)), MIDDLE)


def brushed(image: np.ndarray, ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    inside = ndimage.distance_transform_edt(ink)
    if rng.random() < 0.5:  # thinner, but a line stays where the stroke was thin already
        return on_board(inside > min(rng.uniform(0, 5), 0.5 * inside.max()), MIDDLE)
    return on_board(ndimage.distance_transform_edt(~ink) < rng.uniform(0, 5), MIDDLE)


@pytest.fixture(scope="module")
def pictures(digits: DataSet) -> np.ndarray:
    return digits.test.images[:PICTURES].numpy().astype(np.float32) / 255


@pytest.fixture(scope="module")
def inks(pictures: np.ndarray) -> list[np.ndarray]:
    """The same, as large as they are drawn."""
    return [enlarged(picture, ZOOM) for picture in pictures]


@pytest.fixture(scope="module")
def plain(model: Model, inks: list[np.ndarray]) -> np.ndarray:
    """The answers to the drawings as they are."""
    return answers(model, [from_picture(on_board(ink, MIDDLE)).image for ink in inks])


@pytest.mark.parametrize("change", [shifted, scaled, brushed])
def test_pictures(
    change: Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray],
    model: Model,
    pictures: np.ndarray,
    inks: list[np.ndarray],
    plain: np.ndarray,
) -> None:
    rng = np.random.default_rng(0)
    changed = [
        from_picture(change(picture, ink, rng)).image
        for picture, ink in zip(pictures, inks, strict=True)
    ]
    after = answers(model, changed)
    assert (after == plain).mean() >= ENOUGH
    # what changes is whether the model is sure enough, not what it answers
    assert not ((after != plain) & (after >= 0) & (plain >= 0)).any()


def test_strokes(model: Model) -> None:
    rng = np.random.default_rng(0)

    def move(strokes: Strokes) -> Strokes:
        scale, offset = rng.uniform(0.2, 1.5), rng.uniform(-300, 300, 2)
        return [stroke * 200 * scale + offset for stroke in strokes]

    drawings = [
        wobble(strokes_of(forms[number // 10 % len(forms)]), rng, smooth=True)
        for number in range(DRAWINGS)
        for forms in [DIGITS[str(number % 10)]]
    ]
    plain = answers(model, [from_strokes(drawing).image for drawing in drawings])
    changed = answers(model, [from_strokes(move(drawing)).image for drawing in drawings])
    assert (plain == changed).mean() >= ENOUGH
