"""Kinds of scenes: how large the board is, and how digits lie on it."""

from __future__ import annotations

from rnndemo import config
from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.kinds import load_kinds

SCENES = load_kinds(__name__, config.SCENES, SceneKind)
