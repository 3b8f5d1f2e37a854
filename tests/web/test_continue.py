"""What a drawing could still become: forms that begin like it, from where the pen is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnndemo.data.drawn.digits import forms
from rnndemo.data.frames.strokes import Strokes

SIDE = 308
FORMS = [{"label": label, "strokes": [s.ravel().tolist() for s in it]} for label, it in forms()]


def first_part(strokes: Strokes, share: float) -> Strokes:
    """Return the first share of strokes, as a pen goes along them."""
    ways = [np.concatenate([[0], np.hypot(*np.diff(s, axis=0).T).cumsum()]) for s in strokes]
    left = share * sum(way[-1] for way in ways)
    result = []
    for stroke, way in zip(strokes, ways, strict=True):
        if left > 0:
            points = np.linspace(0, min(left, way[-1]), 30)
            result.append(np.stack([np.interp(points, way, axis) for axis in stroke.T], 1))
        left -= way[-1]
    return result


def as_hands_do(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Return strokes on the board, somewhat larger, wider and elsewhere, with a shaking hand."""
    size = SIDE * 0.6 * np.exp(rng.normal(0, 0.08, 2))
    place = rng.uniform(0.1, 0.2, 2) * SIDE
    return [place + stroke * size + rng.normal(0, 2, stroke.shape) for stroke in strokes]


def continued(run: Any, drawing: Strokes) -> list[dict[str, Any]]:
    strokes = [stroke.ravel().tolist() for stroke in drawing]
    code = "(web, {strokes, forms, side}) => web.continuations(strokes, forms, side)"
    return list(run(code, {"strokes": strokes, "forms": FORMS, "side": SIDE}))


@pytest.mark.parametrize("share", [0.35, 0.6, 0.85])
def test_what_is_meant_is_among_what_it_could_become(run, share: float) -> None:
    rng = np.random.default_rng(int(100 * share))
    found = []
    for label, form in forms()[::2]:
        drawing = as_hands_do(first_part(form, share), rng)
        could = continued(run, drawing)
        found.append(label in [one["label"] for one in could])
        for one in could:
            rest = [np.reshape(stroke, (-1, 2)) for stroke in one["rest"]]
            assert all(np.isfinite(stroke).all() for stroke in rest)
            assert all((stroke > -8).all() and (stroke < SIDE + 8).all() for stroke in rest)
    assert np.mean(found) > 0.85


def test_the_rest_begins_where_the_pen_stopped(run) -> None:
    drawing = as_hands_do(first_part(dict(forms())["2"], 0.5), np.random.default_rng(1))
    two = next(one for one in continued(run, drawing) if one["label"] == "2")
    np.testing.assert_allclose(two["rest"][0][:2], drawing[-1][-1], atol=1e-9)


def test_more_ink_leaves_fewer_digits(run) -> None:
    rng = np.random.default_rng(2)
    count = {
        share: np.mean([
            len(continued(run, as_hands_do(first_part(form, share), rng)))
            for _label, form in forms()[::4]
        ])
        for share in (0.25, 0.9)
    }  # fmt: skip
    assert count[0.25] > 2 * count[0.9]


def test_strokes_that_go_on_from_one_another_are_one(run) -> None:
    (stroke,) = as_hands_do(dict(forms())["2"], np.random.default_rng(3))
    halves = [stroke[:20], stroke[19:]]
    assert "2" in [one["label"] for one in continued(run, halves)]


@pytest.mark.parametrize(
    "drawing",
    [
        [],
        [np.full((1, 2), 100.0)],
        [np.full((9, 2), 100.0)],
        [np.random.default_rng(4).uniform(0, SIDE, (60, 2))],
        [np.array([[x, y], [x + 20.0, y]]) for x in (20, 120, 220) for y in (20, 120, 220)],
    ],
    ids=["nothing", "a dot", "a dot of many points", "a scribble", "nine lines"],
)
def test_what_no_digit_begins_like_becomes_none(run, drawing: Strokes) -> None:
    assert continued(run, drawing) == []
