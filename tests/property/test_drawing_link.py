"""Any drawing can travel in a link, and any text in a link is a drawing or refused."""

from __future__ import annotations

import base64
import zlib
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnndemo.data.frames.compact import MAX_LETTERS, TOLERANCES, from_text, thinned, to_text
from rnndemo.errors import InputError

SIDE = 308

places = st.tuples(st.floats(-50, 400), st.floats(-50, 400))
drawings = st.lists(st.lists(places, min_size=1, max_size=60).map(np.array), min_size=1, max_size=8)


def nearest(points: np.ndarray, line: np.ndarray) -> float:
    """Return how far the farthest of `points` is from a line of dense points."""
    return float(np.linalg.norm(points[:, None] - line[None], axis=2).min(1).max())


@given(drawings)
def test_a_drawing_arrives_rounded_to_whole_pixels(drawing: list[np.ndarray]) -> None:
    text = to_text(drawing, SIDE)
    assert len(text) <= MAX_LETTERS
    if not text:
        return
    strokes, board = from_text(text)
    assert board == SIDE
    assert len(strokes) == len(drawing)
    for arrived, drawn in zip(strokes, drawing, strict=True):
        assert nearest(arrived, drawn) <= 0.71  # each is one of the points, half a pixel off
        assert np.abs(arrived[[0, -1]] - drawn[[0, -1]]).max() <= 0.5
    assert to_text(strokes, board) == text or len(text) > MAX_LETTERS / 2


@given(st.lists(places, min_size=2, max_size=80).map(np.array), st.sampled_from(TOLERANCES))
def test_a_thinned_line_passes_every_point(stroke: np.ndarray, tolerance: float) -> None:
    kept = thinned(stroke, tolerance)
    dense = np.concatenate(
        [start + np.linspace(0, 1, 400)[:, None] * (end - start)
         for start, end in pairwise(kept)]
    )  # fmt: skip
    assert nearest(stroke, dense) <= tolerance + 1.0


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)))
@example("x" * (MAX_LETTERS + 1))
def test_any_text_is_a_drawing_or_refused(text: str) -> None:
    refused_or_drawn(text)


@given(st.binary(max_size=200))
@example(b"")
@example(bytes(2_000_000))  # a small text that opens into much
@example(b"\x01\x01\x01\x00\x00\x00")
def test_any_packed_bytes_are_a_drawing_or_refused(content: bytes) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(content)).decode("ascii").rstrip("=")
    refused_or_drawn(packed)


def refused_or_drawn(text: str) -> None:
    try:
        strokes, board = from_text(text)
    except InputError as error:
        assert "damaged" in str(error)
    else:
        assert board > 0
        assert all(stroke.ndim == 2 and len(stroke) for stroke in strokes)


def test_a_drawing_far_too_long_stays_out_of_the_link() -> None:
    scribble = np.random.default_rng(0).uniform(0, SIDE, (5000, 2))
    assert to_text([scribble], SIDE) == ""


def test_a_long_drawing_is_thinned() -> None:
    jitter = np.random.default_rng(0).normal(0, 0.6, (2500, 2))
    turns = np.linspace(0, 40, 2500)
    spiral = 150 + (3 * turns * np.stack([np.cos(turns), np.sin(turns)])).T + jitter
    text = to_text([spiral], SIDE)
    assert 0 < len(text) <= MAX_LETTERS
    (arrived,), _ = from_text(text)
    assert len(arrived) < 2000


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_text_that_lost_its_end_is_refused(cut: int) -> None:
    text = to_text([np.array([[0.0, 0], [50, 90], [33, 12], [70, 70]])], SIDE)
    with pytest.raises(InputError):
        from_text(text[:-cut])
