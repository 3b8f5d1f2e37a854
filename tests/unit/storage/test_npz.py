"""Arrays are read only after a check of their headers, and nothing is unpickled."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rnndemo.errors import InputError
from rnndemo.storage.npz import opened, read_array, write_arrays

OTHER = InputError("no arrays")
VALUES = np.arange(12, dtype=np.int16).reshape(3, 4)


def one(path: Path, most: int = 100) -> np.ndarray:
    with opened(path, OTHER) as file:
        return read_array(file, "values", most, lambda shape, kind: kind.kind in "iO")


def npy(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, values)
    return file.getvalue()


def put(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("values.npy", content)


def claimed(shape: tuple[int, ...]) -> bytes:
    """Return the header of an array of that shape, without its values."""
    file = io.BytesIO()
    header = {"descr": "<i2", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()


@pytest.mark.parametrize("values", [VALUES, np.asfortranarray(VALUES), VALUES.astype(">i2")])
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_what_was_written_is_read(values: np.ndarray, version: tuple, tmp_path: Path) -> None:
    write_arrays(tmp_path / "some.npz", {"values": values})
    np.testing.assert_array_equal(one(tmp_path / "some.npz"), values)
    file = io.BytesIO()
    np.lib.format.write_array(file, values, version=version)
    put(tmp_path / "other.npz", file.getvalue())
    np.testing.assert_array_equal(one(tmp_path / "other.npz"), values)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.npz", "some.npz"]


def test_nothing_is_written_where_an_array_holds_objects(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        write_arrays(tmp_path / "some.npz", {"values": np.array([{}])})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", values=np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="no arrays"):
        one(tmp_path / "some.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x93NUMPY", npy(VALUES)[:-1],
        npy(VALUES) + b"\0",  # more than its header says
        claimed((3, 4)), claimed((-3, 4)), claimed((10**12,)), claimed((2**40, 2**40)),
        npy(np.zeros(60, np.int16)),  # 120 bytes
        npy(np.zeros(3)),  # does not fit
        b"\x93NUMPY\x02\x00" + (2**31).to_bytes(4, "little") + b" " * 10**6,  # a header, it claims
    ],
    ids=lambda content: f"{content[:12]!r}, {len(content)}",
)  # fmt: skip
def test_array_of_another_form_is_refused(content: bytes, tmp_path: Path) -> None:
    put(tmp_path / "some.npz", content)
    with pytest.raises(InputError, match="no arrays"):
        one(tmp_path / "some.npz")


def test_member_that_unpacks_to_more_is_refused_unread(tmp_path: Path) -> None:
    put(tmp_path / "some.npz", npy(VALUES) + bytes(100_000_000))
    with pytest.raises(InputError, match="no arrays"):
        one(tmp_path / "some.npz")


def test_changed_bytes_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr("values.npy", npy(VALUES))
    content = path.read_bytes()
    at = content.index(VALUES.tobytes()) + 2
    path.write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    with pytest.raises(InputError, match="no arrays"):
        one(path)


def test_a_pipe_and_a_device_are_no_archives_and_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")  # opening it would wait for someone who writes into it
    for path in (tmp_path / "pipe.npz", Path("/dev/zero"), tmp_path):
        with pytest.raises(InputError, match="no arrays"):
            one(path)


@pytest.mark.parametrize("content", [None, b"", b"PK", b"{}"])
def test_file_that_is_none_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="no arrays"):
        one(path)
    np.savez(path, other=VALUES)
    with pytest.raises(InputError, match="no arrays"):
        one(path)
