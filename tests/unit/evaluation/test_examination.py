from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo.config import DataConfig, RunConfig
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import probabilities_of
from rnndemo.evaluation.calibration import confidence
from rnndemo.evaluation.examination import TestReport, chosen_timesteps, examine
from rnndemo.evaluation.report import calibration_curve, class_scores, report
from rnndemo.models.store import Card, Model, load_model
from rnndemo.reading.answers import answer
from tests.small import CLASSES, SIDE, small_model

RNN = "digits-rnn"


def small(scan: str = "rows", **config) -> Model:
    network = small_model(scan, **config).float()
    settings = RunConfig(data=DataConfig(scan=scan), model=network.config)
    names = tuple("abcdefgh"[:CLASSES])
    return Model("small", settings, network, names, (SIDE, SIDE), Card(reject_threshold=0.5))


def pictures(count: int, classes: int = CLASSES, side: int = SIDE) -> ImageSet:
    generator = torch.Generator().manual_seed(3)
    images = torch.randint(0, 256, (count, side, side), generator=generator).to(torch.uint8)
    return ImageSet(images, torch.randint(0, classes, (count,), generator=generator))


@pytest.fixture(scope="module")
def some(digits: DataSet) -> ImageSet:
    return digits.test.take(torch.arange(0, 10_000, 7))


@pytest.fixture(scope="module")
def examined(some: ImageSet) -> TestReport:
    return examine(load_model(RNN), some)


def test_report_is_that_of_the_whole_set(examined: TestReport, some: ImageSet) -> None:
    model = load_model(RNN)
    table = probabilities_of(model, some.images)
    expected = report(table, some.labels, confidence(table) < model.card.reject_threshold)
    got = examined.report
    assert (got.n, got.accuracy, got.interval) == (
        expected.n, expected.accuracy, expected.interval,
    )  # fmt: skip
    assert got.rejected == expected.rejected
    assert torch.equal(got.confusion, expected.confusion)


def test_confidences_and_calibration_error_are_those_of_the_calibrated_probabilities(
    examined: TestReport, some: ImageSet
) -> None:
    table = probabilities_of(load_model(RNN), some.images)
    np.testing.assert_allclose(examined.confidences, confidence(table), atol=1e-6)
    right = table.argmax(1) == some.labels
    exact = calibration_curve(confidence(table).numpy(), right.numpy())
    assert examined.calibration.error == pytest.approx(exact.error, abs=1e-6)
    assert examined.calibration.count.sum() == len(some)


def test_worst_mistakes_are_the_surest_wrong_answers(examined: TestReport) -> None:
    wrong = examined.answers != examined.labels
    worst = examined.mistakes
    assert wrong[worst].all()
    sure = examined.confidences
    assert (np.diff(sure[worst]) <= 0).all()
    others = np.setdiff1d(np.flatnonzero(wrong), worst)
    assert len(worst) == 12 or not len(others)
    assert sure[others].max(initial=0) <= sure[worst].min()


def test_mistakes_are_read_as_on_the_page(examined: TestReport, some: ImageSet) -> None:
    model = load_model(RNN)
    for index, rows in zip(examined.mistakes[:3], examined.mistake_rows, strict=False):
        shown = answer(model, some.images[index].numpy() / 255)
        np.testing.assert_allclose(rows, shown.rows, atol=1e-3)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_accuracy_at_every_timestep_is_that_of_the_readouts(
    pooling: str, bidirectional: bool
) -> None:
    model, test = small(pooling=pooling, bidirectional=bidirectional), pictures(40)
    found = examine(model, test)
    readouts = model.network.readouts(test.images.float() / 255).argmax(-1)
    expected = (readouts == test.labels[:, None]).double().mean(0)
    np.testing.assert_allclose(found.readout_accuracy, expected, atol=1e-12)
    assert found.readout_accuracy[-1] == found.report.accuracy
    assert found.readout_pictures == 40


def test_curve_of_two_directions_rests_on_fewer_pictures_and_says_how_many(monkeypatch) -> None:
    monkeypatch.setattr("rnndemo.evaluation.examination.PREFIX_BUDGET", 36 * 10)
    found = examine(small(bidirectional=True), pictures(40))
    assert found.readout_pictures == 10  # 1 + 2 + … + 8 = 36 timesteps each
    assert len(found.answers) == 40


@pytest.mark.parametrize(
    ("time", "height", "count"),
    [(28, 28, 28), (784, 28, 28), (49, 28, 49), (512, 512, 512), (192, 28, 96), (131, 28, 1)],
)
def test_timesteps_are_even_and_end_at_the_end(time: int, height: int, count: int) -> None:
    chosen = chosen_timesteps(time, pictures(1, side=height))
    assert len(chosen) == count
    assert chosen[-1] == time - 1
    assert set(chosen.diff().tolist()) <= {time // count}


def test_five_pictures_of_one_class_are_enough() -> None:
    test = ImageSet(pictures(5).images, torch.zeros(5, dtype=torch.int64))
    found = examine(small("pixels"), test)
    assert found.scores.pictures.tolist() == [5, 0, 0]
    assert np.isnan(found.scores.recall[1:]).all()
    assert 0 <= found.calibration.error <= 1


def test_without_a_mistake_there_is_none(tmp_path: Path) -> None:
    for bidirectional in (False, True):
        model, test = small(bidirectional=bidirectional), pictures(3)
        right = ImageSet(test.images, torch.from_numpy(examine(model, test).answers))
        found = examine(model, right)
        assert found.report.accuracy == 1
        assert found.mistake_rows.shape == (0, SIDE, CLASSES)
        found.save(tmp_path / "none.npz")
        assert not len(TestReport.load(tmp_path / "none.npz").mistakes)


def test_a_test_part_without_pictures_is_refused() -> None:
    with pytest.raises(InputError, match="no test pictures"):
        examine(small(), pictures(0))


def test_scores_in_closed_form() -> None:
    scores = class_scores(np.array([[3, 1, 0], [1, 0, 0], [0, 0, 0]]))
    np.testing.assert_allclose(scores.precision, [3 / 4, 0, np.nan])
    np.testing.assert_allclose(scores.recall, [3 / 4, 0, np.nan])
    np.testing.assert_allclose(scores.f1, [3 / 4, 0, np.nan])
    assert scores.pictures.tolist() == [4, 1, 0]


def test_calibration_in_closed_form() -> None:
    curve = calibration_curve(np.array([0.6, 0.7, 1.0]), np.array([True, False, True]), 2)
    assert curve.count.tolist() == [3]
    assert curve.confidence == pytest.approx([2.3 / 3])
    assert curve.accuracy == pytest.approx([2 / 3])
    assert curve.error == pytest.approx(0.1)
    assert calibration_curve(np.zeros(0), np.zeros(0, bool)).error == 0


def same(first: TestReport, second: TestReport) -> bool:
    pairs = ((getattr(first, name), getattr(second, name)) for name in TestReport.__annotations__)
    return all(type(a) is type(b) and np.array_equal(a, b) for a, b in pairs)


def test_file_holds_all_and_is_small(examined: TestReport, tmp_path: Path) -> None:
    examined.save(tmp_path / "test.npz")
    assert same(TestReport.load(tmp_path / "test.npz"), examined)
    assert [path.name for path in tmp_path.iterdir()] == ["test.npz"]
    assert (tmp_path / "test.npz").stat().st_size < 50_000


def test_truncated_or_altered_file_is_refused(examined: TestReport, tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    examined.save(path)
    content = path.read_bytes()
    for at in range(0, len(content), 499):
        path.write_bytes(content[:at])
        with pytest.raises(InputError, match="damaged"):
            TestReport.load(path)
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            assert same(TestReport.load(path), examined)  # a byte that means nothing
        except InputError:
            continue
    with pytest.raises(InputError, match="missing"):
        TestReport.load(tmp_path / "other.npz")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", np.array("new")),
        ("classes", 9),
        ("classes", 10**9),
        ("labels", np.zeros(3, np.int64)),
        ("answers", np.full(1429, 10)),
        ("confidences", np.full(1429, np.nan, np.float32)),
        ("rejected", np.zeros(1429)),
        ("timesteps", np.zeros(28, np.int64)),
        ("readout_accuracy", np.full(28, 1.5)),
        ("readout_pictures", 0),
        ("mistakes", np.array([None])),
        ("mistake_rows", np.zeros((2, 28, 10), np.float16)),
    ],
)
def test_array_of_another_form_is_refused(
    name: str, value: object, examined: TestReport, tmp_path: Path
) -> None:
    save_with(examined, tmp_path / "test.npz", **{name: value})
    with pytest.raises(InputError, match="damaged"):
        TestReport.load(tmp_path / "test.npz")


def test_file_of_a_newer_version_is_refused(examined: TestReport, tmp_path: Path) -> None:
    save_with(examined, tmp_path / "test.npz", schema=2)
    with pytest.raises(InputError, match="newer version"):
        TestReport.load(tmp_path / "test.npz")


def save_with(examined: TestReport, path: Path, **changed: object) -> None:
    examined.save(path)
    with np.load(path) as file:
        content = {**file, **changed}
    np.savez(path, **content)


def test_file_that_unpacks_to_too_much_is_refused(examined: TestReport, tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    examined.save(path)
    large = io.BytesIO()
    np.save(large, np.zeros(70_000_000, np.bool_))
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["rejected.npy"] = large.getvalue()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    with pytest.raises(InputError, match="damaged"):
        TestReport.load(path)
