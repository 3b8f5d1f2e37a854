"""What a network sees: the frames to which drawings and photographs are brought.

A frame is a size and the ways into it. A network keeps the name of the frame that its pictures
were brought to, so that whatever it is shown later goes the same way.

========= ========= ===========================================================================
frame     size      what it holds
========= ========= ===========================================================================
``ink``   28 x 28   a drawing as MNIST holds it (`rnndemo.data.frames.ink`)
``photo`` 64 x 64   a hand in a photograph (`rnndemo.data.frames.photo`)
``path``  64 x 5    the way of the pen, a point a line (`rnndemo.data.frames.path`)
========= ========= ===========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnndemo.data.frames.strokes import SIZE, Strokes
from rnndemo.errors import N_, InputError

if TYPE_CHECKING:
    from rnndemo.data.frames.seen import Seen

NO_STROKES = N_("This network reads photographs, not pen strokes; give it a picture.")
NO_PICTURE = N_(
    "This network reads the pen path, which a picture does not contain; give it pen strokes."
)


@dataclass(frozen=True)
class Frame:
    """A size, and the ways into it.

    Parameters
    ----------
    name : str
    size : tuple of int
        Height and width of what the network sees.
    takes_strokes, takes_pictures : bool, default True
        Whether pen strokes, or pictures, can be brought to it.
    varied : bool, default True
        Whether it is a picture, which can be turned and bent in training.
    """

    name: str
    size: tuple[int, int]
    takes_strokes: bool = True
    takes_pictures: bool = True
    varied: bool = True

    def from_strokes(self, strokes: Strokes, board: float | None) -> Seen:
        """Bring pen strokes to it; `board` is the side of the board on which they were drawn.

        Raises
        ------
        InputError
            If nothing is drawn, or it takes no strokes.
        """
        if not self.takes_strokes:
            raise InputError(NO_STROKES)
        # imported here: a worker that trains needs no preprocessing
        if self.name == "path":
            from rnndemo.data.frames import path

            return path.from_strokes(strokes, board)
        from rnndemo.data.frames import ink

        return ink.from_strokes(strokes, board)

    def from_picture(self, grey: np.ndarray) -> Seen:
        """Bring a picture, float ``(H, W)`` in [0, 1], to it.

        Raises
        ------
        InputError
            If nothing stands out, or it takes no pictures.
        """
        if not self.takes_pictures:
            raise InputError(NO_PICTURE)
        if self.name == "photo":
            from rnndemo.data.frames import photo

            return photo.from_photo(grey)
        from rnndemo.data.frames import ink

        return ink.from_picture(grey)


FRAMES: dict[str, Frame] = {
    "ink": Frame("ink", (SIZE, SIZE)),
    "photo": Frame("photo", (64, 64), takes_strokes=False),
    "path": Frame("path", (64, 5), takes_pictures=False, varied=False),
}
