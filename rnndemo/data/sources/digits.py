"""MNIST, embedded: all 70,000 digits in their official parts, no network needed."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

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
        If a file is missing or is not, byte for byte, the one that was shipped.
    """
    with ThreadPoolExecutor(len(SHA256)) as pool:
        arrays = pool.map(lambda name: _read_idx(folder / f"{name}.gz", SHA256[name]), SHA256)
        train_x, train_y, test_x, test_y = (torch.from_numpy(array) for array in arrays)
    return split(
        "digits", DIGITS, ImageSet(train_x, train_y.long()), ImageSet(test_x, test_y.long())
    )


def digest() -> str:
    """Return the sha256 over the four checksums: one name for the whole data set."""
    return hashlib.sha256("".join(SHA256.values()).encode()).hexdigest()


def _read_idx(path: Path, sha256: str) -> np.ndarray:
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
    raw = gzip.decompress(packed)
    # IDX: two zero bytes, the type, the number of dimensions, then each as big-endian uint32
    kind, dimensions = raw[2], raw[3]
    assert kind == IDX_UBYTE, "the checksum vouches for the format"
    header = 4 + 4 * dimensions
    shape = np.frombuffer(raw, ">u4", dimensions, 4)
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape).copy()
