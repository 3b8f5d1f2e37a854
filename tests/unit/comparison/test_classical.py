from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from skimage.feature import hog
from sklearn.kernel_approximation import Nystroem
from sklearn.neighbors import KNeighborsClassifier

from rnndemo.comparison.classical import neighbours, svm
from rnndemo.comparison.classical.base import Classical, PointSet
from rnndemo.comparison.classical.files import WEIGHTS, load_classical, save_classical
from rnndemo.comparison.classical.kinds import CLASSICAL
from rnndemo.comparison.classical.neighbours import NEIGHBOURS, NearestNeighbours
from rnndemo.comparison.classical.svm import COSTS, EDGE_COSTS, EdgeSVM, LinearSVM, histograms
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError


@pytest.fixture(scope="module")
def data(digits: DataSet) -> DataSet:
    first = torch.arange(600)
    return DataSet(
        "digits", digits.classes, digits.train.take(first),
        digits.validation.take(first[:200]), digits.test.take(first[:200]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def fitted(data: DataSet) -> dict[str, Classical]:
    return {kind: CLASSICAL[kind].fit(data) for kind in CLASSICAL}


def right(one: Classical, part: ImageSet) -> float:
    answers = one.probabilities(part.images.numpy()).argmax(1)
    return float((answers == part.labels.numpy()).mean())


@pytest.mark.parametrize("kind", CLASSICAL)
def test_each_learns_and_says_how_sure_it_is(kind, fitted, data) -> None:
    one, images = fitted[kind], data.test.images.numpy()
    shares = one.probabilities(images)
    assert shares.shape == (200, 10)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-5)
    assert (shares >= 0).all()
    assert right(one, data.test) > 0.75
    np.testing.assert_allclose(one.probabilities(images[3:4]), shares[3:4], atol=1e-5)
    assert one.probabilities(images[:0]).shape == (0, 10)


def test_settings_are_among_those_tried(fitted) -> None:
    assert fitted["knn"].settings["k"] in NEIGHBOURS
    assert fitted["svm"].settings["C"] in COSTS
    assert fitted["hog-svm"].settings["C"] in EDGE_COSTS


@pytest.mark.parametrize("k", [1, 5])
def test_neighbours_vote_as_in_scikit_learn(k, data, monkeypatch) -> None:
    monkeypatch.setattr(neighbours, "BLOCK", 50)  # several blocks
    ours = NearestNeighbours(
        data.classes, data.image_size, {"k": k}, NearestNeighbours.arrays_of(data)
    )
    theirs = KNeighborsClassifier(k, weights=lambda far: 1 / (far + 1e-6), algorithm="brute")
    train, test = (part.images.flatten(1).numpy() / 255 for part in (data.train, data.test))
    theirs.fit(train, data.train.labels.numpy())
    found = ours.probabilities(data.test.images.numpy())
    np.testing.assert_allclose(found, theirs.predict_proba(test), atol=1e-3)


def test_fewer_pictures_than_neighbours_all_vote(data) -> None:
    few = {"images": data.train.images[:2].numpy(), "labels": data.train.labels[:2].numpy()}
    one = NearestNeighbours(data.classes, data.image_size, {"k": 9}, few)
    assert (one.probabilities(data.test.images.numpy()) > 0).sum(1).max() <= 2


def test_a_picture_among_the_neighbours_is_its_own_nearest(data) -> None:
    one = NearestNeighbours(
        data.classes, data.image_size, {"k": 1}, NearestNeighbours.arrays_of(data)
    )
    assert right(one, data.train) == 1


def test_histograms_are_those_of_scikit_image(data) -> None:
    picture = data.test.images[0].numpy()
    wanted = hog(picture, orientations=9, pixels_per_cell=(4, 4), cells_per_block=(2, 2))
    np.testing.assert_allclose(histograms(picture[None])[0], wanted, atol=1e-6)


def test_landmarks_are_nystroems_approximation(data, monkeypatch) -> None:
    monkeypatch.setattr(svm, "LANDMARKS", 10_000)  # all: nothing is approximated
    edges = histograms(data.train.images[:40].numpy())
    theirs = Nystroem(gamma=0.3, n_components=40, random_state=0).fit(edges)
    points = PointSet.of(edges)
    whiten = svm._whitening(points.kernel(edges, 0.3))
    features = points.kernel(edges[:5], 0.3) @ whiten
    np.testing.assert_allclose(
        features @ features.T, theirs.transform(edges[:5]) @ theirs.transform(edges[:5]).T,
        atol=2e-3,
    )  # fmt: skip


def test_two_classes_are_weighed_both(data) -> None:
    index = torch.nonzero(data.train.labels < 2)[:, 0]
    two = DataSet("two", ("0", "1"), data.train.take(index), data.train.take(index[:20]),
                  data.train.take(index))  # fmt: skip
    for builder in (LinearSVM, EdgeSVM):
        assert right(builder.fit(two), two.test) > 0.95


def test_a_class_without_training_pictures_is_no_answer(data) -> None:
    index = torch.nonzero(data.train.labels != 4)[:, 0]
    some = DataSet("some", data.classes, data.train.take(index), data.train.take(index[:50]),
                   data.test)  # fmt: skip
    answers = LinearSVM.fit(some).probabilities(data.test.images.numpy()).argmax(1)
    assert 4 not in answers


def test_costs_are_counted(fitted) -> None:
    assert fitted["knn"].flops == 2 * 600 * 784
    assert fitted["knn"].numbers == 600 * 784 + 600
    assert fitted["svm"].flops == 2 * 784 * 10
    assert fitted["svm"].numbers == 784 * 10 + 10
    assert fitted["hog-svm"].flops == 4 * 784 + 2 * 600 * (1296 + 10)
    assert fitted["hog-svm"].numbers == 600 * 1296 + 600 * 10 + 10


@pytest.mark.parametrize("kind", CLASSICAL)
def test_what_is_saved_answers_the_same(kind, fitted, data, tmp_path) -> None:
    one = fitted[kind]
    size = save_classical(tmp_path / kind, kind, one)
    on_disk = (tmp_path / kind / WEIGHTS).stat().st_size
    pictures = 600 * 784 + 8 * 600 if kind == "knn" else 0  # its pictures lie in the data set
    assert size == on_disk + pictures
    again = load_classical(tmp_path / kind, NearestNeighbours.arrays_of(data))
    images = data.test.images[:20].numpy()
    np.testing.assert_array_equal(again.probabilities(images), one.probabilities(images))
    assert (again.settings, again.classes) == (one.settings, one.classes)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "forest"}, {"classes": "{"}, {"classes": '["a"]'}, {"image_size": "[28]"},
        {"image_size": "[9, 9]"}, {"settings": '{"C": "x"}'}, {"settings": "{}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_damaged_header_is_refused(change, fitted, tmp_path) -> None:
    one = fitted["svm"]
    header = {
        "kind": "svm", "classes": json.dumps(one.classes), "image_size": "[28, 28]",
        "settings": json.dumps(one.settings),
    }  # fmt: skip
    save_file(dict(one.arrays), tmp_path / WEIGHTS, metadata=header)
    load_classical(tmp_path)
    save_file(dict(one.arrays), tmp_path / WEIGHTS, metadata={**header, **change})
    with pytest.raises(InputError, match="missing or damaged"):
        load_classical(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"no weights at all"])
def test_a_damaged_file_is_refused(content, tmp_path) -> None:
    if content is not None:
        (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(InputError, match="missing or damaged"):
        load_classical(tmp_path)


def test_numbers_that_are_not_finite_are_refused(fitted, tmp_path) -> None:
    one = fitted["svm"]
    header = {"kind": "svm", "classes": json.dumps(one.classes), "image_size": "[28, 28]",
              "settings": json.dumps(one.settings)}  # fmt: skip
    arrays = {**one.arrays, "bias": np.full(10, np.nan, np.float32)}
    save_file(arrays, tmp_path / WEIGHTS, metadata=header)
    with pytest.raises(InputError, match="missing or damaged"):
        load_classical(tmp_path)


def test_neighbours_keep_no_second_copy_of_the_pictures(data: DataSet) -> None:
    arrays = NearestNeighbours.arrays_of(data)
    one = NearestNeighbours(data.classes, data.image_size, {"k": 3}, arrays)
    one.probabilities(data.test.images[:5].numpy())
    kept = [value for value in vars(one).values() if isinstance(value, np.ndarray)]
    assert sum(value.nbytes for value in kept) < arrays["images"].nbytes / 10
