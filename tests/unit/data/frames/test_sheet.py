from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from rnndemo.data.frames.ink import from_picture
from rnndemo.data.frames.sheet import cut_out, sheet
from tests.pictures import grey, seven


def lying(paper: float, ink: float, table: float, angle: float = 0, left: int = 90) -> np.ndarray:
    """Return a picture of a sheet with a seven on a table."""
    here = np.zeros((400, 400))
    here[100:300, left : left + 200] = 1
    drawn = np.zeros((400, 400))
    drawn[100:300, left : left + 200] = 1 - grey(seven())
    here, drawn = (
        ndimage.rotate(k, angle, reshape=False, order=1).clip(0, 1) for k in (here, drawn)
    )
    return table * (1 - here) + here * (paper * (1 - drawn) + ink * drawn)


@pytest.mark.parametrize("angle", [0, 8, -20])
@pytest.mark.parametrize(
    ("paper", "ink", "table"),
    [(0.9, 0.1, 0.3), (1, 0, 0), (0.2, 0.9, 0.7), (0.9, 0.5, 0.1)],
    ids=["paper on a table", "window in the dark", "blackboard on a wall", "pencil"],
)
def test_sheet_is_found_and_read(paper: float, ink: float, table: float, angle: float) -> None:
    picture = lying(paper, ink, table, angle)
    found = sheet(picture)
    assert found is not None
    assert found.mean() == pytest.approx(0.25, abs=0.05)
    cut = cut_out(picture, found)
    assert np.median(cut) == pytest.approx(paper, abs=0.01)
    assert cut.min() == pytest.approx(min(ink, paper), abs=0.06)
    expected = from_picture(grey(seven())).image
    seen = from_picture(ndimage.rotate(picture, -angle, reshape=False, order=1, mode="nearest"))
    assert "sheet" in [step.name for step in seen.steps]
    assert np.abs(seen.image - expected).mean() < 0.03


def test_sheet_in_the_corner_is_found() -> None:
    assert sheet(lying(0.9, 0.1, 0.3)[100:, 90:]) is not None


def ring(side: int, pen: int) -> np.ndarray:
    y, x = np.indices((side, side)) - (side - 1) / 2
    away = np.hypot(y / 1.3, x)
    return 1.0 * (away < 0.36 * side) * (away > 0.36 * side - pen)


NO_SHEETS = {
    "a drawing": grey(seven()),
    "a bold 0": 1 - ring(200, 44),
    "a bold 0, light": ring(200, 44),
    "a shadow": grey(seven()) * np.where(np.arange(200) < 90, 1, 0.5),
    "a sheet with nothing on it": lying(0.9, 0.9, 0.3),
    "a small picture": lying(0.9, 0.1, 0.3)[::8, ::8],
    "one grey": np.full((100, 100), 0.5),
}


@pytest.mark.parametrize("picture", NO_SHEETS.values(), ids=NO_SHEETS.keys())
def test_other_things_are_no_sheets(picture: np.ndarray) -> None:
    assert sheet(picture) is None
