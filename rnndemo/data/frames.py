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

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rnndemo import registry
from rnndemo.data.strokes import SIZE, Strokes
from rnndemo.errors import N_, InputError

if TYPE_CHECKING:
    from rnndemo.data.preprocess import Seen

NO_STROKES = N_("This network reads photographs, and pen strokes are none; give it a picture.")
NO_PICTURE = N_(
    "This network reads the way of the pen, and a picture does not hold it; give it pen strokes."
)

# frame and what is given -> function (strokes, side of the board or None) or (picture) -> Seen.
# As in the registry, a name imports nothing: a worker that trains needs no preprocessing.
WAYS: dict[str, str] = {
    "ink strokes": "rnndemo.data.preprocess:from_strokes",
    "ink picture": "rnndemo.data.preprocess:from_picture",
    "photo picture": "rnndemo.data.photos:from_photo",
    "path strokes": "rnndemo.data.paths:from_strokes",
}


@dataclass(frozen=True)
class Frame:
    """A size, and the ways into it.

    Parameters
    ----------
    name : str
    size : tuple of int
        Height and width of what the network sees.
    varied : bool, default True
        Whether it is a picture, which can be turned and bent in training.
    """

    name: str
    size: tuple[int, int]
    varied: bool = True

    @property
    def takes_strokes(self) -> bool:
        """Whether pen strokes can be brought to it."""
        return f"{self.name} strokes" in WAYS

    @property
    def takes_pictures(self) -> bool:
        """Whether pictures can be brought to it."""
        return f"{self.name} picture" in WAYS

    def from_strokes(self, strokes: Strokes, board: float | None) -> Seen:
        """Bring pen strokes to it; `board` is the side of the board on which they were drawn.

        Raises
        ------
        InputError
            If nothing is drawn, or it takes no strokes.
        """
        return self._brought("strokes", NO_STROKES, strokes, board)

    def from_picture(self, grey: np.ndarray) -> Seen:
        """Bring a picture, float ``(H, W)`` in [0, 1], to it.

        Raises
        ------
        InputError
            If nothing stands out, or it takes no pictures.
        """
        return self._brought("picture", NO_PICTURE, grey)

    def _brought(self, kind: str, refusal: str, *given: Any) -> Seen:
        way = f"{self.name} {kind}"
        if way not in WAYS:
            raise InputError(refusal)
        seen: Seen = registry.build(WAYS, way)(*given)
        return seen


FRAMES: dict[str, Frame] = {
    "ink": Frame("ink", (SIZE, SIZE)),
    "photo": Frame("photo", (64, 64)),
    "path": Frame("path", (64, 5), varied=False),
}
