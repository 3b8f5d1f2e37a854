"""Scans: the orders in which a picture is read, each a table of pixel numbers.

A scan gathers the pixels of a picture ``(H, W)`` into a sequence ``(time, features)``: entry
``[t, f]`` of the table is the flat number of the pixel that is feature f at timestep t. Every pixel
appears exactly once, so the table also maps a sequence back to the picture.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from rnndemo import config
from rnndemo.data.scans.base import Scan
from rnndemo.errors import InputError
from rnndemo.kinds import load_kinds

SCANS = load_kinds(__name__, config.SCANS, Scan)


@lru_cache(maxsize=64)
def scan_table(name: str, height: int, width: int) -> Tensor:
    """Return the table of scan `name`, int64 ``(time, features)``.

    Raises
    ------
    InputError
        If pictures of that size cannot be read by this scan.
    """
    with torch.device("cpu"):  # cached: real even if the caller builds on "meta"
        return SCANS[name].table(height, width)


def fits(name: str, height: int, width: int) -> bool:
    """Return whether scan `name` can read pictures of that size."""
    try:
        scan_table(name, height, width)
    except InputError:
        return False
    return True


@lru_cache(maxsize=64)
def _in_order(name: str, height: int, width: int) -> bool:
    """Return whether a scan reads the pixels in memory order."""
    table = scan_table(name, height, width)
    return torch.equal(table.flatten(), torch.arange(table.numel()))


def to_sequence(images: Tensor, name: str) -> Tensor:
    """Return pictures ``(batch, H, W)`` as sequences ``(batch, time, features)`` by scan `name`."""
    table = scan_table(name, images.shape[-2], images.shape[-1]).to(images.device)
    if _in_order(name, images.shape[-2], images.shape[-1]):
        return images.flatten(1).unflatten(1, table.shape)
    return images.flatten(1).index_select(1, table.flatten()).unflatten(1, table.shape)


def to_images(sequence: Tensor, name: str, height: int, width: int) -> Tensor:
    """Return sequences ``(batch, time, features)`` of scan `name` as pictures ``(batch, H, W)``."""
    table = scan_table(name, height, width).to(sequence.device)
    flat = torch.empty_like(sequence).flatten(1)
    flat[:, table.flatten()] = sequence.flatten(1)
    return flat.reshape(-1, height, width)
