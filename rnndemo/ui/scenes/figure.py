"""A scene and what a network finds in it, redrawn in its place (`scene.js`)."""

from __future__ import annotations

from rnndemo.ui.components.component import component

_mount = component("scene")


def scene(key: str, drawing: str, note: str = "", opened: int = 0) -> None:
    """Draw a scene; another call with the same key puts another one in its place.

    Parameters
    ----------
    drawing : str
        An ``<svg>`` element, see `rnndemo.plots.scenes.figure.scene_figure`.
    note : str, optional
        Text on an example, which is drawn faintly.
    opened : int, optional
        How often a scene was opened from elsewhere on the page, which then comes into view.
    """
    _mount(data={"drawing": drawing, "note": note, "opened": opened}, key=key)
