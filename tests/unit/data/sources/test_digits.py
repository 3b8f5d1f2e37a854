from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

import pytest
import torch

from rnndemo.config import DATA_SETS
from rnndemo.data.load import load
from rnndemo.data.sets import DataSet
from rnndemo.data.sources.digits import FOLDER, SHA256, digest, load_digits
from rnndemo.errors import InputError
from rnndemo.storage.folders import ASSETS

# How often each digit occurs in MNIST's official parts
TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_parts_have_the_promised_sizes(digits: DataSet) -> None:
    assert (len(digits.train), len(digits.validation), len(digits.test)) == (55_000, 5_000, 10_000)
    assert digits.image_size == (28, 28)
    for part in (digits.train, digits.validation, digits.test):
        assert part.images.shape == (len(part), 28, 28)
        assert part.images.dtype == torch.uint8
        assert part.labels.dtype == torch.int64


def test_classes_occur_as_often_as_in_mnist(digits: DataSet) -> None:
    assert digits.test.labels.bincount().tolist() == TEST_COUNTS
    both = digits.train.labels.bincount() + digits.validation.labels.bincount()
    assert both.tolist() == TRAIN_COUNTS


def test_test_part_keeps_its_official_order(digits: DataSet) -> None:
    assert digits.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_background_is_black(digits: DataSet) -> None:
    assert digits.test.images[:, 0, 0].max() == 0
    assert digits.test.images.max() == 255


def test_validation_shares_no_picture_with_training(digits: DataSet) -> None:
    def hashes(images: torch.Tensor) -> set[bytes]:
        return {image.tobytes() for image in images.numpy()}

    train, validation = hashes(digits.train.images), hashes(digits.validation.images)
    assert len(validation) == 5_000  # MNIST has no doubles here, so the sets can be compared
    assert not train & validation


def test_split_is_the_same_every_time(digits: DataSet) -> None:
    again = load_digits()
    assert torch.equal(again.validation.labels, digits.validation.labels)
    assert torch.equal(again.train.images[:100], digits.train.images[:100])


def test_load_finds_digits_by_name_and_caches_them() -> None:
    assert load("digits") is load("digits")
    assert load("digits").name == "digits"


def test_unknown_name_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(InputError, match="no data set named 'digitz'.*digits") as caught:
        load("digitz")
    assert all(name in str(caught.value) for name in DATA_SETS)


@pytest.mark.parametrize("name", SHA256)
def test_missing_file_is_named(name: str, tmp_path: Path) -> None:
    for other in set(SHA256) - {name}:
        (tmp_path / f"{other}.gz").symlink_to(FOLDER / f"{other}.gz")
    with pytest.raises(InputError, match=rf"{name}\.gz is missing"):
        load_digits(tmp_path)


def test_damaged_file_is_named(tmp_path: Path) -> None:
    for name in SHA256:
        (tmp_path / f"{name}.gz").symlink_to(FOLDER / f"{name}.gz")
    name = "t10k-labels-idx1-ubyte.gz"
    (tmp_path / name).unlink()
    shutil.copyfile(FOLDER / name, tmp_path / name)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name} of the digits data is damaged"):
        load_digits(tmp_path)


def test_source_lists_the_checksums_that_are_checked() -> None:
    source = (FOLDER / "SOURCE.md").read_text(encoding="utf-8")
    for name, sha256 in SHA256.items():
        row = next(line for line in source.splitlines() if line.startswith(f"| `{name}`"))
        assert sha256 in row


def test_digest_names_the_content() -> None:
    assert digest() == hashlib.sha256("".join(SHA256.values()).encode()).hexdigest()


def test_take_keeps_pictures_and_labels_together(digits: DataSet) -> None:
    index = torch.tensor([5, 0, 9_999])
    taken = digits.test.take(index)
    assert torch.equal(taken.labels, digits.test.labels[index])
    assert torch.equal(taken.images[2], digits.test.images[9_999])


def test_assets_are_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert (ASSETS / "data" / "digits").is_dir()


def test_loading_takes_less_than_a_second_of_work() -> None:
    start = time.process_time()
    load_digits()
    assert time.process_time() - start < 1
