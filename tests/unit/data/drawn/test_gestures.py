"""The drawn gestures: templates that fit together, data sets that are the same for everyone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rnndemo.data.drawn import gestures, no_gestures
from rnndemo.data.drawn.cache import cached
from rnndemo.data.drawn.gestures import CLASSES, FORMS, MIDWAY, TWICE, gesture
from rnndemo.data.drawn.glyphs import MARKS
from rnndemo.storage.folders import FOLDER_VARIABLE

FRAMES = {"gestures": "ink", "gestures-strokes": "path"}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_class_has_forms_and_nothing_else_has() -> None:
    assert set(FORMS) == set(CLASSES)
    assert len(CLASSES) == 16


@pytest.mark.parametrize("label", CLASSES)
def test_templates_of_a_form_can_be_mixed(label: str) -> None:
    for form in FORMS[label]:
        shapes = {tuple(map(len, gestures._strokes(template))) for template in form.templates}
        assert len(shapes) == 1
        assert form.share > 0
        if form.closed:
            first = gestures._strokes(form.templates[0])[0]
            assert np.array_equal(first[0], first[-1])


def test_right_is_left_mirrored() -> None:
    left, right = (FORMS[f"{side}_curly_brace"][0].templates[0] for side in ("left", "right"))
    a, b = gestures._strokes(left)[0], gestures._strokes(right)[0]
    np.testing.assert_allclose(a[:, 0], 1 - b[:, 0], atol=1e-9)
    np.testing.assert_allclose(a[:, 1], b[:, 1])


@pytest.mark.parametrize("label", CLASSES)
def test_drawings_differ_and_come_again(label: str) -> None:
    first, second = gesture(label, rng(1)), gesture(label, rng(2))
    assert not np.array_equal(first[0], second[0])
    again = gesture(label, rng(1))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def area(path: np.ndarray) -> float:
    """Return the area inside a closed line: negative if it goes round the other way."""
    x, y = path.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def test_closed_gestures_begin_anywhere_and_go_both_ways() -> None:
    starts = [gesture("circle", rng(seed), careless=0.0)[0] for seed in range(80)]
    angles = [np.arctan2(*(path[0] - path.mean(0))) for path in starts]
    assert np.histogram(angles, 4, (-np.pi, np.pi))[0].min() > 5
    areas = np.array([area(path) for path in starts])  # their sign is the way round
    assert 0.2 < (areas > 0).mean() < 0.8


def test_closed_gestures_begin_within_a_side_and_are_traced_twice_at_times() -> None:
    (form,) = (form for form in FORMS["rectangle"] if form.closed)
    lines = [gestures._template(form, rng(seed))[0] for seed in range(400)]
    assert all(np.array_equal(line[0], line[-1]) for line in lines)
    corners = np.array([len(line) for line in lines]) - 1
    within = np.isin(corners, (5, 10))
    twice = corners >= 8
    assert within.mean() == pytest.approx(MIDWAY, abs=0.07)
    assert twice.mean() == pytest.approx(TWICE, abs=0.05)
    one_lap = [abs(area(line)) for line, again in zip(lines, twice, strict=True) if not again]
    two_laps = [abs(area(line)) for line, again in zip(lines, twice, strict=True) if again]
    assert np.mean(two_laps) == pytest.approx(2 * np.mean(one_lap), rel=0.1)


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    for name, count in (("TRAIN", 64), ("VALIDATION", 16), ("TEST", 32)):
        monkeypatch.setattr(gestures, name, count)
    return tmp_path


@pytest.mark.parametrize(("name", "frame"), FRAMES.items())
def test_data_set_is_drawn_once_and_then_read(
    name: str, frame: str, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = gestures.load_gestures(name, frame)
    assert (data.name, data.classes, data.frame) == (name, CLASSES, frame)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [64, 16, 32]
    labels = [
        label for part in (data.train, data.validation, data.test) for label in part.labels.tolist()
    ]
    assert set(Counter(labels).values()) == {7}
    (file,) = few.iterdir()

    drawn = gestures._drawn
    monkeypatch.setattr(
        gestures, "_drawn", lambda frame, count, seed: drawn(frame, min(count, 16), seed)
    )
    again = gestures.load_gestures(name, frame)
    assert np.array_equal(again.train.images.numpy(), data.train.images.numpy())
    monkeypatch.undo()
    assert file.name.startswith(name)


def test_damaged_file_is_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    made = np.ones((3, 4, 4), np.uint8), np.arange(3)
    cached("some", b"sample", lambda: made)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"PK no more")
    images, labels = cached("some", b"sample", lambda: made)
    assert np.array_equal(images, made[0])
    assert np.array_equal(labels, made[1])
    assert cached("some", b"sample", lambda: pytest.fail("it is there"))[0].shape == (3, 4, 4)


def test_folder_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    made = np.ones((3, 4, 4), np.uint8), np.arange(3)
    assert np.array_equal(cached("some", b"sample", lambda: made)[0], made[0])


# --- drawings that are no gesture--------------------------------------------------------------


def test_shares_of_the_kinds_make_a_whole() -> None:
    assert sum(no_gestures.KINDS.values()) == pytest.approx(1)


def test_marks_that_are_gestures_are_left_out() -> None:
    assert set(no_gestures._MARKS) < set(MARKS)
    near = ("arrow", "bracket", "brace", "triangle", "star", "check", "caret", "pigtail", "delete")
    assert not [name for name in no_gestures._MARKS if name.startswith(near)]


@pytest.mark.parametrize(("frame", "size"), [("ink", (28, 28)), ("path", (64, 5))])
def test_pool_is_what_the_frame_sees_and_comes_again(frame: str, size: tuple[int, int]) -> None:
    pool = no_gestures.pool(frame, 40, 5)
    assert pool.shape == (40, *size)
    assert pool.dtype == np.uint8
    assert np.array_equal(pool, no_gestures.pool(frame, 40, 5))
    assert (pool.max((1, 2)) > 0).all()
