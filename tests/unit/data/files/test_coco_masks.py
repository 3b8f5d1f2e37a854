from __future__ import annotations

import numpy as np
import pytest
from faster_coco_eval import mask as oracle
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnndemo.data.files.coco_masks import encoded, paint, polygons_of, runs_of
from rnndemo.errors import InputError

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=40))


def painted(shape: np.ndarray | list[list[float]], size: tuple[int, int]) -> np.ndarray:
    board = np.zeros(size, np.int16)
    paint(board, shape, 1)
    return board == 1


@given(MASKS)
def test_a_mask_comes_back_from_its_text_which_is_cocos(mask: np.ndarray) -> None:
    text = encoded(mask)
    assert text == oracle.encode(np.asfortranarray(mask, np.uint8))["counts"].decode()
    runs = runs_of({"counts": text, "size": list(mask.shape)}, (mask.shape[0], mask.shape[1]))
    assert (painted(runs, mask.shape) == mask).all()


def test_runs_go_down_the_columns() -> None:
    runs = runs_of({"counts": [1, 2, 3], "size": [3, 2]}, (3, 2))
    assert painted(runs, (3, 2)).tolist() == [[False, False], [True, False], [True, False]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"counts": [1, 2], "size": [3, 2]}, "have 3 pixels, but its picture has 6"),
        ({"counts": [6], "size": [2, 3]}, r"has the size \[2, 3\], but its picture is 3 × 2"),
        ({"counts": [6]}, "has the size None"),
        ({"counts": [-1, 7], "size": [3, 2]}, "no run-length code"),
        ({"counts": [6.0], "size": [3, 2]}, "no run-length code"),
        ({"counts": [10**400], "size": [3, 2]}, "no run-length code"),
        ({"counts": None, "size": [3, 2]}, "no run-length code"),
        ({"counts": "é", "size": [3, 2]}, "no run-length code"),
        ({"counts": "o" * 9, "size": [3, 2]}, "no run-length code"),
        ({"counts": "P", "size": [3, 2]}, "no run-length code"),
    ],
)
def test_wrong_runs_are_refused(content: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        runs_of(content, (3, 2))


@given(st.text(st.characters(max_codepoint=130), max_size=12))
def test_no_text_is_a_traceback(text: str) -> None:
    try:
        assert runs_of({"counts": text, "size": [4, 5]}, (4, 5)).sum() == 20
    except InputError as problem:
        assert "segmentation" in str(problem)


def test_polygons_fill_their_pixels() -> None:
    square = [2.0, 3.0, 6.0, 3.0, 6.0, 8.0, 2.0, 8.0]
    mask = painted(polygons_of([square, [-50, -50, -40, -50, -40, -40]]), (10, 12))
    wanted = np.zeros((10, 12), bool)
    wanted[3:8, 2:6] = True
    assert np.abs(mask.sum() - wanted.sum()) <= 11  # Pillow also fills the edge
    assert mask[wanted].all()


@pytest.mark.parametrize("polygon", [[1, 2, 3, 4], [1, 2, 3, 4, 5], "abc", [1, 2, 3, 4, 5, None]])
def test_what_is_no_polygon_is_refused(polygon: object) -> None:
    with pytest.raises(InputError, match="at least three corners"):
        polygons_of([polygon])
