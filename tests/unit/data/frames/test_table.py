"""Every frame has its size, and refuses input that it does not take."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo import config
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import InputError
from tests.pictures import grey, seven

STROKES = [np.array([[0.0, 0.0], [30.0, 2.0], [12.0, 40.0]])]


def test_config_offers_every_frame() -> None:
    assert ("auto", *FRAMES) == config.FRAMES


@pytest.mark.parametrize("name", FRAMES)
def test_strokes_are_brought_to_the_frame_or_refused_in_words(name: str) -> None:
    frame = FRAMES[name]
    if not frame.takes_strokes:
        with pytest.raises(InputError, match="photographs"):
            frame.from_strokes(STROKES, None)
        return
    seen = frame.from_strokes(STROKES, 50.0)
    assert seen.image.shape == frame.size
    assert seen.image.dtype == np.float32
    assert 0 <= seen.image.min() < seen.image.max() <= 1


@pytest.mark.parametrize("name", FRAMES)
def test_pictures_are_brought_to_the_frame_or_refused_in_words(name: str) -> None:
    frame, picture = FRAMES[name], grey(seven())
    if not frame.takes_pictures:
        with pytest.raises(InputError, match="reads the pen path"):
            frame.from_picture(picture)
        return
    seen = frame.from_picture(picture)
    assert seen.image.shape == frame.size
    assert 0 <= seen.image.min() < seen.image.max() <= 1


def test_every_frame_takes_something() -> None:
    assert all(frame.takes_strokes or frame.takes_pictures for frame in FRAMES.values())
