"""The order in which a picture is read: each scan is a table of pixel numbers.

A scan maps a picture ``(H, W)`` to a sequence ``(time, features)`` by gathering: entry ``[t, f]``
of the table is the flat number of the pixel that the network sees as feature f at timestep t.
Every pixel appears exactly once, so a table also carries a sequence back to the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

PATCH = 4
SHUFFLE_SEED = 28


def rows(height: int, width: int) -> Tensor:
    """One row a timestep, from the top."""
    return torch.arange(height * width).reshape(height, width)


def rows_up(height: int, width: int) -> Tensor:
    """One row a timestep, from the bottom."""
    return rows(height, width).flip(0)


def columns(height: int, width: int) -> Tensor:
    """One column a timestep, from the left."""
    return rows(height, width).T.contiguous()


def shuffled_rows(height: int, width: int) -> Tensor:
    """One row a timestep, in an order that is random but the same for every picture."""
    order = torch.randperm(height, generator=torch.Generator().manual_seed(SHUFFLE_SEED))
    return rows(height, width)[order]


def patches(height: int, width: int) -> Tensor:
    """One square of 4 x 4 pixels a timestep, left to right, then down.

    Raises
    ------
    ValueError
        If height or width is no multiple of 4.
    """
    if height % PATCH or width % PATCH:
        raise ValueError(f"patches of {PATCH} do not tile a picture of {height} x {width}")
    table = rows(height, width).reshape(height // PATCH, PATCH, width // PATCH, PATCH)
    return table.permute(0, 2, 1, 3).reshape(-1, PATCH * PATCH)


def pixels(height: int, width: int) -> Tensor:
    """One pixel a timestep, left to right, then down."""
    return rows(height, width).reshape(-1, 1)


@lru_cache(maxsize=32)
def scan_table(name: str, height: int, width: int) -> Tensor:
    """Return the table of scan `name`, int64 ``(time, features)``."""
    with torch.device("cpu"):  # it is kept: a caller that only sketches a network must not spoil it
        return SCANS[name](height, width)


@lru_cache(maxsize=32)
def _in_order(name: str, height: int, width: int) -> bool:
    """Return whether a scan reads the pixels in the order in which they lie."""
    table = scan_table(name, height, width)
    return torch.equal(table.flatten(), torch.arange(table.numel()))


def to_sequence(images: Tensor, name: str) -> Tensor:
    """Read pictures ``(batch, H, W)`` by scan `name` into ``(batch, time, features)``."""
    table = scan_table(name, images.shape[-2], images.shape[-1]).to(images.device)
    if _in_order(name, images.shape[-2], images.shape[-1]):
        return images.flatten(1).unflatten(1, table.shape)
    return images.flatten(1).index_select(1, table.flatten()).unflatten(1, table.shape)


def to_images(sequence: Tensor, name: str, height: int, width: int) -> Tensor:
    """Put a sequence ``(batch, time, features)`` back into pictures ``(batch, H, W)``."""
    table = scan_table(name, height, width).to(sequence.device)
    flat = torch.empty_like(sequence).flatten(1)
    flat[:, table.flatten()] = sequence.flatten(1)
    return flat.reshape(-1, height, width)


# name -> function (height, width) -> index tensor (time, features)
SCANS: dict[str, Callable[[int, int], Tensor]] = {
    "rows": rows,
    "rows-up": rows_up,
    "columns": columns,
    "shuffled-rows": shuffled_rows,
    "patches": patches,
    "pixels": pixels,
}
