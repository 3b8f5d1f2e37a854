"""How a hand varies what it draws: from a clean template to one drawing out of many.

A template is a polygon line; each edge is one movement. In the kinematic theory of rapid movements
(Plamondon 1995; sigma-lognormal: O'Reilly and Plamondon 2009) every movement follows a lognormal
speed profile, and a movement begins before the last one has ended: the more haste, the rounder the
corners. With s_i(t) the share of edge i that is covered at time t,

    p(t) = p_0 + Σ_i ( e_i s_i(t) + n_i b_i 4 s_i(t) (1 - s_i(t)) )
    s_i(t) = Φ((ln(t - t_i) - μ_i) / σ)

e_i is the edge, n_i its normal, b_i how far it is bowed, t_i when its movement begins. Before the
hand moves, the template itself is varied: its corners are missed, it is turned, stretched and
sheared, and its last movement falls short or goes too far. Afterwards the hand trembles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rnndemo.data.frames.strokes import Strokes

POINTS = 64  # that a pen reports of one drawing
SHORTEST = 1e-3  # of an edge; shorter ones are no movement


@dataclass(frozen=True)
class Hand:
    """How much one drawing differs from its template; lengths are shares of the drawing's size.

    Parameters
    ----------
    miss : float
        Standard deviation with which corners are missed.
    bow : float
        Standard deviation of b_i, as a share of the edge.
    haste : float
        Share of a movement that is still to come when the next begins, 0 to 0.8.
    spread : float
        σ of the lognormal profiles.
    end : float
        Standard deviation of the change in length of the last edge.
    tremor : float
        Standard deviation of the trembling.
    turn, shear : float
        In radians; and x per y.
    stretch : tuple of float
        Of x and y.
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


def any_hand(
    rng: np.random.Generator,
    turning: float = 0.1,
    smooth: bool = False,
    careless: float | None = None,
    haste: float | None = None,
) -> Hand:
    """Return a hand at random: neat or careless, slow or quick.

    Parameters
    ----------
    rng : Generator
    turning : float, default 0.1
        Standard deviation of the angle by which a whole drawing is turned, in radians.
    smooth : bool, default False
        Whether the template's corners only guide a curve: then the hand does not stop at them.
    careless : float, optional
        1 is neither neat nor careless; left to chance where not given.
    haste : float, optional
        From 0 to 1, as hasty as hands are; left to chance where not given.
    """
    careless = rng.lognormal(0, 0.55) if careless is None else careless
    least, most = (0.6, 0.75) if smooth else (0.0, 0.62)
    return Hand(
        miss=(0.02 if smooth else 0.035) * careless,
        bow=0.045 * careless,
        haste=rng.uniform(least, most) if haste is None else least + haste * (most - least),
        spread=rng.uniform(0.15, 0.4),
        end=0.12 * careless,
        tremor=rng.uniform(0.0, 0.012),
        turn=rng.normal(0, turning),
        shear=rng.normal(0, 0.12),
        stretch=(float(np.exp(rng.normal(0, 0.2))), float(np.exp(rng.normal(0, 0.2)))),
    )


def move(template: Strokes, hand: Hand, rng: np.random.Generator) -> Strokes:
    """Return one drawing of `template`.

    Parameters
    ----------
    template : list of ndarray
        Strokes ``(corners, 2)``, of size about 1.
    hand : Hand
    rng : Generator

    Returns
    -------
    list of ndarray
        Strokes ``(POINTS, 2)``, evenly spaced in time.
    """
    return [_stroke(corners, hand, rng) for corners in template]


def _stroke(template: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    corners = _transformed(template + rng.normal(0, hand.miss, template.shape), hand)
    edges = np.diff(corners, axis=0)
    edges[-1:] *= np.exp(np.clip(rng.normal(0, hand.end), -0.5, 0.5))
    length = np.hypot(*edges.T)
    edges, length = edges[length > SHORTEST], length[length > SHORTEST]
    if not len(edges):
        return corners[:1]
    covered = _covered(length, hand, rng)  # (POINTS, edges)
    normals = edges[:, ::-1] * (1, -1)
    bows = rng.normal(0, hand.bow, len(edges))
    path = covered @ edges + (4 * covered * (1 - covered) * bows) @ normals
    return corners[0] + path + _tremble(hand, rng)


def _transformed(points: np.ndarray, hand: Hand) -> np.ndarray:
    cos, sin = np.cos(hand.turn), np.sin(hand.turn)
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, hand.shear], [0, 1]])
    return (points * hand.stretch) @ matrix.T


def _covered(length: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Return s_i(t): how much of each edge is covered at each of the times."""
    # longer movements are quicker: their time grows with a root of the length (isochrony)
    lasting = length**0.4 * np.exp(rng.normal(0, 0.15, len(length)))
    begin = np.concatenate([[0], np.cumsum(lasting * (1 - hand.haste))[:-1]])
    time = np.linspace(0, float((begin + lasting * (1 + 3 * hand.spread)).max()), POINTS)
    since = np.clip(time[:, None] - begin, 1e-9, None)
    return ndtr((np.log(since) - np.log(lasting / 2)) / hand.spread)


def _tremble(hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Return smooth noise: white noise, averaged over some points."""
    window = np.hanning(9)
    noise = rng.normal(0, 1, (POINTS + len(window) - 1, 2))
    smooth = np.stack([np.convolve(axis, window, "valid") for axis in noise.T], 1)
    return hand.tremor / np.sqrt((window**2).sum()) * smooth
