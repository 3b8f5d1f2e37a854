from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from rnndemo.data.frames.pen import BOX, SIZE, THICKNESS, centre_of_mass, render
from rnndemo.data.frames.strokes import parse_strokes
from tests.strategies import strokes

Drawing = list[np.ndarray]

# Blurred by a pixel, two pictures of the same drawing differ by less than this share of their ink.
ALIKE = 0.01


def difference(first: np.ndarray, second: np.ndarray) -> float:
    change = gaussian_filter(first, 1) - gaussian_filter(second, 1)
    return float(np.abs(change).sum() / max(first.sum(), 1))


def test_difference_tells_drawings_apart() -> None:
    seven = [np.array([[0.0, 0], [0.5, 0], [0.2, 1]])]
    steeper = [np.array([[0.0, 0], [0.5, 0], [0.5, 1]])]
    assert difference(render(seven), render(steeper)) > 2 * ALIKE


@given(strokes(), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_place_on_the_canvas_does_not_matter(drawing: Drawing, x: float, y: float) -> None:
    moved = [stroke + np.array([x, y]) for stroke in drawing]
    assert difference(render(drawing), render(moved)) <= ALIKE


@given(strokes(), st.floats(0.01, 1e4))
def test_size_on_the_canvas_does_not_matter(drawing: Drawing, factor: float) -> None:
    scaled = [stroke * factor for stroke in drawing]
    assert difference(render(drawing), render(scaled)) <= ALIKE


@given(strokes())
def test_order_of_the_strokes_does_not_matter(drawing: Drawing) -> None:
    assert np.array_equal(render(drawing), render(drawing[::-1]))


@given(strokes())
def test_ink_fits_the_box_with_its_mass_in_the_middle(drawing: Drawing) -> None:
    image = render(drawing)
    ys, xs = np.nonzero(image > 0.5)
    assert max(np.ptp(xs), np.ptp(ys)) + 1 <= BOX + 1
    cut = max(xs.max(), ys.max()) == SIZE - 1 or min(xs.min(), ys.min()) == 0
    spread = np.ptp(np.concatenate(drawing), axis=0)
    whole = (BOX - THICKNESS) * spread / (spread.max() or 1.0)
    cut |= bool((np.array([np.ptp(xs), np.ptp(ys)]) < whole - 2).any())  # a lone dot is outside
    if not cut:  # a far-off hook may stick out of the frame, as in MNIST
        # two lone dots far apart: a dot rounded larger than the other moves the middle by 0.6
        assert np.allclose(centre_of_mass(image), SIZE / 2, atol=0.75)


@given(strokes())
def test_strokes_come_back_from_json_lists(drawing: Drawing) -> None:
    again = parse_strokes([stroke.tolist() for stroke in drawing])
    assert all(np.array_equal(a, b) for a, b in zip(again, drawing, strict=True))
