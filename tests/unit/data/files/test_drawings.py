from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnndemo.data.files import arrays
from rnndemo.data.files.drawings import READERS, join, read_drawings
from rnndemo.data.frames.ink import from_picture, from_strokes
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from tests.pictures import SEVEN, encoded, grey, seven

DIGITS = tuple("0123456789")
STROKES = SEVEN.tolist()
DRAWING = {"label": "7", "strokes": [STROKES]}


def as_uint8(image: np.ndarray) -> np.ndarray:
    return (image * 255).round().astype(np.uint8)


def write_lines(path: Path, *lines: Any) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
    packed = path.suffix == ".gz"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def write_arrays(path: Path, **content: Any) -> Path:
    np.savez_compressed(path, **content)
    return path


# --- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("seven.png", "PNG"),
        ("seven.jpg", "JPEG"),
        ("seven.jpeg", "JPEG"),
        ("seven.webp", "WEBP"),
        ("seven.bmp", "BMP"),
        ("SEVEN.PNG", "PNG"),
    ],
)
def test_picture_is_seen_as_on_the_page(name: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(encoded(seven(), kind))
    drawings = read_drawings(tmp_path / name)
    expected = as_uint8(from_picture(grey(seven())).image).astype(float)
    assert drawings.images.shape == (1, 28, 28)
    assert np.abs(drawings.images[0].numpy() - expected).mean() < 2
    assert drawings.labels is None
    assert not drawings.blank.any()


def test_every_kind_of_file_has_a_reader() -> None:
    pictures = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}
    assert set(READERS) == {*pictures, ".npz", ".jsonl", ".jsonl.gz"}


@pytest.mark.parametrize("end", [".png", ".webp"])
def test_damaged_picture_is_named(end: str, tmp_path: Path) -> None:
    (tmp_path / f"half{end}").write_bytes(encoded(seven())[:200])
    with pytest.raises(InputError, match=f"^half{end}: The picture is incomplete"):
        read_drawings(tmp_path / f"half{end}")


def test_other_kind_of_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"notes.txt: .*\.png.*\.npz.*\.jsonl"):
        read_drawings(tmp_path / "notes.txt")


@pytest.mark.parametrize("end", READERS)
def test_missing_file_is_named(end: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"gone{end}"):
        read_drawings(tmp_path / f"gone{end}")


@pytest.mark.parametrize("end", READERS)
@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\x00\xff" * 40], ids=repr)
def test_nonsense_is_refused_in_a_sentence(end: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"file{end}"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_drawings(path)


# --- arrays -----------------------------------------------------------------------------------


def test_arrays_in_the_models_form_are_taken_as_they_are(digits: DataSet, tmp_path: Path) -> None:
    images = digits.test.images[:5].numpy()
    drawings = read_drawings(write_arrays(tmp_path / "a.npz", images=images, labels=np.arange(5)))
    assert np.array_equal(drawings.images.numpy(), images)
    assert drawings.labels == ("0", "1", "2", "3", "4")


def test_arrays_of_its_size_in_another_form_are_brought_to_it(
    digits: DataSet, tmp_path: Path
) -> None:
    images = digits.test.images[:5].numpy()
    dark = read_drawings(write_arrays(tmp_path / "a.npz", images=255 - images)).images.numpy()
    assert np.abs(dark.astype(float) - images).mean() < 25  # but for the pen's thickness


def test_model_that_learnt_from_arrays_takes_all_of_its_size(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    path = write_arrays(tmp_path / "a.npz", images=images)
    assert np.array_equal(read_drawings(path, learnt_arrays=True).images.numpy(), images)


def test_hands_in_their_form_are_taken_as_they_are(tmp_path: Path) -> None:
    y, x = np.indices((64, 64))
    hand = (255 * np.exp(-((np.hypot(y - 30, x - 33) / 18) ** 6))).astype(np.uint8)
    path = write_arrays(tmp_path / "a.npz", images=np.stack([hand, 60 + hand // 2]))
    first, second = read_drawings(path, "photo").images.numpy()
    assert np.array_equal(first, hand)
    assert not np.array_equal(second, 60 + hand // 2)


def test_arrays_of_another_size_go_through_the_preprocessing(tmp_path: Path) -> None:
    images = np.asarray(seven())[None]
    drawings = read_drawings(write_arrays(tmp_path / "a.npz", images=images))
    assert np.array_equal(drawings.images[0].numpy(), as_uint8(from_picture(grey(seven())).image))


def test_arrays_of_a_model_of_another_size_are_taken_as_they_are(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 12), np.uint8)
    path = write_arrays(tmp_path / "a.npz", images=images)
    assert np.array_equal(read_drawings(path, image_size=(8, 12)).images.numpy(), images)
    with pytest.raises(InputError, match="reads arrays of 8 x 8"):
        read_drawings(path, image_size=(8, 8))


@pytest.mark.parametrize("side", [28, 50])
def test_blank_array_is_marked_and_the_others_are_read(side: int, tmp_path: Path) -> None:
    ink = np.asarray(seven(side, side, 0, 255, 4))
    images = np.stack([ink, np.zeros_like(ink), np.full_like(ink, 255), ink])
    drawings = read_drawings(write_arrays(tmp_path / "a.npz", images=images))
    assert drawings.blank.tolist() == [False, True, True, False]
    assert drawings.images[drawings.blank].max() == 0


@pytest.mark.parametrize(
    ("labels", "classes", "expected"),
    [
        (np.array([7, 0]), DIGITS, ("7", "0")),
        (np.array([2, 1]), ("1", "2"), ("2", "1")),
        (np.array([1, 0], np.uint8), ("cat", "dog"), ("dog", "cat")),
        (np.array([1, 5]), ("cat", "dog"), ("dog", "5")),
        (np.array([-1, 0]), ("cat", "dog"), ("-1", "cat")),
        (np.array(["dog", "x"]), ("cat", "dog"), ("dog", "x")),
        (np.array([b"dog", b"x"]), ("cat", "dog"), ("dog", "x")),
    ],
)
def test_labels_are_names_or_numbers(
    labels: np.ndarray, classes: tuple[str, ...], expected: tuple[str, ...], tmp_path: Path
) -> None:
    images = np.stack([np.asarray(seven(28, 28, 0, 255, 3))] * 2)
    path = write_arrays(tmp_path / "a.npz", images=images, labels=labels)
    assert read_drawings(path, classes=classes).labels == expected


IMAGES = np.zeros((3, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"pictures": IMAGES}, "no array named images"),
        ({"images": IMAGES.astype(np.float32)}, "uint8"),
        ({"images": IMAGES[0]}, "uint8 \\(N, H, W\\)"),
        ({"images": IMAGES[..., None]}, "uint8 \\(N, H, W\\)"),
        ({"images": IMAGES[:, :0]}, "uint8 \\(N, H, W\\)"),
        ({"images": IMAGES[:0]}, "no drawing"),
        ({"images": IMAGES, "labels": np.arange(4)}, "Images: 3, labels: 4"),
        ({"images": IMAGES, "labels": np.eye(3)}, "whole numbers"),
        ({"images": IMAGES, "labels": np.ones(3)}, "whole numbers"),
        ({"images": IMAGES, "labels": np.array(["x" * 200] * 3)}, "short texts"),
        ({"images": np.zeros((1, 600, 20), np.uint8)}, "too large"),
        ({"images": np.array([{"a": 1}], dtype=object)}, "uint8"),
        ({"images": IMAGES, "labels": np.array([[], "b", 3], dtype=object)}, "whole numbers"),
    ],
)
def test_arrays_of_another_form_are_refused(
    content: dict[str, np.ndarray], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=sentence):
        read_drawings(write_arrays(tmp_path / "a.npz", **content))


def claim(path: Path, shape: tuple[int, ...]) -> Path:
    """Write an array whose header gives a shape, without data."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("images.npy", header.getvalue())
    return path


@pytest.mark.parametrize("shape", [(10**9, 28, 28), (200_000, 512, 512)])
def test_size_is_refused_before_it_is_read(shape: tuple[int, ...], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than|too large"):
        read_drawings(claim(tmp_path / "a.npz", shape))


def test_cut_and_spoiled_archives_are_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (9, 28, 28), np.uint8)
    whole = write_arrays(tmp_path / "a.npz", images=noise).read_bytes()
    spoiled = bytearray(whole)
    spoiled[300:340] = bytes(40)
    for content in (whole[:-30], whole[: len(whole) // 2], bytes(spoiled)):
        (tmp_path / "b.npz").write_bytes(content)
        with pytest.raises(InputError, match="is incomplete, damaged"):
            read_drawings(tmp_path / "b.npz")
    with pytest.raises(InputError, match="is incomplete, damaged"):
        read_drawings(claim(tmp_path / "c.npz", (3, 28, 28)))


# --- strokes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_strokes_are_seen_as_on_the_page(name: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / name, DRAWING, "", {"strokes": [STROKES, [[0, 0]]], "more": 1})
    drawings = read_drawings(path)
    assert np.array_equal(drawings.images[0].numpy(), as_uint8(from_strokes([SEVEN]).image))
    assert drawings.labels == ("7", None)
    assert len(drawings) == 2


@pytest.mark.parametrize("more", [[5], [None], [7, 0.5]], ids=["time", "no time", "pressure"])
def test_times_of_points_are_left_out(more: list[float | None], tmp_path: Path) -> None:
    timed = [[*point, *more] for point in STROKES]
    drawings = read_drawings(write_lines(tmp_path / "a.jsonl", DRAWING, {"strokes": [timed]}))
    assert np.array_equal(*drawings.images.numpy())


def test_labels_that_nobody_gives_are_none(tmp_path: Path) -> None:
    assert read_drawings(write_lines(tmp_path / "a.jsonl", {"strokes": [STROKES]})).labels is None


def test_blank_drawing_is_marked_and_the_others_are_read(tmp_path: Path) -> None:
    blank = {"label": "1", "strokes": []}
    path = write_lines(tmp_path / "a.jsonl", DRAWING, blank, {"strokes": [[]]}, DRAWING)
    assert read_drawings(path).blank.tolist() == [False, True, True, False]


def test_limit_reads_no_further(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", DRAWING, "nonsense")
    assert len(read_drawings(path, limit=1)) == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "JSON"),
        ("[1, 2]", "a drawing looks like"),
        ('{"label": "7"}', "a drawing looks like"),
        ('{"strokes": [[[0, 0], [NaN, 1]]]}', "not a usable number"),
        ('{"strokes": [[[0, 0], [Infinity, 1]]]}', "not a usable number"),
        ('{"strokes": [[[0, 0], [1e999, 1]]]}', "not a usable number"),
        ('{"strokes": [[[0]]]}', "Strokes look like"),
        ('{"strokes": "abc"}', "Strokes look like"),
        ('{"strokes": [[[0, 0]]], "label": [7]}', "the label must be text"),
        ('{"strokes": [[[0, 0]]], "label": "' + "x" * 100 + '"}', "the label must be text"),
        ("[" * 100_000, "JSON"),
        (f'{{"strokes": {[[[0, 0]]] * 501}}}', "500 strokes"),
    ],
)
def test_bad_line_is_named_by_its_number(line: str, sentence: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", DRAWING, line)
    with pytest.raises(InputError, match=f"a.jsonl, line 2: .*{sentence}"):
        read_drawings(path)


def test_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        for _ in range(12):
            file.write(b" " * 1_000_000)
    with pytest.raises(InputError, match="line 1: this is too long"):
        read_drawings(path)


def test_cut_gzip_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl.gz", *[DRAWING] * 5)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="is incomplete, damaged"):
        read_drawings(path)


def test_more_drawings_than_fit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.files.drawings.MAX_IMAGES", 3)
    monkeypatch.setattr(arrays, "MAX_IMAGES", 3)
    with pytest.raises(InputError, match="more than 3 drawings"):
        read_drawings(write_lines(tmp_path / "a.jsonl", *[DRAWING] * 4))


# --- together ---------------------------------------------------------------------------------


def test_files_are_joined_in_order(tmp_path: Path) -> None:
    first = read_drawings(write_lines(tmp_path / "a.jsonl", {"strokes": [STROKES]}))
    second = read_drawings(write_lines(tmp_path / "b.jsonl", DRAWING, {"strokes": []}))
    both = join([first, second])
    assert both.labels == (None, "7", None)
    assert both.blank.tolist() == [False, False, True]
    assert join([first, first]).labels is None
