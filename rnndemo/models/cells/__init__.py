"""The recurrent cells, one file each."""

from __future__ import annotations

from rnndemo import config
from rnndemo.kinds import load_kinds
from rnndemo.models.cells.base import Cell

CELLS = load_kinds(__name__, config.CELLS, Cell)
