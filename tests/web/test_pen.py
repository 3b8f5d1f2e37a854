"""Pictures that the browser makes of strokes are those of Python, to the last bit."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest

from rnndemo.data.frames import path, pen
from rnndemo.data.frames.strokes import Strokes, strokes_from_canvas
from rnndemo.web import script

DRAWINGS, AT_ONCE = 1000, 250


def any_drawing(rng: np.random.Generator) -> Strokes:
    """Return strokes as people draw them, and as no one does."""
    kind = rng.integers(6)
    if kind == 0:  # dots
        return [rng.uniform(0, 308, (1, 2)) for _ in range(rng.integers(1, 4))]
    if kind == 1:  # level and upright lines, points of whole pixels, some twice
        points = np.round(rng.uniform(0, 308, (rng.integers(2, 8), 2)))
        points[1:, rng.integers(2)] = points[0, 0]
        return [np.repeat(points, 2, 0)]
    if kind == 2:  # far away, huge or tiny
        scale, place = 10.0 ** rng.uniform(-6, 6), rng.normal(0, 1e4, 2)
        return [place + scale * rng.normal(0, 1, (rng.integers(1, 40), 2))]
    strokes = []
    for _ in range(rng.integers(1, 5)):
        steps = rng.normal(0, rng.uniform(1, 25), (rng.integers(1, 90), 2))
        strokes.append(rng.uniform(0, 308, 2) + steps.cumsum(0))
    return strokes


@pytest.fixture(scope="module")
def drawings() -> list[Strokes]:
    rng = np.random.default_rng(0)
    return [any_drawing(rng) for _ in range(DRAWINGS)]


def some(drawings: list[Strokes]) -> Iterator[tuple[list[Strokes], list[list[list[float]]]]]:
    """Yield some drawings at a time, and what JavaScript gets of them."""
    for start in range(0, len(drawings), AT_ONCE):
        part = drawings[start : start + AT_ONCE]
        yield part, [[stroke.ravel().tolist() for stroke in drawing] for drawing in part]


BYTES = """(picture) => {
    const bytes = picture ? new Uint8Array(picture.buffer) : [];
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_pictures_of_strokes_are_equal(run, drawings) -> None:
    inked = 0
    for part, given in some(drawings):
        found = run(f"(web, all) => all.map((one) => ({BYTES})(web.render(one)))", given)
        for drawing, picture in zip(part, found, strict=True):
            expected = pen.render(drawing)
            np.testing.assert_array_equal(floats(picture).reshape(28, 28), expected)
            inked += expected.max() > 0
    assert inked > 0.99 * DRAWINGS


def test_pen_paths_are_equal(run, drawings) -> None:
    for part, given in some(drawings):
        found = run(f"(web, all) => all.map((one) => ({BYTES})(web.penPath(one)))", given)
        for drawing, picture in zip(part, found, strict=True):
            if np.ptp(np.concatenate(drawing), axis=0).max() == 0:
                assert picture == ""
            else:
                np.testing.assert_array_equal(floats(picture).reshape(64, 5), path.picture(drawing))


def test_points_of_the_boards_paths_are_equal(run) -> None:
    rng = np.random.default_rng(1)
    paths = []
    for _ in range(200):
        path_ = [["M", *rng.uniform(0, 308, 2).tolist()]]
        path_ += [
            ["Q", *points] for points in rng.uniform(0, 308, (rng.integers(0, 30), 4)).tolist()
        ]
        path_.append(["L", *rng.uniform(0, 308, 2).tolist()])
        paths.append(path_)
    expected = strokes_from_canvas({"objects": [{"type": "path", "path": one} for one in paths]})
    found = run("(web, paths) => paths.map(web.pointsOf)", paths)
    assert [stroke.ravel().tolist() for stroke in expected] == found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("reach - Math.sqrt(d)", "reach - d"),
        ("0.5)", "0.4999)"),
        ("SIZE / 2 - y", "SIZE / 2 - y + 1e-3"),
        ("LEVELS = 255", "LEVELS = 256"),
    ],
)
def test_a_wrong_pen_is_found(run, drawings, right: str, wrong: str) -> None:
    code = script()
    assert right in code
    code = code.replace(right, wrong)
    given = next(iter(some(drawings)))
    found = run(
        f"(_, all) => {{ {code} return all.map((one) => ({BYTES})(web.render(one))); }}", given[1]
    )
    same = [
        np.array_equal(floats(picture).reshape(28, 28), pen.render(drawing))
        for drawing, picture in zip(given[0], found, strict=True)
    ]
    assert not all(same)
