from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnndemo.data.frames.strokes import (
    BOX,
    MAX_POINTS,
    MAX_STROKES,
    SIZE,
    centre_of_mass,
    fit,
    parse_strokes,
    rasterize,
    render,
    strokes_from_canvas,
)
from rnndemo.errors import InputError

SEVEN = [np.array([[10.0, 10], [60, 12], [30, 90]])]
PLUS = [np.array([[0.0, 50], [100, 50]]), np.array([[50.0, 0], [50, 100]])]


def ink_box(image: np.ndarray) -> tuple[int, int]:
    """Return width and height of the drawing."""
    ys, xs = np.nonzero(image > 0.5)
    return int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1


@pytest.mark.parametrize(
    "content",
    [
        None,
        5,
        "abc",
        b"abc",
        {"strokes": []},
        [5],
        [[1, 2]],
        [[[1]]],
        [[[1, 2, 3, 4, 5]]],
        [[[1, 2], [3]]],
        [["a", "b"]],
        [[[10**400, 1]]],
        [{"x": 1}],
    ],
)
def test_what_has_another_form_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match=r"Strokes look like \[\[\[x, y\]"):
        parse_strokes(content)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300, None])
def test_coordinate_that_is_no_usable_number_is_refused(number: Any) -> None:
    with pytest.raises(InputError, match="not a usable number"):
        parse_strokes([[[0, 0], [number, 1]]])


def test_limits_are_stated() -> None:
    with pytest.raises(InputError, match=f"up to {MAX_STROKES} strokes"):
        parse_strokes([[[0, 0]]] * (MAX_STROKES + 1))
    with pytest.raises(InputError, match=f"up to {MAX_POINTS} points"):
        parse_strokes([[[0, 0]] * (MAX_POINTS + 1)])
    assert len(parse_strokes([[[0, 0]]] * MAX_STROKES)) == MAX_STROKES


def test_empty_strokes_are_passed_over() -> None:
    assert parse_strokes([]) == []
    assert len(parse_strokes([[], [[1, 2]], []])) == 1


def canvas(*paths: list[list[Any]]) -> dict[str, Any]:
    return {"version": "4.4.0", "objects": [{"type": "path", "path": path} for path in paths]}


@pytest.mark.parametrize("content", [None, {}, {"objects": []}, {"objects": [{"type": "rect"}]}])
def test_canvas_without_strokes_gives_none(content: Any) -> None:
    assert strokes_from_canvas(content) == []


def test_lines_of_a_canvas_path_keep_their_points() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 1, 2], ["L", 3, 4], ["L", 5, 6]]))
    assert stroke.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_curves_of_a_canvas_path_follow_bezier() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 0, 0], ["Q", 10, 0, 10, 10]]))
    assert stroke[0].tolist() == [0, 0]
    assert stroke[-1].tolist() == [10, 10]
    # On this curve x = 10 (1 - (1 - t)²) and y = 10 t²
    t = np.sqrt(stroke[:, 1] / 10)
    assert np.allclose(stroke[:, 0], 10 * (1 - (1 - t) ** 2))
    assert np.allclose(np.diff(t), t[1])


def test_dot_on_the_canvas_is_a_stroke() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 5, 5], ["L", 5, 5], ["z"]]))
    assert render([stroke]).sum() > 1


def test_each_canvas_path_is_a_stroke_of_its_own() -> None:
    assert len(strokes_from_canvas(canvas([["M", 0, 0]], [["M", 5, 5], ["L", 6, 6]]))) == 2


@pytest.mark.parametrize(
    "path",
    [
        [["M", 0, 0], ["Q", 1, 1]],
        [["M", 0, 0], ["Q", "a", 1, 2, 3]],
        [["M", 0, 0], ["L", None, 2]],
        [["M", 0, 0], ["L", float("nan"), 2]],
        [["M", 0, 0], 5],
        None,
    ],
)
def test_broken_canvas_path_is_refused(path: Any) -> None:
    with pytest.raises(InputError):
        strokes_from_canvas(canvas(path))


def test_fit_fills_the_box_and_keeps_the_aspect() -> None:
    (stroke,) = fit([np.array([[0.0, 0], [10, 40]])], thickness=2)
    assert np.allclose(np.ptp(stroke, 0), [4.5, 18])
    assert np.allclose((stroke.min(0) + stroke.max(0)) / 2, SIZE / 2)


@pytest.mark.parametrize("extent", [0.0, 1e-300, 1e-9, 1e9])
def test_fit_stays_finite_for_any_extent(extent: float) -> None:
    (stroke,) = fit([np.array([[0.0, 0], [extent, 0]])])
    assert np.isfinite(stroke).all()
    assert np.abs(stroke - SIZE / 2).max() <= BOX / 2


def test_point_is_drawn_as_a_dot_in_the_middle() -> None:
    image = render([np.array([[123.0, -7]])])
    assert image.sum() > 1
    assert centre_of_mass(image) == pytest.approx((SIZE / 2, SIZE / 2), abs=0.2)


def test_render_is_white_on_black_in_the_unit_range() -> None:
    image = render(SEVEN)
    assert image.shape == (SIZE, SIZE)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1


@pytest.mark.parametrize("thickness", [1.0, 2.4, 4.0])
def test_ink_fills_twenty_pixels_whatever_the_pen(thickness: float) -> None:
    assert ink_box(render(PLUS, thickness)) == pytest.approx((BOX, BOX), abs=1)


def test_thicker_pen_leaves_more_ink() -> None:
    sums = [render(SEVEN, thickness).sum() for thickness in (1.2, 2.4, 3.6)]
    assert sums == sorted(sums)
    assert sums[2] > 2 * sums[0]


def test_oversampled_drawing_averages_to_the_plain_one() -> None:
    fitted = fit(SEVEN)
    fine = rasterize(fitted, oversample=4)
    assert fine.shape == (4 * SIZE, 4 * SIZE)
    assert np.allclose(fine.reshape(SIZE, 4, SIZE, 4).mean((1, 3)), rasterize(fitted), atol=1e-6)


def test_centre_of_mass_is_measured_in_pixels() -> None:
    image = np.zeros((4, 6))
    image[1, 2] = 3.0
    assert centre_of_mass(image) == (2.5, 1.5)
    assert centre_of_mass(np.zeros((4, 6))) == (3.0, 2.0)
