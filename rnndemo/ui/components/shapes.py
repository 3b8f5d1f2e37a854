"""The shapes that can be drawn, in view beside a board; the likeliest lights up (`shapes.js`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rnndemo.ui.components.component import component

_mount = component("shapes", "shared.js", isolate_styles=False)


@dataclass(frozen=True)
class Tile:
    """One shape.

    Parameters
    ----------
    picture : str
        An ``<svg>`` element.
    name, effect : str
        What it is called, and what it sets off.
    color : str
        That of its class.
    """

    picture: str
    name: str
    effect: str
    color: str


def shapes(key: str, title: str, tiles: Sequence[Tile], *, board: str) -> None:
    """Draw the shapes, in the order of the network's classes; `board` is where they are drawn."""
    _mount(
        data={"title": title, "board": board, "tiles": [asdict(tile) for tile in tiles]}, key=key
    )
