"""The figures about hidden units hold to arithmetic on data with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo.data.scans import to_sequence
from rnndemo.reading import units
from rnndemo.reading.units import ORDERINGS, fit_plane, hidden_over, report_unit
from tests.small import HIDDEN, SIDE, small_model

N, TIME, WIDTH, CLASSES = 30, 7, 6, 3


@pytest.fixture
def hidden():
    return np.random.default_rng(0).normal(size=(N, TIME, WIDTH)) * np.arange(1, WIDTH + 1)


@pytest.fixture
def labels():
    return np.arange(N) % CLASSES


def test_plane_equals_singular_value_decomposition(hidden, labels):
    plane = fit_plane(hidden, labels, CLASSES, components=3)
    points = torch.from_numpy(hidden.reshape(-1, WIDTH))
    _, singular, axes = torch.linalg.svd(points - points.mean(0), full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.axes), axes[:3].abs(), atol=1e-10)
    np.testing.assert_allclose(plane.explained, (singular**2 / (singular**2).sum())[:3], atol=1e-12)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(3), atol=1e-12)


def test_points_on_a_line_need_one_axis():
    along = np.array([3.0, 0.0, 4.0])
    hidden = (np.arange(10.0)[:, None] * along).reshape(2, 5, 3) + 1.0
    plane = fit_plane(hidden, np.array([0, 1]), 2)
    np.testing.assert_allclose(plane.explained, [1, 0], atol=1e-12)
    np.testing.assert_allclose(plane.axes[0], along / 5, atol=1e-12)
    np.testing.assert_allclose(plane.project(hidden)[0, :, 0], 5 * (np.arange(5) - 4.5), atol=1e-9)


def test_class_paths_are_the_means_of_projected_trajectories(hidden, labels):
    plane = fit_plane(hidden, labels, CLASSES + 1)
    assert plane.class_paths.shape == (CLASSES + 1, TIME, 2)
    for k in range(CLASSES):
        mean = plane.project(hidden)[labels == k].mean(0)
        np.testing.assert_allclose(plane.class_paths[k], mean, atol=1e-10)
    assert np.isnan(plane.class_paths[CLASSES]).all()


def test_axes_do_not_flip_with_the_order_of_the_pictures(hidden, labels):
    one, other = fit_plane(hidden, labels, CLASSES), fit_plane(hidden[::-1], labels, CLASSES)
    np.testing.assert_allclose(one.axes, other.axes, atol=1e-9)


def test_one_unit_has_a_plane_with_an_empty_axis(labels):
    hidden = np.random.default_rng(1).normal(size=(N, TIME, 1)).astype(np.float32)
    plane = fit_plane(hidden, labels, CLASSES)
    np.testing.assert_allclose(plane.explained, [1, 0], atol=1e-6)
    assert plane.project(hidden).shape == (N, TIME, 2)
    assert plane.axes.dtype == np.float32


def test_states_that_never_move_explain_nothing(labels):
    plane = fit_plane(np.ones((N, TIME, WIDTH)), labels, CLASSES)
    np.testing.assert_array_equal(plane.explained, [0, 0])


def test_unit_report_finds_planted_peaks(labels):
    hidden = np.zeros((N, TIME, WIDTH))
    hidden[:, :, 2] = labels[:, None]
    hidden[11, 4, 2], hidden[5, 6, 2], hidden[3, 1, 2] = 9.0, 8.0, -10.0
    report = report_unit(hidden, labels, CLASSES, unit=2, k=2)
    assert report.images.tolist() == [11, 5]
    assert report.timesteps.tolist() == [4, 6]
    assert report.values.tolist() == [9.0, 8.0]
    assert report.class_means.shape == (CLASSES, TIME)
    np.testing.assert_allclose(report.class_means[1], 1.0)
    assert report.class_means[0, 1] == pytest.approx(-10 / (N // CLASSES))


def test_unit_report_never_has_more_images_than_there_are(hidden, labels):
    report = report_unit(hidden[:3], labels[:3], CLASSES, unit=0, k=8)
    assert sorted(report.images) == [0, 1, 2]
    np.testing.assert_array_equal(report.values, np.sort(hidden[:3, :, 0].max(1))[::-1])


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("shape", [(TIME, 5), (N, TIME, 5), (TIME, 1), (1, 2)])
def test_every_ordering_names_each_unit_once(ordering, shape):
    hidden = np.random.default_rng(2).normal(size=shape)
    assert sorted(ORDERINGS[ordering](hidden)) == list(range(shape[-1]))
    assert sorted(ORDERINGS[ordering](np.zeros(shape))) == list(range(shape[-1]))


def test_similar_units_stand_side_by_side():
    rng, courses = np.random.default_rng(3), np.random.default_rng(4).normal(size=(TIME, 3))
    group = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    hidden = courses[:, group] + 1e-3 * rng.normal(size=(TIME, 9))
    ordered = group[ORDERINGS["similarity"](hidden)]
    assert np.count_nonzero(np.diff(ordered)) == 2


def test_units_that_fire_first_come_first():
    hidden = np.full((4, 4), 0.1)
    for unit, t in enumerate([2, 0, 3, 1]):
        hidden[t, unit] = -1.0  # strength counts, not sign
    assert ORDERINGS["firing"](hidden).tolist() == [1, 3, 0, 2]


def test_hidden_states_of_many_pictures_equal_one_pass(monkeypatch):
    monkeypatch.setattr(units, "BATCH", 3)
    model = small_model(num_layers=2, bidirectional=True)
    images = torch.randint(256, (8, SIDE, SIDE), generator=torch.Generator().manual_seed(5))
    images = images.to(torch.uint8)
    expected = model.hidden_states(to_sequence(images.double() / 255, "rows"))
    for layer in (0, -1):
        made = hidden_over(model, images, "rows", layer)
        assert made.shape == (8, SIDE, 2 * HIDDEN)
        np.testing.assert_allclose(made, expected[layer], atol=1e-12)
