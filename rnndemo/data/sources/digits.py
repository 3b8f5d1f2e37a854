"""MNIST as shipped with the app: all 70,000 digits in their official parts."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.sets import DIGITS, DataSet, ImageSet, split
from rnndemo.errors import InputError
from rnndemo.storage.folders import ASSETS

FOLDER = ASSETS / "data" / "digits"

# sha256 of the compressed files, as assets/data/digits/SOURCE.md lists them
SHA256 = {
    "train-images-idx3-ubyte": "7ff28fd295f802eefc6d40e461175dfe4b969b1842b2abc8c6dc8c20711cf79f",
    "train-labels-idx1-ubyte": "81a978ae83d39ffdba0db3ce2fcaf80a8921e9629e874428996a2b03242d4b2a",
    "t10k-images-idx3-ubyte": "197e111ae341b0770be9011ac5e622d0e6cd1c640b32eb0de5dc1dd26cc6e182",
    "t10k-labels-idx1-ubyte": "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b",
}
IDX_UBYTE = 0x08


def load_digits(folder: Path = FOLDER) -> DataSet:
    """Return MNIST (LeCun, Cortes, Burges 1998): 55,000 + 5,000 + 10,000 pictures of 28 x 28.

    Raises
    ------
    InputError
        If a file is missing or differs from the shipped one.
    """
    with ThreadPoolExecutor(len(SHA256)) as pool:
        files = pool.map(lambda name: _unpacked(folder / f"{name}.gz", SHA256[name]), SHA256)
        train_x, train_y, test_x, test_y = map(read_idx, files)
    return split(
        "digits", DIGITS, ImageSet(train_x, train_y.long()), ImageSet(test_x, test_y.long())
    )


def digest() -> str:
    """Return the sha256 of the four checksums, which identifies the whole data set."""
    return hashlib.sha256("".join(SHA256.values()).encode()).hexdigest()


def read_idx(content: bytes) -> Tensor:
    """Return the content of a file in MNIST's format, IDX, uint8 of any shape.

    Raises
    ------
    ValueError, IndexError
        If it is not such a file.
    """
    # two zero bytes, the type, the number of dimensions, then each as big-endian uint32
    kind, dimensions = content[2], content[3]
    if kind != IDX_UBYTE:
        raise ValueError("not a file of bytes")
    shape = np.frombuffer(content, ">u4", dimensions, 4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions)
    return torch.from_numpy(values.reshape(shape).copy())


def _unpacked(path: Path, sha256: str) -> bytes:
    try:
        packed = path.read_bytes()
    except OSError:
        raise InputError(
            "{file} is missing from the digits data; restore it from the project's archive.",
            file=path.name,
        ) from None
    if hashlib.sha256(packed).hexdigest() != sha256:
        raise InputError(
            "{file} of the digits data is damaged; restore it from the project's archive.",
            file=path.name,
        )
    return gzip.decompress(packed)
