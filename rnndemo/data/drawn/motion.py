"""A model of the hand: from a clean template to one of many possible drawings.

A template is a polyline; each edge is one movement. In the kinematic theory of rapid movements
(Plamondon 1995; sigma-lognormal: O'Reilly and Plamondon 2009) every movement follows a lognormal
speed profile, and a movement begins before the previous one has ended: the more haste, the rounder
the corners. With s_i(t) the share of edge i that is covered at time t,

    p(t) = p_0 + Σ_i ( e_i s_i(t) + n_i b_i 4 s_i(t) (1 - s_i(t)) )
    s_i(t) = Φ((ln(t - t_i) - μ_i) / σ)

e_i is the edge, n_i its normal, b_i its bow, t_i the start of its movement. Before the hand moves,
the template itself is varied: its corners are shifted, it is rotated, stretched and sheared, and
its last edge becomes shorter or longer. Finally, tremor is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rnndemo.data.frames.strokes import Strokes, rotation

POINTS = 64  # per stroke, as a pen would report them
MOUSE, MOUSE_POINTS = 0.25, (16, 32)  # share of hands on a mouse, and how many points it reports
MIN_EDGE = 1e-3  # shorter edges are left out


@dataclass(frozen=True)
class Hand:
    """How one drawing differs from its template; lengths are shares of the drawing's size.

    Parameters
    ----------
    miss : float
        Standard deviation of the shift of a corner.
    bow : float
        Standard deviation of b_i, as a share of the edge.
    haste : float
        Share of a movement that is left when the next begins, 0 to 0.8.
    spread : float
        σ of the lognormal profiles.
    end : float
        Standard deviation of the logarithmic change in length of the last edge.
    tremor : float
        Standard deviation of the tremor.
    turn, shear : float
        In radians, and x per y.
    stretch : tuple of float
        Factors of x and y.
    points : int
        How many points of a stroke are reported.
    """

    miss: float
    bow: float
    haste: float
    spread: float
    end: float
    tremor: float
    turn: float
    shear: float
    stretch: tuple[float, float]
    points: int


def any_hand(
    rng: np.random.Generator,
    turning: float = 0.1,
    smooth: bool = False,
    careless: float | None = None,
    haste: float | None = None,
) -> Hand:
    """Return a random hand: neat or careless, slow or quick.

    Parameters
    ----------
    turning : float, default 0.1
        Standard deviation of the rotation of a whole drawing, in radians.
    smooth : bool, default False
        Whether the template's corners only guide a curve: then the hand does not stop at them.
    careless : float, optional
        1 is neither neat nor careless; random if not given.
    haste : float, optional
        From 0 to 1, as hasty as hands are; random if not given.
    """
    careless = rng.lognormal(0, 0.55) if careless is None else careless
    least, most = (0.6, 0.75) if smooth else (0.0, 0.62)
    mouse = rng.random() < MOUSE  # it reports few points of a quick stroke, and shakes more
    return Hand(
        miss=(0.02 if smooth else 0.035) * careless,
        bow=0.045 * careless,
        haste=rng.uniform(least, most) if haste is None else least + haste * (most - least),
        spread=rng.uniform(0.15, 0.4),
        end=0.12 * careless,
        tremor=rng.uniform(0.0, 0.02 if mouse else 0.012),
        turn=rng.normal(0, turning),
        shear=rng.normal(0, 0.12),
        stretch=(float(np.exp(rng.normal(0, 0.2))), float(np.exp(rng.normal(0, 0.2)))),
        points=int(rng.integers(*MOUSE_POINTS)) if mouse else POINTS,
    )


def move(template: Strokes, hand: Hand, rng: np.random.Generator) -> Strokes:
    """Return one drawing of `template`.

    Parameters
    ----------
    template : list of ndarray
        Strokes ``(corners, 2)``, of size about 1.

    Returns
    -------
    list of ndarray
        Strokes ``(hand.points, 2)``, evenly spaced in time.
    """
    return [_stroke(corners, hand, rng) for corners in template]


def _stroke(template: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    corners = _transformed(template + rng.normal(0, hand.miss, template.shape), hand)
    edges = np.diff(corners, axis=0)
    edges[-1:] *= np.exp(np.clip(rng.normal(0, hand.end), -0.5, 0.5))
    length = np.hypot(*edges.T)
    edges, length = edges[length > MIN_EDGE], length[length > MIN_EDGE]
    if not len(edges):
        return corners[:1]
    covered = _covered(length, hand, rng)
    normals = edges[:, ::-1] * (1, -1)
    bows = rng.normal(0, hand.bow, len(edges))
    path = covered @ edges + (4 * covered * (1 - covered) * bows) @ normals
    return corners[0] + path + _tremor(hand, rng)


def _transformed(points: np.ndarray, hand: Hand) -> np.ndarray:
    matrix = rotation(hand.turn) @ np.array([[1, hand.shear], [0, 1]])
    return (points * hand.stretch) @ matrix.T


def _covered(length: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Return s_i(t), the share of each edge covered at each time, ``(points, edges)``."""
    # longer movements are faster: duration grows only with a root of the length (isochrony)
    duration = length**0.4 * np.exp(rng.normal(0, 0.15, len(length)))
    begin = np.concatenate([[0], np.cumsum(duration * (1 - hand.haste))[:-1]])
    time = np.linspace(0, float((begin + duration * (1 + 3 * hand.spread)).max()), hand.points)
    since = np.clip(time[:, None] - begin, 1e-9, None)
    return ndtr((np.log(since) - np.log(duration / 2)) / hand.spread)


def _tremor(hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Return tremor ``(points, 2)``: white noise, averaged over nine points."""
    window = np.hanning(9)
    noise = rng.normal(0, 1, (hand.points + len(window) - 1, 2))
    smooth = np.stack([np.convolve(axis, window, "valid") for axis in noise.T], 1)
    return hand.tremor / np.sqrt((window**2).sum()) * smooth
