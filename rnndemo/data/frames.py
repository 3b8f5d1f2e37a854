"""What a network sees: the frames to which drawings and photographs are brought.

A frame is a size and the ways into it. A network keeps the name of the frame that its pictures
were brought to, so that whatever it is shown later goes the same way.

========= ========= ===========================================================================
frame     size      what it holds
========= ========= ===========================================================================
``ink``   28 x 28   a drawing as MNIST holds it (`rnndemo.data.preprocess`)
``photo`` 64 x 64   a hand in a photograph (`rnndemo.data.photos`)
``path``  64 x 5    the way of the pen, a point a line (`rnndemo.data.paths`)
========= ========= ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnndemo.data import paths, photos, preprocess
from rnndemo.data.preprocess import Seen
from rnndemo.data.strokes import SIZE, Strokes
from rnndemo.errors import N_, InputError

NO_STROKES = N_("This network reads photographs, and pen strokes are none; give it a picture.")
NO_PICTURE = N_(
    "This network reads the way of the pen, and a picture does not hold it; give it pen strokes."
)


def _no_strokes(strokes: Strokes, board: float | None = None) -> Seen:
    raise InputError(NO_STROKES)


def _no_picture(grey: np.ndarray) -> Seen:
    raise InputError(NO_PICTURE)


@dataclass(frozen=True)
class Frame:
    """A size, and the ways into it.

    Parameters
    ----------
    size : tuple of int
        Height and width of what the network sees.
    from_strokes : callable
        (strokes, side of the board or None) -> `Seen`.
    from_picture : callable
        float ``(H, W)`` in [0, 1] -> `Seen`.
    varied : bool
        Whether it is a picture, which can be turned and bent in training.
    """

    size: tuple[int, int]
    from_strokes: Callable[[Strokes, float | None], Seen] = _no_strokes
    from_picture: Callable[[np.ndarray], Seen] = _no_picture
    varied: bool = True

    @property
    def takes_strokes(self) -> bool:
        """Whether pen strokes can be brought to it."""
        return self.from_strokes is not _no_strokes

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures can be brought to it."""
        return self.from_picture is not _no_picture


FRAMES: dict[str, Frame] = {
    "ink": Frame((SIZE, SIZE), preprocess.from_strokes, preprocess.from_picture),
    "photo": Frame((photos.SIDE, photos.SIDE), from_picture=photos.from_photo),
    "path": Frame((paths.POINTS, len(paths.FEATURES)), paths.from_strokes, varied=False),
}
