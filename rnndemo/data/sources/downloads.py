"""Data sets that are downloaded when first used: clothes, Kuzushiji, letters.

Files go into a temporary folder, which is renamed once all are complete: an interrupted download
leaves nothing behind.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import shutil
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from torch import Tensor

from rnndemo.data.sets import DataSet, ImageSet, split
from rnndemo.data.sources.digits import read_idx
from rnndemo.errors import N_, InputError, reason_of
from rnndemo.storage.files import as_input_error
from rnndemo.storage.folders import data_folder

TIMEOUT = 30  # seconds without a response
CHUNK = 1 << 18
UNREACHABLE = (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException)
PARTS = ("train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")

NOT_KEPT = N_(
    "The data set {name!r} cannot be kept in {folder} ({reason}). Make room there, allow writing "
    "there, or name another folder in ROWBYROW_DATA."
)

# (bytes done, total bytes or 0 if unknown)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """The source of a data set.

    Parameters
    ----------
    address : str
        Of the folder with its files, or of one archive with all of them.
    md5 : tuple of str
        Of the compressed files, in the order of `PARTS`, or of the archive.
    first_label : int, default 0
        Label of the first class in the files.
    transposed : bool, default False
        Whether the pictures in the files are transposed.
    """

    address: str
    md5: tuple[str, ...]
    classes: tuple[str, ...]
    first_label: int = 0
    transposed: bool = False


SOURCES: dict[str, Source] = {
    # Fashion-MNIST, 70,000 pictures of 28 x 28: Xiao, Rasul, Vollgraf 2017; MIT
    "fashion": Source(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        (
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        (
            "T-shirt", "trousers", "pullover", "dress", "coat",
            "sandal", "shirt", "sneaker", "bag", "ankle boot",
        ),
    ),
    # Kuzushiji-MNIST, 70,000 cursive Japanese characters: Clanuwat et al. 2018; CC BY-SA 4.0
    "kuzushiji": Source(
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        (
            "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        tuple("おきすつなはまやれを"),
    ),
    # EMNIST letters, 145,600, capital and small in one class: Cohen, Afshar, Tapson, van Schaik
    # 2017; NIST, public domain
    "letters": Source(
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        ("58c8d27c78d21e728a6bc7b3cc06412e",),
        tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 1, transposed=True,
    ),
}  # fmt: skip


def load_source(name: str) -> DataSet:
    """Return the data set `name` of `SOURCES`, downloaded if necessary.

    Raises
    ------
    InputError
        If it cannot be downloaded or is damaged.
    """
    source, place = SOURCES[name], download(name)
    try:
        train_x, train_y, test_x, test_y = (read_idx((place / part).read_bytes()) for part in PARTS)
        train = _pictures(source, train_x, train_y)
        test = _pictures(source, test_x, test_y)
    except (OSError, ValueError, RuntimeError, IndexError):
        raise InputError(
            "The data set {name!r} in {folder} is damaged; delete it to download it again.",
            name=name, folder=str(place),
        ) from None  # fmt: skip
    return split(name, source.classes, train, test)


def download(name: str, progress: Progress = lambda done, total: None) -> Path:
    """Download the data set `name` into `data_folder` unless it exists; return its folder.

    Parameters
    ----------
    progress : callable, optional
        Called with the received bytes and the total bytes of the current file.

    Raises
    ------
    InputError
        If there is no network, the wrong content was received, or it cannot be kept.
    """
    place = data_folder() / name
    with as_input_error(NOT_KEPT, name=name, folder=str(place.parent)):
        return place if place.is_dir() else _downloaded(name, place, progress)


def _downloaded(name: str, place: Path, progress: Progress) -> Path:
    """Do the work of `download`; an `OSError` if it cannot be kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=place.parent) as fresh:
        try:
            whole = _fetch_all(SOURCES[name], Path(fresh), progress)
            whole.rename(place)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError):
            raise _broken(name) from None
        except (OSError, http.client.HTTPException) as problem:
            if place.is_dir():  # another process has finished first
                return place
            if isinstance(problem, gzip.BadGzipFile):
                raise _broken(name) from None
            if isinstance(problem, UNREACHABLE):
                raise InputError(
                    "The data set {name!r} must be downloaded once, but the internet could not "
                    "be reached ({problem}).",
                    name=name, problem=reason_of(problem),
                ) from None  # fmt: skip
            raise
    return place


def fetch_url(address: str, md5: str, target: Path, progress: Progress) -> None:
    """Download `address` into the file `target`.

    Raises
    ------
    OSError
        If it cannot be reached.
    InputError
        If its MD5 differs.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "rowbyrow"})
    digest = hashlib.md5(usedforsecurity=False)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer, target.open("wb") as file:
        total, done = int(answer.headers.get("Content-Length") or 0), 0
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            progress(done, total)
    if not total:
        progress(done, done)  # only now is the total known
    if digest.hexdigest() != md5:
        raise _broken(address)


def _fetch_all(source: Source, fresh: Path, progress: Progress) -> Path:
    """Download and unpack all files of `source` under `fresh`; return the complete folder."""
    whole = fresh / "whole"
    whole.mkdir()
    if source.address.endswith(".zip"):  # all splits of EMNIST
        fetch_url(source.address, source.md5[0], fresh / "archive", progress)
        with zipfile.ZipFile(fresh / "archive") as files:
            for part in PARTS:
                with files.open(f"gzip/emnist-letters-{part}-ubyte.gz") as packed:
                    _unpack(packed, whole / part)
        return whole
    for part, md5 in zip(PARTS, source.md5, strict=True):
        file = f"{part.replace('test', 't10k')}-ubyte.gz"
        fetch_url(source.address + file, md5, fresh / file, progress)
        with (fresh / file).open("rb") as packed:
            _unpack(packed, whole / part)
    return whole


def _unpack(packed: IO[bytes], target: Path) -> None:
    with gzip.open(packed) as content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _pictures(source: Source, images: Tensor, labels: Tensor) -> ImageSet:
    labels = labels.long() - source.first_label
    if images.dim() != 3 or images.shape[:1] != labels.shape or labels.min() < 0:
        raise ValueError("not one label for each picture")
    if labels.max() >= len(source.classes):
        raise ValueError("a label beyond the classes")
    if source.transposed:
        images = images.transpose(1, 2).contiguous()
    return ImageSet(images, labels)


def _broken(what: str) -> InputError:
    return InputError("The download is not what was expected ({what}); try again later.", what=what)
