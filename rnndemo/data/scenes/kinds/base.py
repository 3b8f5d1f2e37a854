"""What every kind of scene provides."""

from __future__ import annotations

from dataclasses import dataclass

from rnndemo.kinds import Kind

GLYPH = 20.0  # longer side of an MNIST digit's ink, in pixels


@dataclass(frozen=True)
class SceneKind(Kind):
    """How scenes of one kind are made.

    Parameters
    ----------
    height, width : int
        Of the board, in pixels.
    objects : tuple of int
        Fewest and most digits; fewer lie on a board where no more fit.
    taught : tuple of int, optional
        The same of scenes to learn from, where it differs: a full scene shows more, and costs as
        much.
    sizes : tuple of float
        Shortest and longest longer side of a digit's ink, in pixels, before it is varied.
    overlap : tuple of float
        Of the boxes of any two digits: smallest and largest area that they share, as a share of the
        smaller box.
    varied : bool, default True
        Whether digits are slanted, bent, and written with other pens than MNIST's.
    in_line : float, default 0
        Share of scenes in which digits are written side by side, like a number.
    distinct : bool, default False
        Whether the digits of a scene are all different.
    framed : bool, default False
        Whether a digit's box is that of its whole picture, as MNIST has it, not of its ink. Such
        digits are not varied.
    greys : tuple of float, optional
        Darkest and lightest ink, in (0, 1], where every digit of a scene has a grey of its own, and
        those on top hide others. Otherwise all ink is alike, and where digits cross there is as
        much as the one with the most has.
    same_digit : float, default 0.5
        Intersection over union above which two boxes that are found are taken for one digit's.
    clutter, noise : float, default 0
        How much of what is no digit lies about, and how grainy the picture is, 0 to 1.
    """

    height: int
    width: int
    objects: tuple[int, int]
    taught: tuple[int, int] | None = None
    sizes: tuple[float, float] = (GLYPH, GLYPH)
    overlap: tuple[float, float] = (0.0, 0.0)
    varied: bool = True
    in_line: float = 0.0
    distinct: bool = False
    framed: bool = False
    greys: tuple[float, float] | None = None
    same_digit: float = 0.5
    clutter: float = 0.0
    noise: float = 0.0
