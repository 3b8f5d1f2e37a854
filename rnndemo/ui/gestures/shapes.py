"""The sixteen gestures in view beside the board, and what each sets off."""

from __future__ import annotations

from rnndemo.data.drawn.gestures import CLASSES
from rnndemo.plots.gestures.board import gesture_picture
from rnndemo.plots.look.colors import class_color
from rnndemo.reactions.table import NOTHING
from rnndemo.ui.components.shapes import Tile, shapes
from rnndemo.ui.gestures.board import CANVAS
from rnndemo.ui.gestures.table import chosen_stage, table
from rnndemo.ui.gestures.words import gesture_name, reaction_name
from rnndemo.ui.shell.session import _, look


def sixteen_shapes() -> None:
    """Draw them; the one that is being recognised lights up while the pen moves."""
    assigned = table().assigned[chosen_stage()]
    tiles = [
        Tile(
            gesture_picture(label, look(), ""),
            gesture_name(label),
            _("nothing") if assigned[label] == NOTHING else reaction_name(assigned[label]),
            class_color(number, look()),
        )
        for number, label in enumerate(CLASSES)
    ]
    shapes("gesture_shapes", _("The sixteen gestures"), tiles, board=CANVAS)
