"""Content that nobody means to send: valid samples changed at random, and content made to hurt."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

Rng = random.Random

ODD = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, 1e-320, float("nan"),
    float("inf"), "", "x", "7", "\0", "é" * 300, "{0}", "{x.y}", "%s", "../../etc", [], {}, [[]],
    [[[]]], {"": None}, [None] * 50, "9" * 5000,
)  # fmt: skip
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
NAMES = (
    "", "/", "..", "../x", "a/../../b.png", "/etc/passwd", "C:\\x.png", "a\\b.png", "\0", "x\0.png",
    "é" * 200, "a" * 5000, ".", "./.", "a//b.png", "manifest.json", "images.npy", "01/01.json",
    "CON/nul.png", "a/b/c/d.png", "x.png", "\u202egnp.x", "a\nb/c.png",
)  # fmt: skip
HEADERS = (
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 28, 28), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 28, 28), }",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (1" + "0" * 40 + ",), }",
    "{'descr': '|u1', 'fortran_order': 7, 'shape': (2.5,), }",
    "{'descr': [('a', '<f8', (99999, 99999))], 'fortran_order': False, 'shape': (9,), }",
    "{'descr': '<U999999999', 'fortran_order': False, 'shape': (9,), }",
    "{'descr': '|S0', 'fortran_order': False, 'shape': (99999999999,), }",
    "{'descr': '|V0', 'fortran_order': True, 'shape': (), }",
    "{'descr': '|u1', 'shape': (2, 28, 28), }", "{", "}", "(" * 4000, "[" * 90 + "]" * 90,
    "-" * 9000 + "1", "'''", '"', "\t\tif", "1 +", "{'descr': 1L, }", "\\", "{**{}}", "0x", "\0\0",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 28, 28, }", "f'{1}'", "lambda: 0",
)  # fmt: skip


# --- bytes ------------------------------------------------------------------------------------


def flipped(content: bytes, rng: Rng) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 8, 40))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: Rng) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def beheaded(content: bytes, rng: Rng) -> bytes:
    return content[rng.randrange(len(content) + 1) :]


def holed(content: bytes, rng: Rng) -> bytes:
    first, last = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:first] + content[last:]


def doubled(content: bytes, rng: Rng) -> bytes:
    first, last = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:last] + content[first:last] * rng.choice((1, 1, 50)) + content[last:]


def numbered(content: bytes, rng: Rng) -> bytes:
    """Overwrite some bytes by a number at the edge of what they hold."""
    changed, order = bytearray(content), rng.choice("<>")
    for _ in range(rng.choice((1, 1, 3))):
        form = rng.choice("BHI")
        number = rng.choice(NUMBERS) & (2 ** (8 * struct.calcsize(form)) - 1)
        at = rng.randrange(max(1, min(len(changed), rng.choice((64, 10**9)))))
        changed[at : at + struct.calcsize(form)] = struct.pack(order + form, number)
    return bytes(changed)


def replaced(content: bytes, rng: Rng) -> bytes:
    return rng.choice((b"", b"\0", rng.randbytes(rng.randrange(400)), b"\xff" * 3000, b"null"))


BYTES: tuple[Callable[[bytes, Rng], bytes], ...] = (
    flipped, flipped, cut, beheaded, holed, doubled, numbered, numbered, replaced,
)  # fmt: skip


def changed_bytes(content: bytes, rng: Rng) -> bytes:
    """Return bytes with one or two changes."""
    for _ in range(rng.choice((1, 1, 2))):
        content = rng.choice(BYTES)(content, rng)
    return content


# --- JSON -------------------------------------------------------------------------------------


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def changed_json(content: bytes, rng: Rng) -> bytes:
    """Return JSON with some values, keys and lists changed, or text that is hardly any."""
    choice = rng.random()
    if choice < 0.15:
        return changed_bytes(content, rng)
    if choice < 0.2:
        deep = nested(rng.choice((50, 900, 5_000, 100_000)))
        return rng.choice((deep, f'{{"fields": {deep}}}', deep[:-3])).encode()
    try:
        tree = [json.loads(content)]
    except (ValueError, RecursionError):  # changed before
        return changed_bytes(content, rng)
    for _ in range(rng.choice((1, 1, 2, 5))):
        _change(tree, rng)
    try:
        return json.dumps(tree[0]).encode()
    except (ValueError, RecursionError):
        return b"{"


def _change(tree: Any, rng: Rng) -> None:
    """Change one place of a tree."""
    inner = tree
    while True:
        places = list(inner) if isinstance(inner, dict) else range(len(inner))
        if not places:
            inner[:] = [rng.choice(ODD)] if isinstance(inner, list) else []
            return
        place = rng.choice(list(places))
        below = inner[place]
        if isinstance(below, (dict, list)) and below and rng.random() < 0.8:
            inner = below
            continue
        break
    act = rng.choice(("odd", "odd", "odd", "gone", "renamed", "swapped", "many"))
    if act == "odd" or inner is tree:
        inner[place] = rng.choice(ODD)
    elif act == "gone":
        del inner[place]
    elif act == "renamed" and isinstance(inner, dict):
        inner[str(rng.choice(ODD))[:50]] = inner.pop(place)
    elif act == "swapped":
        other = rng.choice(list(places))
        inner[place], inner[other] = inner[other], inner[place]
    else:
        inner[place] = [inner[place]] * (
            2 if isinstance(below, (dict, list)) else rng.choice((60, 3000))
        )


def changed_lines(content: bytes, rng: Rng) -> bytes:
    """Return lines of JSON, some of them changed."""
    if rng.random() < 0.3:
        return changed_bytes(content, rng)
    lines = content.splitlines()
    for _ in range(rng.choice((1, 3, 10))):
        at = rng.randrange(len(lines))
        lines[at] = changed_json(lines[at], rng)
    return b"\n".join(lines) + b"\n"


# --- pictures, archives, arrays ---------------------------------------------------------------


def changed_png(content: bytes, rng: Rng) -> bytes:
    """Return a PNG whose changed chunks have the right checksums."""
    if rng.random() < 0.4:
        return changed_bytes(content, rng)
    chunks, at = [], 8
    while at + 8 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    place = rng.randrange(len(chunks))
    kind, inside = chunks[place]
    chunks[place] = kind, changed_bytes(inside, rng)
    if rng.random() < 0.4:
        name = rng.choice((b"tEXt", b"zTXt", b"iCCP", b"eXIf", b"acTL", b"tRNS", b"PLTE", b"IHDR"))
        extra = rng.choice((b"", b"k\0\0" + zlib.compress(bytes(2_000_000)), rng.randbytes(60)))
        chunks[1:1] = [(name, extra)] * rng.choice((1, 1, 300))
    return content[:8] + b"".join(
        struct.pack(">I", len(inside))
        + kind
        + inside
        + struct.pack(">I", zlib.crc32(kind + inside))
        for kind, inside in chunks
    )


def changed_zip(content: bytes, rng: Rng, inner: Callable[[bytes, Rng], bytes]) -> bytes:
    """Return a zip file with odd names, bombs and changed members, or changed as bytes."""
    if rng.random() < 0.35:
        return changed_bytes(content, rng)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        members = {info.filename: file.read(info) for info in file.infolist()}
    for _ in range(rng.choice((1, 1, 3))):
        _change_members(members, rng, inner)
    return zipped(
        members, rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    )


def _change_members(
    members: dict[str, bytes], rng: Rng, inner: Callable[[bytes, Rng], bytes]
) -> None:
    name = rng.choice(list(members) or ["x"])
    act = rng.choice(("inner", "inner", "name", "gone", "bomb", "many", "added"))
    inside = members.pop(name, b"")
    if act == "inner":
        members[name] = inner(inside, rng)
    elif act == "name":
        members[rng.choice(NAMES)] = inside
    elif act == "bomb":
        members[name] = bytes(rng.choice((300_000, 20_000_000, 70_000_000)))
    elif act == "many":
        members |= {f"{k:05}/{name}"[:200]: b"" for k in range(rng.choice((30, 3000)))}
    elif act == "added":
        members |= {name: inside, rng.choice(NAMES): rng.choice((b"", inside))}


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file with members of any names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, inside in members.items():
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name  # also "" and names with zeros
            file.writestr(info, inside, compression)
    return buffer.getvalue()


def changed_npy(content: bytes, rng: Rng) -> bytes:
    """Return an array with another header, or changed as bytes."""
    if rng.random() < 0.4:
        return changed_bytes(content, rng)
    header = rng.choice(HEADERS).encode() + b"\n"
    version = rng.choice((1, 1, 2, 3))
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes((version, 0)) + length + header + content[128:]


def changed_tensors(content: bytes, rng: Rng) -> bytes:
    """Return a safetensors file with another header, or changed as bytes."""
    if rng.random() < 0.4:
        return changed_bytes(content, rng)
    start = 8 + int.from_bytes(content[:8], "little")
    header = changed_json(content[8:start], rng)
    return len(header).to_bytes(8, "little") + header + content[start:]


def npz(**arrays: Any) -> bytes:
    """Return an ``.npz`` file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
