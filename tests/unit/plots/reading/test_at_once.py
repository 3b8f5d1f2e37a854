"""Figures of networks that see a picture at once show the numbers that they are given."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.languages import translator
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.at_once import all_maps, one_map, strongest_pictures, weight_pictures


def maps(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random(shape)


@pytest.mark.parametrize("shape", [(6, 3, 4), (1, 5, 5), (7, 1, 1)])
def test_every_map_stands_whole_beside_the_others_and_tells_its_number(shape):
    values = maps(*shape)
    heat = all_maps(values, 0, Look()).data[0]
    for channel in range(shape[0]):
        np.testing.assert_array_equal(heat.z[heat.customdata == channel], values[channel].ravel())
    np.testing.assert_array_equal(np.isnan(heat.z), np.isnan(heat.customdata))


@pytest.mark.parametrize("shape", [(6, 3, 4), (7, 1, 1)])
def test_the_frame_is_round_the_chosen_map(shape):
    figure = all_maps(maps(*shape), 4, Look())
    frame, numbers = figure.layout.shapes[0], figure.data[0].customdata
    rows, columns = np.nonzero(numbers == 4)
    assert frame.x0 < columns.min() <= columns.max() < frame.x1
    assert frame.y0 < rows.min() <= rows.max() < frame.y1
    inside = numbers[
        int(np.ceil(frame.y0)) : int(frame.y1) + 1, int(np.ceil(frame.x0)) : int(frame.x1) + 1
    ]
    assert set(inside[np.isfinite(inside)].ravel()) == {4}


def test_all_maps_of_a_layer_have_one_colour_scale():
    values = maps(4, 3, 3)
    for channel in range(4):
        heat = one_map(values[channel], values, Look()).data[0]
        np.testing.assert_array_equal(heat.z, values[channel])
        assert (heat.zmin, heat.zmax) == (0, values.max())


def test_negative_values_have_a_colour_of_their_own():
    values = maps(4, 3, 3) - 0.5
    heat = all_maps(values, 0, Look()).data[0]
    assert heat.zmin == -heat.zmax == -np.abs(values).max()


def test_maps_of_zeros_are_no_error_and_counted():
    values = maps(4, 3, 3)
    values[1] = 0
    assert "Zero everywhere: 1 of 4." in name_of(all_maps(values, 0, Look()))
    heat = all_maps(np.zeros((2, 3, 3)), 1, Look(dark=True)).data[0]
    assert heat.zmax > heat.zmin


def test_weights_are_shown_with_zero_in_the_middle():
    weights = maps(5, 3, 3) - 0.2
    figure = weight_pictures(weights, list("abcde"), Look())
    np.testing.assert_array_equal([heat.z for heat in figure.data], weights)
    assert {heat.zmin for heat in figure.data} == {-np.abs(weights).max()}
    assert [note.text for note in figure.layout.annotations] == list("abcde")


def test_the_part_that_matters_is_framed():
    field = slice(1, 4), slice(0, 3)
    figure = strongest_pictures(
        maps(2, 5, 6), ["<b>a", "b"], np.array([0.5, 0.25]), [field, None], Look()
    )
    (frame,) = figure.layout.shapes
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (0.5, 3.5, -0.5, 2.5)
    titles = [note.text for note in figure.layout.annotations]
    assert titles == ["<b>&lt;b&gt;a</b><br>0.500", "<b>b</b><br>0.250"]


def test_names_have_chinese_signs():
    chinese, values = Look(translate=translator("zh")), maps(2, 3, 3)
    for figure in (
        all_maps(values, 0, chinese),
        one_map(values[0], values, chinese),
        weight_pictures(values, ["1", "2"], chinese),
        strongest_pictures(values, ["1", "2"], values[:, 0, 0], [None, None], chinese),
    ):
        assert name_of(figure)
        assert not {":", ";"} & set(name_of(figure))
