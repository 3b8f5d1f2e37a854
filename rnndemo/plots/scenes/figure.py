"""What a network finds in a scene, as one drawing: masks in the colours of their classes, boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np
from PIL import Image
from PIL.ImageColor import getrgb

from rnndemo.models.scene_answers import SceneAnswer
from rnndemo.plots.look.colors import BOARD, CHALK, class_color, text_on
from rnndemo.plots.look.pictures import encoded
from rnndemo.plots.look.theme import Look

LETTERS = 4.2  # height of the letters on a box, in pixels of the scene
NARROW = 0.62  # width of a letter, as a share of that


@dataclass(frozen=True)
class Layers:
    """What of an answer is shown.

    Parameters
    ----------
    score : float
        Boxes are shown from this score on.
    sure : float
        Boxes below this score are dashed, and have a "?".
    masks, boxes : bool, default True
        Whether each is shown.
    """

    score: float
    sure: float
    masks: bool = True
    boxes: bool = True


def on_board(look: Look) -> Look:
    """Return the look of what lies on a board, which is dark by day and by night."""
    return replace(look, dark=True)


def scene_figure(
    picture: np.ndarray, answer: SceneAnswer, classes: Sequence[str], shown: Layers, look: Look
) -> str:
    """Return a scene and what was found in it as an SVG, as wide as its place.

    Parameters
    ----------
    picture : ndarray
        uint8 ``(height, width)``: the scene.
    classes : sequence of str
        Names, by the numbers in `answer`.
    """
    height, width = picture.shape
    mask = answer.mask.numpy() if shown.masks else None
    image = encoded(Image.fromarray(colored(picture, mask, look)))
    parts = [
        f'<image href="{image}" width="{width}" height="{height}" '
        'style="image-rendering: pixelated"/>'
    ]
    if shown.boxes:
        parts += [_box(*one, width, shown, look) for one in boxes_of(answer, classes, shown.score)]
    name = escape(scene_said(answer, classes, shown, look), quote=True)
    return (
        f'<svg class="scene" viewBox="0 0 {width} {height}" role="img" aria-label="{name}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def scene_picture(picture: np.ndarray, answer: SceneAnswer, text: str, look: Look) -> str:
    """Return a scene with its masks, small, as HTML; `text` says what it shows."""
    uri = encoded(Image.fromarray(colored(picture, answer.mask.numpy(), look)))
    return f'<img class="scene_small" src="{uri}" alt="{escape(text)}">'


def boxes_of(
    answer: SceneAnswer, classes: Sequence[str], score: float
) -> list[tuple[int, str, float, tuple[float, ...]]]:
    """Return each box from a score on, from the left: class, its name, score, sides."""
    found = answer.found.above(score).in_reading_order()
    each = zip(found.labels.tolist(), found.scores.tolist(), found.boxes.tolist(), strict=True)
    return [(label, classes[label], odds, tuple(box)) for label, odds, box in each]


def colored(picture: np.ndarray, mask: np.ndarray | None, look: Look) -> np.ndarray:
    """Return a scene in colours, uint8 ``(height, width, 3)``: ink in the colour of its class.

    Parameters
    ----------
    mask : ndarray, optional
        int ``(height, width)``: the class of every pixel, negative for the ground. Without it, all
        ink is chalk.
    """
    ink = np.empty((*picture.shape, 3))
    ink[:] = getrgb(CHALK)
    if mask is not None:
        for label in np.unique(mask[mask >= 0]).tolist():
            ink[mask == label] = getrgb(class_color(label, on_board(look)))
    share = picture[..., None] / 255
    if mask is not None:  # a class's ink is seen where it is faint, too
        share = np.where(mask[..., None] >= 0, 0.35 + 0.65 * share, share)
    return (np.array(getrgb(BOARD)) * (1 - share) + ink * share).round().astype(np.uint8)


def box_text(name: str, score: float, sides: Sequence[float], look: Look) -> str:
    """Return the exact values of a box in words."""
    left, top, right, bottom = (round(side) for side in sides)
    return look.text(
        "{label}: score {score}, columns {left} to {right}, rows {top} to {bottom}",
        label=name, score=f"{score:.2f}", left=left, right=right, top=top, bottom=bottom,
    )  # fmt: skip


def scene_said(answer: SceneAnswer, classes: Sequence[str], shown: Layers, look: Look) -> str:
    """Return the boxes of an answer in a sentence, for who cannot see them."""
    names = [
        f"{name} ({odds:.2f})" for _label, name, odds, _ in boxes_of(answer, classes, shown.score)
    ]
    if not names:
        return look.text("Nothing is found on the board.")
    return look.text("Found from left to right: {digits}.", digits=look.listed(names))


def _box(
    label: int, name: str, score: float, sides: tuple[float, ...], width: int, shown: Layers,
    look: Look,
) -> str:  # fmt: skip
    """Return a box as SVG, with the name of its class and its score on a small flag."""
    color = class_color(label, on_board(look))
    left, top, right, bottom = sides
    sure = score >= shown.sure
    words = f"{name} {score:.2f}" if sure else f"{name}? {score:.2f}"
    wide = NARROW * LETTERS * len(words) + 1.6
    x = max(0.0, min(left, width - wide))
    y = top - LETTERS - 1.4 if top > LETTERS + 1.4 else top  # above the box if there is room
    dashes = "" if sure else ' stroke-dasharray="2.4 1.6"'
    return (
        f'<g class="found"><title>{escape(box_text(name, score, sides, look))}</title>'
        f'<rect class="box" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{bottom - top:.1f}" rx="0.8" fill="{color}" fill-opacity="0.08" '
        f'stroke="{color}" stroke-width="0.7"{dashes}/>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{LETTERS + 1.4:.1f}" '
        f'rx="0.8" fill="{color}"/>'
        f'<text x="{x + 0.8:.1f}" y="{y + LETTERS:.1f}" font-size="{LETTERS}" '
        f'fill="{text_on(color)}">{escape(words)}</text></g>'
    )
