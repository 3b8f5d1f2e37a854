"""The sixteen one-stroke gestures of Wobbrock, Wilson and Li (2007), drawn by a model of the hand.

None is a recording. Each class has templates of our own: a corner is "xxyy", two digits each, y
down. The templates of one form have equally many corners, and a drawing mixes them at random, so
that a brace may be anything between flat and curly; `rnndemo.data.drawn.motion` does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from rnndemo.data.drawn.cache import cached
from rnndemo.data.drawn.digits import draw
from rnndemo.data.drawn.motion import any_hand, move
from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames import path
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.sets import GESTURES, DataSet, ImageSet

CLASSES = GESTURES
TRAIN, VALIDATION, TEST = 24_000, 2_000, 4_000  # drawings
MIDWAY, TWICE = 0.3, 0.1  # how often a closed form begins within a side, and is traced twice
SEED = 16  # of both data sets: they are the same for everyone


@dataclass(frozen=True)
class Form:
    """One way to draw a gesture.

    Parameters
    ----------
    templates : tuple of str
        To be mixed, with equally many corners. Spaces separate corners, commas strokes.
    share : float, default 1
        How often it is drawn, relative to the other forms of its class.
    closed : bool, default False
        Whether it may begin anywhere, go round in either direction, and seldom twice.
    smooth : bool, default False
        Whether its corners only guide a curve.
    turning : float, default 0.1
        Standard deviation of its rotation, in radians.
    """

    templates: tuple[str, ...]
    share: float = 1.0
    closed: bool = False
    smooth: bool = False
    turning: float = 0.1


def _mirrored(form: Form) -> Form:
    """Return the form with left and right exchanged."""
    templates = (
        " ".join(f"{99 - int(corner[:2]):02}{corner[2:]}" for corner in template.split())
        for template in form.templates
    )
    return replace(form, templates=tuple(templates))


_LEFT_BRACKET = (
    Form(("3000 0000 0099 3099", "6500 0000 0099 6599", "4000 0000 0099 4599")),
    Form(("3099 0099 0000 3000", "6599 0099 0000 6500"), 0.08),
    Form(  # one corner or both are round
        (
            "4000 2000 0515 0084 1099 2899 4099",
            "4000 1600 0800 0030 0590 2099 4099",
            "5500 2500 0612 0080 0099 3099 5599",
            "4500 1500 0000 0040 0084 1599 4599",
        ),
        0.5,
    ),
)
_LEFT_BRACE = (
    Form(
        (
            "5500 3210 3240 1050 3260 3290 5599",
            "7000 3404 3438 0850 3462 3496 7099",
            "4500 3012 3042 2050 3058 3088 4599",
            "6503 4000 3040 0550 3060 4099 6596",
            "5000 3520 2538 0850 2562 3580 5099",
            "4000 2808 2845 1550 2855 2892 4099",
            "3500 2604 2643 1250 2657 2695 3599",  # small hooks
        ),
        2.2,
    ),
    Form(  # with a nose that is a single line, out and back
        (
            "6000 3505 3546 0850 3554 3595 6099",
            "5200 3508 3547 1850 3553 3592 5299",
            "4000 2808 2847 1650 2853 2892 4099",
        ),
    ),
    Form(  # all in curves
        (
            "5504 4000 3008 2825 3240 1050 3260 2875 3092 4099 5595",
            "6505 4800 3606 3022 3242 0850 3258 3078 3694 4899 6595",
            "5002 4000 3407 3125 3044 2050 3056 3175 3493 4099 5097",
            "4502 3600 3007 2825 2745 1950 2755 2875 3093 3699 4597",
        ),
        1.2,
        smooth=True,
    ),
    Form(("5599 3290 3260 1050 3240 3210 5500", "7099 3496 3462 0850 3438 3404 7000"), 0.15),
)


def _ring(left: int = 0, top: int = 0, right: int = 99, bottom: int = 99) -> str:
    """Return a circle from its top, leftwards round; what lies beyond a side is flattened."""
    angles = -2 * np.pi * np.arange(15) / 14
    xs = np.clip(np.round(49.5 * (1 + np.sin(angles))), left, right)
    ys = np.clip(np.round(49.5 * (1 - np.cos(angles))), top, bottom)
    return " ".join(f"{x:02.0f}{y:02.0f}" for x, y in zip(xs, ys, strict=True))


FORMS: dict[str, tuple[Form, ...]] = {
    "triangle": (
        Form(("5000 0099 9999 5000", "5015 0090 9990 5015", "3500 0099 9999 3500"), 3),
        Form(("5000 0099 9999 5000", "5015 0090 9990 5015"), closed=True),
    ),
    "x": (
        Form(("0000 9999 9900 0099", "0000 8099 9905 1099"), 6),
        Form(("9900 0099 0000 9999",)),
        Form(("0099 9900 9999 0000",), 0.5),
        Form(("3500 9050 8500 1099", "2000 9075 9000 1099"), 0.5),  # begun short
        Form(("6500 1050 1500 9099", "8000 1075 1000 9099"), 0.2),
        Form(("0000 9999, 9900 0099",), 1),
        Form(("9900 0099, 0000 9999",), 0.5),
    ),
    "rectangle": (
        Form(("0000 0099 9999 9900 0000", "0020 0080 9980 9920 0020"), 3),
        Form(("0000 0099 9999 9900 0000", "0022 0078 9978 9922 0022"), closed=True),
    ),
    "circle": (
        Form((_ring(),), 3, closed=True, smooth=True),
        Form((_ring(), _ring(bottom=58), _ring(bottom=75)), 0.6, closed=True, smooth=True),
        Form((_ring(), _ring(top=41), _ring(top=25)), 0.3, closed=True, smooth=True),
        Form((_ring(), _ring(left=15), _ring(right=84)), 0.3, closed=True, smooth=True),
    ),
    "check": (
        Form(("0050 3599 9900", "0062 2299 8500", "0051 4299 9900", "0055 3099 6500"), 5),
        Form(("9900 3599 0050", "9900 4299 0051"), 0.2),
    ),
    "caret": (
        Form(("0099 5000 9999", "2099 5000 8099", "0080 5020 9980"), 5),
        Form(("9999 5000 0099", "8099 5000 2099"), 0.3),
    ),
    "zig_zag": (
        Form(("0080 2020 4080 6020 8080 9920", "0070 2030 4070 6030 8070 9930"), 3),
        Form(("0085 2515 5085 7515 9985", "0070 2530 5070 7530 9970"), 1.5),
        Form(("0020 2080 4020 6080 8020 9980", "0030 2070 4030 6070 8030 9970"), 0.6),
        Form(("0020 2580 5020 7580 9920",), 0.6),
        Form(("0070 1530 3070 4530 6070 7530 9070", "0080 1520 3080 4520 6080 7520 9080"), 0.8),
        Form(("0070 1230 2570 3730 5070 6230 7570 8730 9970",), 0.3),
    ),
    "arrow": (
        Form(
            (
                "0099 9900 5510 9900 9045",
                "0099 9005 6000 9005 9535",
                "0099 9900 4025 9900 7060",
            ),
            3,
        ),
        Form(("0099 9900 9045 9900 5510", "0099 9900 7060 9900 4025"), 1),
        Form(("0099 9900 5512 9045", "0099 9505 6500 9540"), 1.5),
        Form(("0099 9900 9045 5512",), 0.4),
        Form(("0050 9950 6520 9950 6580", "0050 9950 7530 9950 7570"), 0.5, turning=0.25),
        Form(("0050 9950 6520 6580 9950",), 0.2, turning=0.25),
        Form(("0099 9900, 5510 9900 9045",), 0.3),
        Form(("0099 9900 5512 9900 5512 9900 9045", "0099 9900 9045 9900 9045 9900 5512"), 0.3),
        Form(  # from its head, the shaft last
            (
                "5510 9900 9045 9900 0099",
                "6000 9905 9535 9905 0099",
                "4025 9900 7060 9900 0099",
            ),
            0.6,
        ),
        Form(("9045 9900 5510 9900 0099", "7060 9900 4025 9900 0099"), 0.4),
        Form(("6520 9950 6580 9950 0050", "7530 9950 7570 9950 0050"), 0.2, turning=0.25),
        Form(("5510 9900 9045, 9900 0099",), 0.2),
    ),
    "left_sq_bracket": _LEFT_BRACKET,
    "right_sq_bracket": tuple(map(_mirrored, _LEFT_BRACKET)),
    "v": (
        Form(("0000 5099 9900", "2000 5099 8000", "0008 4599 9000", "0000 5099 9910"), 5),
        Form(("0038 3399 9900", "0025 4099 9900", "1030 4299 9000"), 2.5),  # its left arm short
        Form(("9900 5099 0000", "8000 5099 2000"), 0.3),
    ),
    "delete_mark": (
        Form(("0000 9999 0099 9900", "1500 8599 1099 8500", "1000 9990 0099 9900"), 6),
        Form(("9900 0099 9999 0000", "8500 1099 8599 1500"), 1),
        Form(("0099 9900 0000 9999",), 0.3),
    ),
    "left_curly_brace": _LEFT_BRACE,
    "right_curly_brace": tuple(map(_mirrored, _LEFT_BRACE)),
    "star": (
        Form(("2099 5000 8099 0036 9936 2099", "1595 4800 8599 0040 9930 1595"), 3),
        Form(("2099 5000 8099 0036 9936 2099",), closed=True),
        Form(("5000 6235 9936 7058 8099 5075 2099 3058 0036 3835 5000",), 0.4, closed=True),
    ),
    "pigtail": (
        Form(
            (
                "0090 3578 6248 6816 5000 3416 3850 5580 8088 9978",
                "0080 4076 6050 5822 4810 3825 4255 6078 8082 9970",
                "0099 3085 5550 6015 4500 3015 3550 5085 7595 9990",
            ),
            1,
            smooth=True,
        ),
        Form(  # a big loop with short ends, or a narrow one
            (
                "0088 3572 7545 8520 6000 3003 1030 2065 4585 6599",
                "1590 3572 5545 6522 5500 4500 3522 4545 6572 8599",
                "0080 3080 7055 8525 6500 3500 1525 3055 6080 9980",
            ),
            0.8,
            smooth=True,
        ),
    ),
}  # fmt: skip


def load_gestures(name: str, frame: str) -> DataSet:
    """Return the gestures in `frame`: "ink", to be read row by row, or "path", point by point."""
    sample = b"".join(image.tobytes() for image in _drawn(frame, len(CLASSES), SEED)[0])
    images, labels = cached(name, sample, lambda: _drawn(frame, TRAIN + VALIDATION + TEST, SEED))
    whole = ImageSet(torch.from_numpy(images), torch.from_numpy(labels))
    parts = torch.arange(len(whole)).split([TRAIN, VALIDATION, TEST])
    train, validation, test = (whole.take(part) for part in parts)
    return DataSet(name, CLASSES, train, validation, test, frame=frame)


def _drawn(frame: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` drawings, all classes equally often, and their classes."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(CLASSES))
    return np.stack([as_seen(gesture(CLASSES[k], rng), frame, rng) for k in labels]), labels


def as_seen(strokes: Strokes, frame: str, rng: np.random.Generator) -> np.ndarray:
    """Return a drawing as a network of `frame` sees it, uint8 ``(H, W)``; the pen is random."""
    return as_bytes(draw(strokes, rng) if frame == "ink" else path.picture(strokes))


def gesture(
    label: str,
    rng: np.random.Generator,
    careless: float | None = None,
    haste: float | None = None,
) -> Strokes:
    """Return one drawing of a class, of size about 1; one stroke, seldom two.

    Parameters
    ----------
    label : str
        One of `CLASSES`.
    careless, haste : float, optional
        As in `rnndemo.data.drawn.motion.any_hand`.
    """
    forms = FORMS[label]
    shares = np.array([form.share for form in forms])
    form = forms[rng.choice(len(forms), p=shares / shares.sum())]
    strokes = _template(form, rng)
    # one hand draws all strokes, but each is a movement of its own
    return move(strokes, any_hand(rng, form.turning, form.smooth, careless, haste), rng)


def example(label: str) -> Strokes:
    """Return the plainest drawing of a class: the corners of its first template."""
    return _strokes(FORMS[label][0].templates[0])


def _template(form: Form, rng: np.random.Generator) -> Strokes:
    """Return a mixture of a form's templates; a closed one from anywhere, in either direction."""
    weights = rng.dirichlet(np.full(len(form.templates), 0.7))
    mixed = [
        sum(w * stroke for w, stroke in zip(weights, same, strict=True))
        for same in zip(*map(_strokes, form.templates), strict=True)
    ]
    return [_going_round(mixed[0], rng)] if form.closed else mixed


def _going_round(ring: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a closed line, begun anywhere; its first corner is its last."""
    corners = np.roll(ring[:-1], -int(rng.integers(len(ring) - 1)), 0)
    begin, lap = corners[:1], np.roll(corners, -1, 0)
    if rng.random() < MIDWAY:
        begin = begin + rng.uniform(0.2, 0.8) * (lap[:1] - begin)
        lap = np.concatenate([lap, begin])
    line = np.concatenate([begin, *[lap] * (2 if rng.random() < TWICE else 1)])
    return line[::-1] if rng.random() < 0.5 else line


def template_of(label: str, form: int = 0) -> Strokes:
    """Return the first template of a form of a gesture, in a unit square."""
    return _strokes(FORMS[label][form].templates[0])


def _strokes(template: str) -> Strokes:
    return [
        np.array([(int(corner[:2]), int(corner[2:])) for corner in stroke.split()]) / 99
        for stroke in template.split(",")
    ]
