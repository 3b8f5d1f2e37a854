"""How the sweeps of a network find what a scene shows, in the browser alone."""

from __future__ import annotations

from rnndemo.models.scene_store import SceneModel
from rnndemo.reading.scenes import SceneReading


def sweeps(key: str, model: SceneModel, reading: SceneReading | None) -> None:
    """Draw the sweeps of a reading; another call with the same key updates it.

    Parameters
    ----------
    reading : SceneReading, optional
        None if the board is empty.
    """
