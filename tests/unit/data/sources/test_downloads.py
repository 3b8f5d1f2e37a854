from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import urllib.error
import zipfile
from collections.abc import Callable
from email.message import Message
from http.client import BadStatusLine, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import numpy as np
import pytest
from torchvision import datasets

from rnndemo.data.load import SOURCES as DATA_SOURCES
from rnndemo.data.sets import DataSet
from rnndemo.data.sources import downloads
from rnndemo.data.sources.downloads import SOURCES, download, fetch_url, load_source
from rnndemo.errors import InputError
from rnndemo.storage.folders import data_folder

# (name, function that fetches a file) -> the data set, downloaded into the test's folder
Load = Callable[[str, Callable[..., None]], DataSet]

COUNT = {"train": 24, "t10k": 6, "test": 6}


def idx(array: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return gzip.compress(head + array.astype(np.uint8).tobytes(), mtime=0)


def member(name: str, first_label: int) -> bytes:
    """Return the file named, for example, ``emnist-letters-test-labels-idx1-ubyte``."""
    count = COUNT[next(part for part in COUNT if part in name)]
    if "labels" in name:
        return idx(np.arange(count) % 10 + first_label)
    pictures = np.zeros((count, 28, 28))
    pictures[:, 3, 20] = np.arange(count)  # row 3, column 20
    return idx(pictures)


def fake_fetch(address: str, md5: str, target: Path, progress: Callable[[int, int], Any]) -> None:
    assert address.startswith("http")
    assert len(md5) == 32
    name = address.rsplit("/", 1)[-1]
    if name.endswith(".zip"):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            for part in ("train", "test"):
                for kind in ("images-idx3", "labels-idx1"):
                    inner = f"emnist-letters-{part}-{kind}-ubyte"
                    file.writestr(f"gzip/{inner}.gz", member(inner, 1))
        content = archive.getvalue()
    else:
        content = member(name, 0)
    target.write_bytes(content)
    progress(len(content), len(content))


def no_network(address: str, *others: Any) -> None:
    raise urllib.error.URLError("Name or service not known")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    monkeypatch.setenv("ROWBYROW_DATA", str(tmp_path))

    def load(name: str, fetch: Callable[..., None]) -> DataSet:
        monkeypatch.setattr(downloads, "fetch_url", fetch)
        return load_source(name)

    return load


@pytest.mark.parametrize("name", SOURCES)
def test_download_becomes_a_data_set(name: str, load: Load) -> None:
    data = load(name, fake_fetch)
    assert (data.name, data.classes) == (name, SOURCES[name].classes)
    assert len(data.train) + len(data.validation) == COUNT["train"]
    assert len(data.test) == COUNT["test"]
    assert data.image_size == (28, 28)
    assert data.test.labels.tolist() == list(range(6))


@pytest.mark.parametrize("name", SOURCES)
def test_sources_are_registered(name: str) -> None:
    assert DATA_SOURCES[name].args == (name,)  # type: ignore[attr-defined]


def test_letters_stand_upright(load: Load) -> None:
    letters = load("letters", fake_fetch)
    fashion = load("fashion", fake_fetch)
    assert letters.test.images[5, 20, 3] == 5  # the file holds them mirrored along the diagonal
    assert fashion.test.images[5, 3, 20] == 5
    assert len(letters.classes) == 26


def test_second_time_needs_no_network(load: Load) -> None:
    first = load("fashion", fake_fetch)
    again = load("fashion", no_network)
    assert again.test.images.equal(first.test.images)


def test_progress_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWBYROW_DATA", str(tmp_path))
    monkeypatch.setattr(downloads, "fetch_url", fake_fetch)
    reported: list[tuple[int, int]] = []
    download("kuzushiji", lambda *numbers: reported.append(numbers))
    assert len(reported) == 4
    assert all(done == total > 0 for done, total in reported)


@pytest.mark.parametrize("name", SOURCES)
def test_without_network_it_says_so_and_leaves_nothing(
    name: str, load: Load, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="the internet could not be reached"):
        load(name, no_network)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("problem", [BadStatusLine("?"), IncompleteRead(b"half")])
def test_server_that_answers_nonsense_is_not_reached(
    problem: Exception, load: Load, tmp_path: Path
) -> None:
    def odd(*given: Any) -> None:
        raise problem

    with pytest.raises(InputError, match="the internet could not be reached"):
        load("fashion", odd)
    assert list(tmp_path.iterdir()) == []


def test_length_that_the_server_does_not_give_is_reported_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"content" * 100_000
    answer = addinfourl(io.BytesIO(content), Message(), "http://here")
    monkeypatch.setattr("urllib.request.urlopen", lambda *given, **named: answer)
    reported: list[tuple[int, int]] = []
    md5 = hashlib.md5(content).hexdigest()
    fetch_url("http://here", md5, tmp_path / "there", lambda *numbers: reported.append(numbers))
    assert {total for _, total in reported[:-1]} == {0}
    assert reported[-1] == (700_000, 700_000)


def test_download_that_breaks_off_leaves_nothing(load: Load, tmp_path: Path) -> None:
    calls = []

    def breaks(address: str, md5: str, target: Path, progress: Any) -> None:
        calls.append(address)
        if len(calls) == 3:
            target.write_bytes(b"half of")
            raise ConnectionResetError("Connection reset by peer")
        fake_fetch(address, md5, target, progress)

    with pytest.raises(InputError, match="the internet could not be reached"):
        load("fashion", breaks)
    assert list(tmp_path.iterdir()) == []
    load("fashion", fake_fetch)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Please log in</html>", gzip.compress(b"a")[:-4]],
    ids=["empty", "another page", "broken off"],
)
def test_something_else_than_the_data_is_refused(name: str, content: bytes, load: Load) -> None:
    def other(address: str, md5: str, target: Path, progress: Any) -> None:
        target.write_bytes(content)

    with pytest.raises(InputError):
        load(name, other)


def test_damaged_folder_says_how_to_mend_it(load: Load, tmp_path: Path) -> None:
    load("fashion", fake_fetch)
    (tmp_path / "fashion" / "test-labels-idx1").unlink()
    with pytest.raises(InputError, match="delete it to download it again"):
        load("fashion", no_network)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08", b"\0\0\x08\x01\0\0\0\x06short", b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0"],
    ids=["empty", "half a header", "half the numbers", "numbers of another type"],
)
def test_damaged_file_says_how_to_mend_it(content: bytes, load: Load, tmp_path: Path) -> None:
    load("fashion", fake_fetch)
    (tmp_path / "fashion" / "test-labels-idx1").write_bytes(content)
    with pytest.raises(InputError, match="delete it to download it again"):
        load("fashion", no_network)


@pytest.mark.parametrize("name", SOURCES)
def test_what_was_downloaded_before_is_found(name: str, load: Load, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    for part in ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1"):
        content = gzip.decompress(member(part, SOURCES[name].first_label))
        (tmp_path / name / part).write_bytes(content)
    assert len(load(name, no_network).test) == COUNT["test"]


def test_addresses_and_checksums_are_torchvisions() -> None:
    for name, kind in {"fashion": datasets.FashionMNIST, "kuzushiji": datasets.KMNIST}.items():
        assert SOURCES[name].address in kind.mirrors
        assert SOURCES[name].md5 == tuple(md5 for _, md5 in kind.resources)
    letters = SOURCES["letters"]
    assert (letters.address, letters.md5) == (datasets.EMNIST.url, (datasets.EMNIST.md5,))


def test_address_is_fetched_and_checked(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"content" * 100_000)
    md5 = hashlib.md5(b"content" * 100_000).hexdigest()
    address, reported = (tmp_path / "here").as_uri(), []
    fetch_url(address, md5, tmp_path / "there", lambda *numbers: reported.append(numbers))
    assert (tmp_path / "there").read_bytes() == (tmp_path / "here").read_bytes()
    assert reported[-1] == (700_000, 700_000)
    assert len(reported) > 1
    with pytest.raises(InputError, match="not what was expected"):
        fetch_url(address, "0" * 32, tmp_path / "there", lambda done, total: None)


def test_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROWBYROW_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("ROWBYROW_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "rowbyrow"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_data_that_cannot_be_kept_are_refused_with_the_reason(
    number: int, load: Load, tmp_path: Path
) -> None:
    def full(*given: Any) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(InputError, match=rf"{os.strerror(number)}\)\. Make room there"):
        load("fashion", full)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ROWBYROW_DATA", str(tmp_path / "file" / "folder"))
    with pytest.raises(InputError, match="cannot be kept in .*folder"):
        download("fashion")
