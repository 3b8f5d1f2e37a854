"""An .npz file may have its own test part, which is never trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnndemo.data.load import load
from rnndemo.errors import InputError

NAMES = np.array(["no", "yes"])


def pictures(count: int, first: int) -> np.ndarray:
    """Return pictures that differ in their one lit column and its height."""
    images = np.zeros((count, 28, 28), np.uint8)
    for k in range(count):
        images[k, : 1 + (first + k) // 28, (first + k) % 28] = 255
    return images


def file_of(folder: Path, **more: np.ndarray) -> str:
    path = folder / "own.npz"
    np.savez(path, images=pictures(24, 0), labels=NAMES[np.arange(24) % 2], **more)
    return f"npz:{path}"


def test_test_part_of_a_file_is_tested_on_and_no_more(tmp_path: Path) -> None:
    held = pictures(7, 100)
    data = load(file_of(tmp_path, test_images=held, test_labels=NAMES[[1, 1, 0, 1, 0, 0, 1]]))
    assert data.test.labels.tolist() == [1, 1, 0, 1, 0, 0, 1]
    assert np.array_equal(data.test.images.numpy(), held)
    assert (len(data.train), len(data.validation)) == (22, 2)
    assert sorted(data.validation.labels.tolist()) == [0, 1]
    trained = np.concatenate([data.train.images.numpy(), data.validation.images.numpy()])
    assert {x.tobytes() for x in trained} == {x.tobytes() for x in pictures(24, 0)}


def test_without_one_a_sixth_is_held_back(tmp_path: Path) -> None:
    data = load(file_of(tmp_path))
    assert [len(part) for part in (data.train, data.validation, data.test)] == [18, 2, 4]


def test_blank_test_pictures_are_left_out(tmp_path: Path) -> None:
    held = pictures(3, 100)
    held[1] = 0
    data = load(file_of(tmp_path, test_images=held, test_labels=NAMES[[0, 0, 1]]))
    assert len(data.test) == 2


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"test_images": pictures(2, 0)}, "no array named test_labels"),
        (
            {"test_images": pictures(2, 0), "test_labels": np.array(["no", "maybe"])},
            "'maybe' is in test_labels but not in labels",
        ),
        ({"test_images": pictures(2, 0), "test_labels": NAMES[[0]]}, "Images: 2, labels: 1"),
        (
            {"test_images": np.zeros((1, 28, 28), np.uint8), "test_labels": NAMES[[0]]},
            "contains no drawings",
        ),
        ({"test_images": np.zeros(3), "test_labels": NAMES}, "images must be uint8"),
    ],
)
def test_test_part_that_cannot_be_used_is_refused(
    more: dict[str, np.ndarray], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=sentence):
        load(file_of(tmp_path, **more))
