"""Pictures that show no digit, made from a seed alone.

A classifier that has seen only digits is sure of everything. Trained on these pictures with a
uniform target over all classes, it learns to doubt (outlier exposure: Hendrycks, Mazeika,
Dietterich 2019). None is a recording: doodles, letters and gestures that people drew are reserved
for measuring.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.drawn.digits import draw, wobble
from rnndemo.data.drawn.glyphs import MARKS, strokes_of
from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames.pen import BOX, SIZE, fit, rasterize
from rnndemo.data.frames.strokes import Strokes, rotation

UNFITTED = 0.25  # share of drawings that are not fitted to the frame

# rotating or mirroring these digits gives no other digit
_TURNABLE = (2, 3, 4, 5, 7)
_MIRRORED = (3, 4, 6, 7, 9)


def glyph_drawing(rng: np.random.Generator) -> Strokes:
    """Return a letter, sign, gesture or little drawing from our templates."""
    return wobble(strokes_of(MARKS[rng.choice(list(MARKS))]), rng, smooth=rng.random() < 0.5)


def glyph_pair(rng: np.random.Generator) -> Strokes:
    """Return two templates over or beside each other."""
    first, second = glyph_drawing(rng), glyph_drawing(rng)
    scale = rng.uniform(0.3, 1.0)
    return first + [stroke * scale + rng.uniform(-0.5, 1.2, 2) for stroke in second]


def scribble(rng: np.random.Generator) -> Strokes:
    """Return one to four strokes: random walks whose direction drifts, turns or jumps."""
    strokes = []
    for _ in range(rng.integers(1, 5)):
        count = rng.integers(6, 60)
        curl, noise = rng.normal(0, 0.25), rng.uniform(0.05, 1.2)
        heading = rng.uniform(0, 2 * np.pi) + np.cumsum(curl + rng.normal(0, noise, count))
        walk = np.stack([np.cos(heading), np.sin(heading)], 1) * rng.uniform(0.02, 0.12)
        strokes.append(rng.uniform(0, 1, 2) + walk.cumsum(0))
    return strokes


def polygon(rng: np.random.Generator) -> Strokes:
    """Return random straight lines, joined or not, closed or not."""
    points = rng.uniform(0, 1, (rng.integers(4, 11), 2))
    if rng.random() < 0.3:
        return list(points[: len(points) // 2 * 2].reshape(-1, 2, 2))
    return [np.concatenate([points, points[:1]]) if rng.random() < 0.5 else points]


def shapes(rng: np.random.Generator) -> Strokes:
    """Return three to six circles, arcs and lines of different size, as in a doodle."""
    strokes = []
    for _ in range(rng.integers(3, 7)):
        middle, radius = rng.uniform(0, 1, 2), rng.uniform(0.08, 0.4, 2)
        start, sweep = rng.uniform(0, 2 * np.pi), rng.choice([2 * np.pi, rng.uniform(1, 5)])
        angle = start + np.linspace(0, sweep, 24)
        if rng.random() < 0.35:
            angle = angle[[0, 12]]
        strokes.append(middle + np.stack([np.cos(angle), np.sin(angle)], 1) * radius)
    return strokes


def parallel(rng: np.random.Generator) -> Strokes:
    """Return a hatch, a comb or a grid of lines."""
    count, turn = rng.integers(2, 6), rng.uniform(0, np.pi)
    at = np.linspace(0, 1, count)
    lines = [np.array([[x, rng.uniform(-0.1, 0.2)], [x, rng.uniform(0.8, 1.1)]]) for x in at]
    if rng.random() < 0.5:
        lines += [np.array([[0.0, y], [1.0, y]]) for y in np.linspace(0.2, 0.8, rng.integers(1, 4))]
    return [line @ rotation(turn).T for line in lines]


# function that draws -> its share among the drawn outliers
DRAWN: dict[Callable[[np.random.Generator], Strokes], float] = {
    glyph_drawing: 0.52,
    glyph_pair: 0.12,
    scribble: 0.12,
    polygon: 0.06,
    shapes: 0.14,
    parallel: 0.04,
}


def drawn(count: int, seed: int) -> np.ndarray:
    """Return drawn outliers, float32 ``(count, 28, 28)`` in [0, 1]."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(len(DRAWN), count, p=list(DRAWN.values()))
    makers = list(DRAWN)
    return np.stack([_framed(makers[kind](rng), rng) for kind in kinds])


def _framed(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Return the picture of strokes, fitted to the frame as on the page but for a quarter."""
    if rng.random() < UNFITTED:
        thickness = rng.uniform(0.8, 2.4)
        return rasterize(fit(strokes, thickness, rng.uniform(BOX, SIZE)), thickness)
    return draw(strokes, rng)


def spoiled(images: np.ndarray, labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return spoiled digits: rotated, mirrored, overlaid, or with their quarters mixed.

    Parameters
    ----------
    images : ndarray
        float32 ``(N, 28, 28)`` in [0, 1], real digits.
    labels : ndarray
        ``(N,)``, their classes 0 to 9. If none can be rotated or mirrored, quarters are mixed
        instead.

    Returns
    -------
    ndarray
        float32 ``(count, 28, 28)`` in [0, 1].
    """
    rng = np.random.default_rng(seed)
    turnable = np.flatnonzero(np.isin(labels, _TURNABLE))
    mirrored = np.flatnonzero(np.isin(labels, _MIRRORED))
    result = np.empty((count, SIZE, SIZE), np.float32)
    for i in range(count):
        kind = rng.integers(4)
        if kind == 0 and len(turnable):
            result[i] = np.rot90(images[rng.choice(turnable)], rng.choice([1, 3]))
        elif kind == 1 and len(mirrored):
            result[i] = images[rng.choice(mirrored)][:, ::-1]
        else:
            a, b = rng.choice(len(images), 2)
            shift = (rng.integers(-7, 8), rng.integers(-9, 10))
            if kind == 2:  # two digits overlaid
                result[i] = np.maximum(images[a], np.roll(images[b], shift, (0, 1)))
            else:  # the quarters of a digit in another order
                quarters = images[a].reshape(2, 14, 2, 14).transpose(0, 2, 1, 3).reshape(4, 14, 14)
                order = rng.choice([[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [1, 2, 3, 0]])
                mixed = quarters[order].reshape(2, 2, 14, 14).transpose(0, 2, 1, 3)
                result[i] = mixed.reshape(SIZE, SIZE)
    return result


def pool(
    count: int, seed: int, images: Tensor | None = None, labels: Tensor | None = None
) -> Tensor:
    """Return outliers, uint8 ``(count, 28, 28)``: all drawn, or given digits, a fifth spoiled."""
    if images is None or labels is None:
        return torch.from_numpy(_drawn_once(count, seed).copy())
    share = count // 5
    real = images.numpy().astype(np.float32) / 255
    parts = [
        _drawn_once(count - share, seed),
        as_bytes(spoiled(real, labels.numpy(), share, seed)),
    ]
    return torch.from_numpy(np.concatenate(parts))


@lru_cache(maxsize=2)
def _drawn_once(count: int, seed: int) -> np.ndarray:
    return as_bytes(drawn(count, seed))
