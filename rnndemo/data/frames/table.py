"""Frames: the forms in which a network sees drawings and photographs.

A frame is a size and a preprocessing. A network's card names the frame of its training pictures, so
that every later input is preprocessed the same way.

========= ========= ===========================================================================
frame     size      content
========= ========= ===========================================================================
``ink``   28 x 28   a drawing as in MNIST (`rnndemo.data.frames.ink`)
``photo`` 64 x 64   a hand in a photograph (`rnndemo.data.frames.photo`)
``path``  64 x 5    the pen path, one row per point (`rnndemo.data.frames.path`)
========= ========= ===========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnndemo.data.frames.pen import SIZE
from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.errors import N_, InputError

NO_STROKES = N_("This network reads photographs, not pen strokes; give it a picture.")
NO_PICTURE = N_(
    "This network reads the pen path, which a picture does not contain; give it pen strokes."
)


@dataclass(frozen=True)
class Frame:
    """A size and a preprocessing.

    Parameters
    ----------
    size : tuple of int
        Height and width of what the network sees.
    takes_strokes, takes_pictures : bool, default True
        Whether it can be made from pen strokes, or from pictures.
    varied : bool, default True
        Whether it is a picture, which augmentation can vary.
    """

    name: str
    size: tuple[int, int]
    takes_strokes: bool = True
    takes_pictures: bool = True
    varied: bool = True

    def from_strokes(self, strokes: Strokes, board: float | None) -> Seen:
        """Return pen strokes in this frame; `board` is the side of the board they were drawn on.

        Raises
        ------
        InputError
            If nothing is drawn, or it takes no strokes.
        """
        if not self.takes_strokes:
            raise InputError(NO_STROKES)
        from rnndemo.data.frames import ink, path  # here: a worker needs no preprocessing

        return (path if self.name == "path" else ink).from_strokes(strokes, board)

    def from_picture(self, grey: np.ndarray) -> Seen:
        """Return a picture, float ``(H, W)`` in [0, 1], in this frame.

        Raises
        ------
        InputError
            If nothing stands out, or it takes no pictures.
        """
        if not self.takes_pictures:
            raise InputError(NO_PICTURE)
        from rnndemo.data.frames import ink, photo

        return photo.from_photo(grey) if self.name == "photo" else ink.from_picture(grey)


FRAMES: dict[str, Frame] = {
    "ink": Frame("ink", (SIZE, SIZE)),
    "photo": Frame("photo", (64, 64), takes_strokes=False),
    "path": Frame("path", (64, 5), takes_pictures=False, varied=False),
}
