from __future__ import annotations

import numpy as np

from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.feature_maps import channel, channel_sheet, sheet, strongest_pictures

MAPS = np.arange(5 * 2 * 3, dtype=float).reshape(5, 2, 3)


def test_a_sheet_holds_every_channel_once() -> None:
    values, numbers = sheet(MAPS)
    for number, one in enumerate(MAPS):
        assert np.array_equal(np.sort(values[numbers == number]), one.ravel())
    assert np.isnan(values[numbers == -1]).all()


def test_channels_of_one_place_stand_without_gaps() -> None:
    values, _ = sheet(np.ones((8, 1, 1)))
    assert values.shape == (2, 4)


def test_all_channels_share_one_scale() -> None:
    whole = channel_sheet(MAPS, 3, Look()).data[0]
    one = channel(MAPS[3], 29.0, Look()).data[0]
    assert (whole.zmin, whole.zmax) == (one.zmin, one.zmax) == (-29, 29)


def test_the_chosen_channel_is_framed() -> None:
    figure = channel_sheet(MAPS, 4, Look())
    _, numbers = sheet(MAPS)
    frame = figure.layout.shapes[0]
    rows, columns = np.nonzero(numbers == 4)
    assert (frame.x0, frame.x1) == (columns.min() - 0.5, columns.max() + 0.5)
    assert (frame.y0, frame.y1) == (rows.min() - 0.5, rows.max() + 0.5)
    assert "Channels: 5; the strongest is channel 4." in figure.layout.meta["name"]


def test_silent_channels_can_be_drawn() -> None:
    assert channel(np.zeros((2, 2)), 0.0, Look()).data[0].zmax == 1


def test_pictures_name_class_and_value() -> None:
    figure = strongest_pictures(np.ones((2, 3, 3)), ["<b>", "7"], np.array([1.5, 0.25]), Look())
    assert [note.text for note in figure.layout.annotations] == ["&lt;b&gt;: 1.5", "7: 0.25"]
