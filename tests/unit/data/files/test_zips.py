"""Names in zip files: read in the encoding they were written in, and never leading out."""

from __future__ import annotations

import io
import zipfile

import pytest

from rnndemo.data.files.zips import opened
from rnndemo.errors import InputError


def packed(names: list[str], encoding: str) -> bytes:
    """Return a zip of files whose names are in an encoding, which their flags do not tell."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for k, name in enumerate(names):
            info = zipfile.ZipInfo(f"{k:03}".ljust(len(name.encode(encoding)), "x"))
            archive.writestr(info, str(k))
    content = file.getvalue()
    for k, name in enumerate(names):
        raw = name.encode(encoding)
        content = content.replace(f"{k:03}".ljust(len(raw), "x").encode(), raw)
    return content


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("gbk", ["石头/一.png", "剪刀/二.png", "布/三.png", "誠/１.png"]),
        ("gbk", ["石头/一.png"]),  # is UTF-8 too
        ("gbk", ["镕基/12.png"]),  # not all of it is in GB 2312
        ("gbk", ["乗法/12.png"]),  # half of the first letter is a backslash to the first PCs
        ("utf-8", ["石头/一.png", "für/1.png"]),
        ("utf-8", ["für/1.png", "нет/2.png"]),
        ("cp437", ["für/1.png", "éclair/été.png", "ñandú/1.png"]),
        ("ascii", ["open/12:30.png", "fist/1.png"]),
    ],
)
def test_names_are_read_in_their_encoding(encoding: str, names: list[str]) -> None:
    with opened(packed(names, encoding)) as members:
        assert members.names == tuple(names)
        assert [members.read(name, 9) for name in names] == [b"%d" % k for k in range(len(names))]


@pytest.mark.parametrize(
    "name", ["a/👩‍👩‍👧.png", "a/می‌خواهم.png", "石/1.png", "a/x:y.png", "12:30.png"]
)
def test_odd_but_harmless_names_are_read(name: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "0")
    with opened(file.getvalue()) as members:
        assert members.names == (name,)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../石.png", "outside"),
        ("石/../../头.png", "outside"),
        ("/石.png", "outside"),
        ("c:石.png", "outside"),
        ("石\\头.png", "outside"),
        ("石\x7f.png", "cannot be shown"),
    ],
)
def test_names_that_lead_out_are_refused_in_any_encoding(name: str, sentence: str) -> None:
    for encoding in ("gbk", "utf-8"):
        with pytest.raises(InputError, match=sentence), opened(packed([name], encoding)):
            pass


def test_two_names_that_are_one_in_their_encodings_are_refused() -> None:
    file, name = io.BytesIO(), "石头/一.png"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x" * len(name.encode("gbk"))), "0")
        archive.writestr(name, "1")
    content = file.getvalue().replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    with pytest.raises(InputError, match="twice"), opened(content):
        pass
