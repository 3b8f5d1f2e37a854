"""A person's own pictures become a data set, the same for everyone, and nothing else is read."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rnndemo.config import DataConfig, RunConfig
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.load import load
from rnndemo.data.sets import DataSet, ImageSet, check_fit, split_by_class
from rnndemo.data.sources import folders
from rnndemo.errors import InputError
from tests.pictures import encoded, seven

BLANK = encoded(seven(ink=255))


def write_pictures(place: Path, **classes: int) -> Path:
    """Write that many sevens per class, each of another size."""
    for name, count in classes.items():
        (place / name).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            (place / name / f"{i}.png").write_bytes(encoded(seven(60 + i, 60, pen=4 + i % 5)))
    return place


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_pictures(tmp_path / "mine", cat=5, ant=4)


def folder(place: Path) -> DataSet:
    return load(f"folder:{place}")


def parts(data: DataSet) -> list[ImageSet]:
    return [data.train, data.validation, data.test]


def as_bytes(part: ImageSet) -> list[tuple[int, bytes]]:
    return [(int(k), x.numpy().tobytes()) for x, k in zip(part.images, part.labels, strict=True)]


# --- folders ----------------------------------------------------------------------------------


def test_sub_folders_are_the_classes_in_the_order_of_their_names(pictures: Path) -> None:
    data = folder(pictures)
    assert data.classes == ("ant", "cat")
    assert data.name == "folder:mine"
    assert data.image_size == (28, 28)
    assert [len(part) for part in parts(data)] == [5, 2, 2]


def test_every_picture_is_seen_as_on_the_page_and_is_in_one_part(pictures: Path) -> None:
    expected = [
        (k, read_drawings(file).images[0].numpy().tobytes())
        for k, name in enumerate(["ant", "cat"])
        for file in (pictures / name).iterdir()
    ]
    found = [one for part in parts(folder(pictures)) for one in as_bytes(part)]
    assert sorted(found) == sorted(expected)


def test_hidden_things_other_files_and_deeper_folders_are_passed_over(pictures: Path) -> None:
    expected = folder(pictures)
    write_pictures(pictures, **{".hidden": 4, "cat/deeper": 4})
    (pictures / "cat" / ".secret.png").write_bytes(b"no picture")
    (pictures / "cat" / "notes.txt").write_text("no picture")
    (pictures / "empty").mkdir()
    os.mkfifo(pictures / "cat" / "pipe.png")
    assert folder(pictures).classes == expected.classes
    assert as_bytes(folder(pictures).train) == as_bytes(expected.train)


def test_links_are_not_followed(pictures: Path, tmp_path: Path) -> None:
    elsewhere = write_pictures(tmp_path / "elsewhere", secret=4)
    (pictures / "secret").symlink_to(elsewhere / "secret")
    (pictures / "cat" / "9.png").symlink_to(elsewhere / "secret" / "3.png")
    data = folder(pictures)
    assert data.classes == ("ant", "cat")
    assert sum(map(len, parts(data))) == 9


def test_blank_pictures_are_left_out(pictures: Path) -> None:
    (pictures / "cat" / "blank.png").write_bytes(BLANK)
    data = folder(pictures)
    assert sum(map(len, parts(data))) == 9


def test_broken_picture_is_named_with_what_to_do(pictures: Path) -> None:
    (pictures / "cat" / "torn.png").write_bytes(encoded(seven())[:80])
    with pytest.raises(InputError, match=r"cat/torn\.png: .*Repair it, or move it out"):
        folder(pictures)


def test_unreadable_picture_is_named_in_a_sentence(pictures: Path) -> None:
    with pytest.raises(InputError) as raised:
        folders._read_picture(pictures / "cat" / "gone.png", "ink")
    assert str(raised.value) == (
        "The file cat/gone.png cannot be read. Repair it, or move it out of the folder."
    )


def test_class_of_two_is_refused_and_blank_ones_do_not_count(pictures: Path) -> None:
    write_pictures(pictures, bee=2)
    (pictures / "bee" / "blank.png").write_bytes(BLANK)
    with pytest.raises(InputError, match="'bee' has too few pictures .*\\(2\\).*at least three"):
        folder(pictures)


@pytest.mark.parametrize("classes", [{}, {"cat": 3}])
def test_one_class_is_none(classes: dict[str, int], tmp_path: Path) -> None:
    tmp_path.joinpath("few").mkdir()
    with pytest.raises(InputError, match=f"at least two sub-folders.* found: {len(classes)}"):
        folder(write_pictures(tmp_path / "few", **classes))


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_PICTURES", 8), ("MAX_CLASSES", 1), ("MAX_ENTRIES", 10)]
)
def test_what_is_too_much_is_refused_before_a_picture_is_opened(
    limit: str, value: int, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, limit, value)
    monkeypatch.setattr(folders, "read_drawings", lambda path: pytest.fail("it was opened"))
    with pytest.raises(InputError, match="mine contains too much"):
        folder(pictures)


@pytest.mark.parametrize("name", ["a\nb", "x" * 65], ids=["line break", "long"])
def test_folder_whose_name_is_no_label_is_refused(name: str, pictures: Path) -> None:
    write_pictures(pictures, **{name: 3})
    with pytest.raises(InputError, match="is not a valid class name"):
        folder(pictures)


@pytest.mark.parametrize("spec", ["folder:", "npz:", "folder:a\0b", "npz:a\nb"])
def test_place_is_needed(spec: str) -> None:
    with pytest.raises(InputError, match="write the path of the pictures"):
        load(spec)


@pytest.mark.parametrize("kind", ["folder", "npz"])
@pytest.mark.parametrize("place", ["/no/such/place/gone", "~nobody-of-that-name/gone"])
def test_missing_place_is_named(kind: str, place: str) -> None:
    with pytest.raises(InputError, match="gone cannot be read"):
        load(f"{kind}:{place}")


def test_home_is_found(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(pictures.parent))
    assert load("folder:~/mine").classes == ("ant", "cat")


def test_what_does_not_change_is_read_once_and_what_changes_again(pictures: Path) -> None:
    first = folder(pictures)
    assert folder(pictures) is first
    write_pictures(pictures, cat=6)
    assert sum(map(len, parts(folder(pictures)))) == 10
    (pictures / "cat" / "5.png").write_bytes(BLANK)
    assert sum(map(len, parts(folder(pictures)))) == 9


# --- arrays -----------------------------------------------------------------------------------


def write_npz(path: Path, side: int = 28, **content: object) -> Path:
    ink = np.stack([np.asarray(seven(side, side, 0, 255, 3 + i % 4)) for i in range(12)])
    file = io.BytesIO()
    np.savez(file, **{"images": ink, **content})
    path.write_bytes(file.getvalue())
    return path


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.arange(12) % 3 - 1, ("-1", "0", "1")),
        (np.repeat([10, 2], 6), ("2", "10")),
        (np.repeat(["b", "a"], 6), ("a", "b")),
        (np.repeat([b"dog", b"cat"], 6), ("cat", "dog")),
    ],
)
@pytest.mark.parametrize("side", [28, 40])
def test_arrays_keep_their_labels(
    labels: np.ndarray, classes: tuple[str, ...], side: int, tmp_path: Path
) -> None:
    path = write_npz(tmp_path / "mine.npz", side, labels=labels)
    data, drawn = load(f"npz:{path}"), read_drawings(path, learnt_arrays=True)
    assert (data.name, data.classes) == ("npz:mine.npz", classes)
    assert drawn.labels is not None
    expected = [
        (classes.index(label), image.numpy().tobytes())
        for label, image in zip(drawn.labels, drawn.images, strict=True)
    ]
    assert sorted(one for part in parts(data) for one in as_bytes(part)) == sorted(expected)


def test_array_with_nothing_in_it_is_left_out(tmp_path: Path) -> None:
    images = np.stack([np.asarray(seven(28, 28, 0, 255, 3))] * 8)
    images[0] = 0
    path = write_npz(tmp_path / "a", images=images, labels=np.arange(8) % 2)
    assert sum(map(len, parts(load(f"npz:{path}")))) == 7


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({}, "no array named labels"),
        ({"labels": np.zeros(12, int)}, "2 to 100 different labels are needed; found: 1"),
        ({"labels": np.arange(12)}, "'0' has too few pictures"),
        ({"labels": np.repeat(["", "a"], 6)}, "is not a valid class name"),
        ({"images": np.zeros((101, 28, 28), np.uint8), "labels": np.arange(101)}, "found: 101"),
        ({"images": np.zeros((0, 28, 28), np.uint8)}, "contains no drawings"),
    ],
)
def test_arrays_that_make_no_data_set_are_refused(
    content: dict[str, np.ndarray], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=sentence):
        load(f"npz:{write_npz(tmp_path / 'a.npz', **content)}")


# --- the split --------------------------------------------------------------------------------


@given(st.lists(st.integers(3, 90), min_size=2, max_size=5))
def test_every_class_is_in_every_part_in_its_share(counts: list[int]) -> None:
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    number = torch.arange(len(labels)).reshape(-1, 1, 1)
    names = tuple(f"class {k}" for k in range(len(counts)))
    data = split_by_class("some", names, ImageSet(number, labels))
    together = torch.cat([part.images.flatten() for part in parts(data)])
    assert torch.equal(together.sort().values, number.flatten())
    for k, count in enumerate(counts):
        train, validation, test = (int((part.labels == k).sum()) for part in parts(data))
        assert test == max(1, round(count / 6))
        assert validation == max(1, round(count / 12))
        assert train == count - test - validation >= 1


def test_a_class_is_cut_the_same_whatever_others_there_are(pictures: Path) -> None:
    before = {x for k, x in as_bytes(folder(pictures).test) if k == 0}
    write_pictures(pictures, bee=7)
    assert {x for k, x in as_bytes(folder(pictures).test) if k == 0} == before


# --- what fits --------------------------------------------------------------------------------


def some(*classes: str, height: int = 28, frame: str = "ink") -> DataSet:
    part = ImageSet(torch.zeros(1, height, 28, dtype=torch.uint8), torch.zeros(1).long())
    return DataSet("some", classes, part, part, part, frame)


@pytest.mark.parametrize(
    ("setting", "data", "sentence"),
    [
        ({"synthetic": 0.1}, some("cat", "ant"), "only suit data of the digits"),
        ({"synthetic": 0.1}, some(*"012345678"), "only suit data of the digits"),
        ({"synthetic": 0.1}, some(*"0123456789", frame="photo"), "have the form photo"),
        ({"synthetic": 0.1}, some(*"0123456789", frame="path"), "have the form path"),
        ({"outliers": 0.1}, some("1", "x"), r"letters are classes \(x\)"),
        ({"scan": "patches"}, some("cat", "ant", height=30), "30 x 28 .*patches"),
    ],
)
def test_what_does_not_fit_is_refused(
    setting: dict[str, object], data: DataSet, sentence: str
) -> None:
    config = RunConfig(data=DataConfig(**setting))
    with pytest.raises(InputError, match=sentence):
        check_fit(config, data)
    check_fit(replace(config, data=DataConfig()), data)


@pytest.mark.parametrize("setting", [{"synthetic": 0.1}, {"outliers": 0.1}, {"scan": "patches"}])
def test_digits_fit_everything(setting: dict[str, object]) -> None:
    data = some(*"0123456789")
    assert check_fit(RunConfig(data=DataConfig(**setting)), data) is None


def test_outliers_fit_classes_with_longer_names_and_other_alphabets() -> None:
    assert check_fit(RunConfig(data=DataConfig(outliers=0.1)), some("cat", "お", "ä")) is None


def test_page_of_dots_is_left_out_as_a_blank_one_is(pictures: Path) -> None:
    dots = np.full((300, 300), 255, np.uint8)
    for shift in (0, 1):
        dots[5 + shift :: 30, 5::30] = 0
    (pictures / "cat" / "dots.png").write_bytes(encoded(Image.fromarray(dots)))
    assert sum(map(len, parts(folder(pictures)))) == 9


def test_form_that_takes_no_pictures_is_named_not_the_pictures(pictures: Path) -> None:
    with pytest.raises(InputError, match="^data.frame = path: a pen path cannot be made"):
        load(f"folder:{pictures}", "path")
