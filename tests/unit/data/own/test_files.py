"""A set survives a round trip through a file; invalid files are refused with a message."""

from __future__ import annotations

import io
import json
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndemo.data.files import zips
from rnndemo.data.own.examples import SIDE, drawn, photographed
from rnndemo.data.own.files import pack, unpack
from rnndemo.data.own.sets import MAX_NAME, OwnClass, OwnSet, checked_name
from rnndemo.data.own.shelf import MANIFEST, OwnSetFolder, OwnSets
from rnndemo.errors import InputError
from tests.own import drawn_set, photograph, photographed_set

FILE = ".json"


def contents(own_set: OwnSetFolder) -> list[tuple[str, list[bytes]]]:
    return [(one.name, [own_set.read(n) for n in one.examples]) for one in own_set.content.classes]


# --- there and back ---------------------------------------------------------------------------


@pytest.mark.parametrize("make", [drawn_set, photographed_set])
def test_set_survives_download_and_upload(mine: OwnSets, make: Callable[..., OwnSetFolder]) -> None:
    own_set = make(mine, 3)
    content, classes = unpack(pack(own_set))
    again = mine.put(content, classes)
    assert again.id != own_set.id
    assert (again.content.name, again.content.kind) == (own_set.content.name, own_set.content.kind)
    assert contents(again) == contents(own_set)
    assert pack(again) == pack(own_set)  # equal sets, equal files


NAMES = st.text(
    st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=MAX_NAME // 2
).filter(lambda name: len(name.casefold()) == len(name))
POINT = st.tuples(*[st.floats(-1e4, 1e4, allow_subnormal=False)] * 2)
STROKE = st.lists(POINT, min_size=3, max_size=6).filter(
    lambda points: np.ptp(np.array(points), axis=0).max() > 1
)


@given(
    st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold),
    st.lists(st.lists(STROKE, min_size=1, max_size=2), min_size=4, max_size=4),
)
@settings(max_examples=30)
def test_any_set_survives_a_round_trip_through_a_file(
    names: list[str], drawings: list[list[list[tuple[float, float]]]]
) -> None:
    own_set = in_memory(names, [drawn([np.array(stroke) for stroke in one]) for one in drawings])
    content, classes = unpack(pack(own_set))
    assert content == OwnSet(own_set.content.name, "drawn")
    expected = {
        one.name: [own_set.read(n) for n in one.examples] for one in own_set.content.classes
    }
    assert classes == expected
    assert list(classes) == list(expected)  # in their order


def in_memory(names: list[str], examples: list[bytes]) -> OwnSetFolder:
    """Return a set in a folder of its own; class k has one example more than class k - 1."""
    folder = Path(tempfile.mkdtemp())
    classes = []
    for k, name in enumerate(names):
        ids = tuple(f"{100 * k + n:020x}" for n in range(k + 1))
        for n, one in enumerate(ids):
            (folder / f"{one}{FILE}").write_bytes(examples[(k + n) % len(examples)])
        classes.append(OwnClass(checked_name(name), ids))
    return OwnSetFolder(folder, OwnSet("any", "drawn", tuple(classes)))


def test_set_with_an_empty_class_is_not_packed(mine: OwnSets) -> None:
    own_set = mine.create("mine", "drawn")
    with pytest.raises(InputError, match="no classes yet"):
        pack(own_set)
    own_set = mine.change(own_set.id, lambda content: content.with_class("later"))
    with pytest.raises(InputError, match="class later is empty"):
        pack(own_set)


# --- files that are no set --------------------------------------------------------------------

GOOD = json.dumps([[[0, 0], [5, 9], [9, 0]]]).encode()
ABOUT: dict[str, Any] = {
    "format": "row-by-row-set", "schema": 1, "name": "mine", "kind": "drawn",
    "classes": [{"name": "a", "examples": 1}, {"name": "b", "examples": 1}],
}  # fmt: skip
MEMBERS: dict[str, bytes] = {"01/01.json": GOOD, "02/01.json": GOOD}


def zipped(
    members: dict[str, bytes], about: Any = ABOUT, kind: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as packed:
        if about is not None:
            text = about if isinstance(about, bytes) else json.dumps(about).encode()
            packed.writestr(MANIFEST, text)
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def with_classes(*classes: Any) -> bytes:
    return zipped(MEMBERS, {**ABOUT, "classes": list(classes)})


def encrypted() -> bytes:
    """Set the encryption flag in the central directory."""
    content = bytearray(zipped(MEMBERS))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def with_link() -> bytes:
    file = io.BytesIO(zipped(MEMBERS))
    with zipfile.ZipFile(file, "a") as packed:
        link = zipfile.ZipInfo("03/01.json")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    return file.getvalue()


def twice() -> bytes:
    content = zipped({**MEMBERS, "02/0X.json": GOOD})
    return content.replace(b"02/0X.json", b"02/01.json")


def bomb(claimed: int | None = None) -> bytes:
    """Return a drawing that unpacks to 30 MB of spaces; its header may say it is small."""
    content = bytearray(zipped({**MEMBERS, "02/01.json": b" " * 30_000_000}))
    if claimed is not None:
        at = content.rfind(b"PK\x01\x02")
        content[at + 24 : at + 28] = claimed.to_bytes(4, "little")
    return bytes(content)


def many_entries() -> bytes:
    """Return a central directory with 40,000 entries."""
    return zipped({f"{number:05}": b"" for number in range(40_000)}, None, zipfile.ZIP_STORED)


def claims_large_table() -> bytes:
    content = bytearray(zipped(MEMBERS))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    return bytes(content)


def with_table_for_large_files() -> bytes:
    content = zipped(MEMBERS)
    at = content.rfind(b"PK\x05\x06")
    return content[:at] + b"PK\x06\x07" + b"\xff" * 16 + content[at:]


def damaged_member() -> bytes:
    content = bytearray(zipped({**MEMBERS, "02/01.json": GOOD * 3}, kind=zipfile.ZIP_STORED))
    at = content.rfind(GOOD)
    content[at + 3] ^= 0xFF
    return bytes(content)


def photos(picture: bytes) -> bytes:
    about = {**ABOUT, "kind": "photographed", "classes": [{"name": "a", "examples": 1}]}
    return zipped({"01/01.png": picture}, about)


PATHS = ["../evil.json", "/etc/passwd", "01/../../x.json", "..\\evil.json", "C:/x"]

# problem -> (the file, part of the message)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "This is not a .zip file"),
    "text": (lambda: b"hello", "This is not a .zip file"),
    "picture": (lambda: photograph(), "This is not a .zip file"),
    "cut off": (lambda: zipped(MEMBERS)[:-30], "incomplete or damaged"),
    "only a start": (lambda: b"PK\x03\x04", "incomplete or damaged"),
    "only an end": (lambda: b"PK\x05\x06" + bytes(18), "contains neither a set"),
    "damaged": (damaged_member, "incomplete or damaged"),
    "encrypted": (encrypted, "locked with a password"),
    "bomb": (bomb, "02/01.json is larger than 200 kB"),
    "bomb that lies": (lambda: bomb(100), "incomplete or damaged"),
    "manifest bomb": (
        lambda: zipped(MEMBERS, b" " * 30_000_000), "manifest.json is larger than 1000 kB",
    ),
    "many members": (many_entries, "contains too many files"),
    "large table": (claims_large_table, "contains too many files"),
    "table for large files": (with_table_for_large_files, "contains too many files"),
    "link": (with_link, r"contains a link \(03/01.json\)"),
    "twice": (twice, "contains 02/01.json twice"),
    "other packing": (lambda: zipped(MEMBERS, kind=zipfile.ZIP_LZMA), "compressed in a way"),
    "extra file": (lambda: zipped({**MEMBERS, "x.txt": b""}), "contains x.txt, which does not"),
    "third class": (lambda: zipped({**MEMBERS, "03/01.json": GOOD}), "contains 03/01.json, which"),
    "missing": (lambda: zipped({"01/01.json": GOOD}), "lists 02/01.json, but the file does not"),
    "no JSON": (lambda: zipped(MEMBERS, b"{"), "manifest.json is damaged"),
    "deep JSON": (lambda: zipped(MEMBERS, b"[" * 90_000), "manifest.json is damaged"),
    "list": (lambda: zipped(MEMBERS, []), "not have the format"),
    "other format": (lambda: zipped(MEMBERS, {**ABOUT, "format": "x"}), "not have the format"),
    "no schema": (lambda: zipped(MEMBERS, {**ABOUT, "schema": "1"}), "not have the format"),
    "schema is true": (lambda: zipped(MEMBERS, {**ABOUT, "schema": True}), "not have the format"),
    "newer": (lambda: zipped(MEMBERS, {**ABOUT, "schema": 2}), "made by a newer version"),
    "other kind": (lambda: zipped(MEMBERS, {**ABOUT, "kind": "film"}), "not have the format"),
    "kind is a list": (lambda: zipped(MEMBERS, {**ABOUT, "kind": []}), "not have the format"),
    "no name": (lambda: zipped(MEMBERS, {**ABOUT, "name": None}), "not have the format"),
    "bad name": (lambda: zipped(MEMBERS, {**ABOUT, "name": "a" * 99}), "is not a valid name"),
    "classes no list": (lambda: zipped(MEMBERS, {**ABOUT, "classes": {}}), "not have the format"),
    "no class": (lambda: zipped({}, {**ABOUT, "classes": []}), "contains 0 classes"),
    "10,000 classes": (
        lambda: with_classes(*({"name": f"{k}", "examples": 1} for k in range(10_000))),
        "contains 10000 classes; a set has 1 to 20",
    ),
    "empty class": (lambda: with_classes({"name": "a", "examples": 0}), "class a in the file is"),
    "negative": (lambda: with_classes({"name": "a", "examples": -1}), "not have the format"),
    "half": (lambda: with_classes({"name": "a", "examples": 1.5}), "not have the format"),
    "too many": (lambda: with_classes({"name": "a", "examples": 51}), "has 51 examples"),
    "huge count": (lambda: with_classes({"name": "a", "examples": 10**4000}), "format|examples"),
    "class no object": (lambda: with_classes("a"), "not have the format"),
    "class without name": (lambda: with_classes({"examples": 1}), "not have the format"),
    "two of one name": (
        lambda: with_classes({"name": "a", "examples": 1}, {"name": "A", "examples": 1}),
        "There is already a class 'A'",
    ),
    "no strokes": (lambda: zipped({**MEMBERS, "02/01.json": b"3"}), "02/01.json: Strokes look"),
    "broken strokes": (lambda: zipped({**MEMBERS, "02/01.json": b"[["}), "02/01.json: Strokes"),
    "infinite": (
        lambda: zipped({**MEMBERS, "02/01.json": b"[[[1e999, 0], [0, 1]]]"}), "not a usable number",
    ),
    "nothing drawn": (lambda: zipped({**MEMBERS, "02/01.json": b"[]"}), "Nothing is drawn yet"),
    "many strokes": (
        lambda: zipped({**MEMBERS, "02/01.json": json.dumps([[[0, 0]]] * 501).encode()}),
        "up to 500 strokes",
    ),
    "photograph no PNG": (lambda: photos(b"x" * 40), "01/01.png: This is not a PNG"),
    "photograph JPEG": (lambda: photos(photograph(kind="JPEG")), "01/01.png: This is not a PNG"),
    "photograph too large": (lambda: photos(photograph(side=SIDE + 1)), "larger than 256 pixels"),
    "photograph cut off": (lambda: photos(photograph()[:200]), "incomplete or damaged"),
    "photographs as drawings": (
        lambda: zipped({**MEMBERS, "02/01.json": photograph()}), "02/01.json: Strokes look",
    ),
    **{
        f"path {path!r}": (
            lambda path=path: zipped({**MEMBERS, path: GOOD}), "points outside its folder",
        )
        for path in PATHS
    },
    "line break": (lambda: zipped({**MEMBERS, "a\nb": GOOD}), "that cannot be shown"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_file_that_is_no_set_is_refused_and_nothing_is_stored(mine: OwnSets, case: str) -> None:
    make, said = HOSTILE[case]
    content = make()
    assert len(content) < 6_000_000  # small on disk, whatever is in it
    with pytest.raises(InputError, match=said):
        mine.put(*unpack(content, "some.zip"))
    assert mine.all() == []


def test_ten_thousand_classes_are_refused_in_either_kind_of_file() -> None:
    classes = [{"name": f"{k}", "examples": 1} for k in range(10_000)]
    members = {f"{k:05}/01.json": GOOD for k in range(10_000)}
    pictures = {f"{k:05}/01.png": b"" for k in range(10_000)}
    for file in (zipped(members, {**ABOUT, "classes": classes}), zipped(pictures, None)):
        with pytest.raises(InputError, match="contains 10000 classes"):
            unpack(file)


def test_what_all_members_unpack_to_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_UNPACKED", len(json.dumps(ABOUT)) + len(GOOD))
    with pytest.raises(InputError, match="too large"):
        unpack(zipped(MEMBERS))
    monkeypatch.setattr(zips, "MAX_PACKED", 100)
    with pytest.raises(InputError, match="too large"):
        unpack(zipped(MEMBERS))


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_byte_that_was_changed_gives_a_set_or_a_sentence(place: int, value: int) -> None:
    content = bytearray(zipped(MEMBERS))
    content[place % len(content)] = value
    try:
        own_set, classes = unpack(bytes(content))
    except InputError:
        return
    assert own_set.kind in ("drawn", "photographed")
    assert all(1 <= len(examples) <= 50 for examples in classes.values())


@given(st.integers(1, 10**6))
def test_file_cut_anywhere_is_refused(length: int) -> None:
    content = zipped(MEMBERS)
    with pytest.raises(InputError):
        unpack(content[: length % len(content)])


def test_folders_that_a_zip_program_adds_do_no_harm() -> None:
    content, classes = unpack(zipped({"01/": b"", "02/": b"", **MEMBERS}))
    assert (content.name, list(classes)) == ("mine", ["a", "b"])


# --- pictures without set----------------------------------------------------------------------


def test_pictures_in_a_folder_a_class_are_a_set_of_photographs() -> None:
    pictures = {
        "hands/open/1.png": photograph(1), "hands/open/2.JPG": photograph(2, 300, "JPEG"),
        "hands/fist/1.jpeg": photograph(3, kind="JPEG"),
        "hands/.DS_Store": b"x", "__MACOSX/hands/open/._1.png": b"x",
    }  # fmt: skip
    content, classes = unpack(zipped(pictures, None), "our hands.zip")
    assert content == OwnSet("our hands", "photographed")
    assert {label: len(all_) for label, all_ in classes.items()} == {"fist": 1, "open": 2}
    assert classes["open"][0] == photographed(photograph(1))


PICTURES: dict[str, tuple[dict[str, bytes], str]] = {
    "no folder": ({"1.png": b""}, "one folder of pictures per class"),
    "text": ({"a/1.txt": b""}, "it contains a/1.txt"),
    "only hidden": ({".x/1.png": b""}, "contains neither a set"),
    "no picture": ({"a/1.png": b"x"}, "a/1.png: This is not a PNG, JPEG"),
    "too many": (
        {f"a/{k}.png": b"" for k in range(51)},
        "In the file, the class a has 51 examples",
    ),
    "classes": ({f"{k}/1.png": b"" for k in range(21)}, "contains 21 classes"),
    "large": ({"a/1.png": b" " * 10_000_001}, "larger than 10000 kB"),
}


@pytest.mark.parametrize("case", PICTURES)
def test_pictures_that_are_no_set_are_refused(case: str) -> None:
    pictures, said = PICTURES[case]
    with pytest.raises(InputError, match=said):
        unpack(zipped(pictures, None), "x.zip")


def test_pictures_that_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.data.own.files.MAX_SECONDS", -1.0)
    with pytest.raises(InputError, match="too large in total"):
        unpack(zipped({"a/1.png": photograph()}, None), "x.zip")


def test_file_without_a_usable_name_still_gives_its_set_one() -> None:
    for name in ("", "\u202e.zip", "a" * 99):
        content, _ = unpack(zipped({"a/1.png": photograph()}, None), name)
        assert content.name == "pictures"


def test_file_holds_its_manifest_and_the_examples_in_order(mine: OwnSets) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(photographed_set(mine, 2)))) as file:
        names = file.namelist()
    assert names == [MANIFEST, "01/01.png", "01/02.png", "02/01.png", "02/02.png"]
