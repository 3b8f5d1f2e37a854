"""Read untrusted zip files: names and types are checked, bytes are counted.

Only plain files are read, into memory, and never more than the caller allows: sizes in headers are
not trusted.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rnndemo.errors import InputError
from rnndemo.storage.npz import BROKEN

MAX_PACKED = 64_000_000  # bytes
MAX_UNPACKED = 64_000_000  # bytes of all members together
MAX_MEMBERS = 20_000
MAX_PATH = 300  # bytes per member in the central directory, on average
ZIP_START = b"PK"
END, END_SIZE, END_64, END_64_SIZE = b"PK\x05\x06", 22, b"PK\x06\x07", 20
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LOCKED, UTF_8 = 0x1, 0x800  # flags of a member
FIRST_PC, GBK = "cp437", "gb18030"  # the latter has all letters of GBK, and more
UNLIKELY = re.compile("[\u0250-\u02ff\u0460-\u058f\u0700-\u07ff]")  # phonetic signs, Thaana, …
DRIVE = re.compile("[A-Za-z]:")  # at the beginning of a path of Windows
JOINERS = {0x200C: None, 0x200D: None}  # between letters, or emoji that become one


class Members:
    """The files in an open zip file."""

    def __init__(self, file: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo]) -> None:
        self.file = file
        self.left = MAX_UNPACKED
        self.infos = {name: one for name, one in infos.items() if not one.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, without folders, in the order of the central directory.

        They are no paths on a disk: any character that can be shown may be in them, such as ":".
        """
        return tuple(self.infos)

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a member, at most `most` bytes.

        Raises
        ------
        InputError
            If it is larger, or the members read so far are too large in total.
        """
        with self.file.open(self.infos[name]) as member:
            content = member.read(most + 1)
        if len(content) > most:
            raise InputError(
                "In the file, {name} is larger than {most} kB, far more than it needs.",
                name=name[:60], most=most // 1000,
            )  # fmt: skip
        self.left -= len(content)
        if self.left < 0:
            raise too_large()
        return content


def too_large() -> InputError:
    """Return the error for a file with too much in it."""
    return InputError(
        "The file is too large: at most {most} MB, zipped or unzipped.",
        most=MAX_UNPACKED // 1_000_000,
    )


@contextmanager
def opened(content: bytes) -> Iterator[Members]:
    """Yield the members of a zip file.

    Raises
    ------
    InputError
        If it is not a zip file, damaged, encrypted or too large, or a member is not a plain file
        with a safe and unique name.
    """
    if len(content) > MAX_PACKED:
        raise too_large()
    if not content.startswith(ZIP_START):
        raise InputError("This is not a .zip file, whatever its name says.")
    _check_directory_size(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            yield Members(file, _checked(file.infolist()))
    except InputError:
        raise
    except BROKEN:
        raise InputError(
            "The .zip file is incomplete or damaged; download or save it again."
        ) from None


def _check_directory_size(content: bytes) -> None:
    """Check that the central directory is small before it is read: each entry takes memory."""
    at = content.rfind(END)
    if at < 0 or len(content) - at < END_SIZE:
        raise InputError("The .zip file is incomplete or damaged; download or save it again.")
    size = int.from_bytes(content[at + 12 : at + 16], "little")
    large = content[max(at - END_64_SIZE, 0) : at].startswith(END_64)  # for files beyond 4 GB
    if large or size > MAX_MEMBERS * MAX_PATH:
        raise _too_many()


def _too_many() -> InputError:
    return InputError(
        "The file contains too many files; at most {most} are allowed.", most=MAX_MEMBERS
    )


def _checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the members by their names, if all are plain files with safe and unique ones."""
    if len(infos) > MAX_MEMBERS:
        raise _too_many()
    named: dict[str, zipfile.ZipInfo] = {}
    for name, one in zip(_names(infos), infos, strict=True):
        if not one.filename:
            raise InputError("The file contains a file without a name, so it is not read.")
        _check_name(name, one)
        _check_kind(name[:60], one)
        if name in named:
            raise InputError("The file contains {name} twice.", name=name[:60])
        named[name] = one
    return named


def _names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """Return the members' names; those that do not tell their encoding all have one.

    zipfile takes it for that of the first PCs, but Windows writes in its own: in China, GBK.
    """
    untold = [one.orig_filename for one in infos if not one.flag_bits & UTF_8]
    encoding = _encoding("\n".join(untold).encode(FIRST_PC))
    return [
        one.orig_filename
        if one.flag_bits & UTF_8
        else one.orig_filename.encode(FIRST_PC).decode(encoding)
        for one in infos
    ]


def _encoding(names: bytes) -> str:
    """Return in which encoding names are written.

    A few Chinese words in GBK look like UTF-8 with letters that are in hardly any name. Nearly any
    bytes are GBK, also those of names in other languages; but then most of its letters are so rare
    that the smaller GB 2312 has not got them.
    """
    read = {}
    for encoding in ("utf-8", GBK):
        with suppress(UnicodeDecodeError):
            read[encoding] = names.decode(encoding)
    if "utf-8" in read and not UNLIKELY.search(read["utf-8"]):
        return "utf-8"
    letters = [letter for letter in read.get(GBK, "") if not letter.isascii()]
    common = "".join(letters).encode("gb2312", "ignore").decode("gb2312")
    if GBK in read and 2 * len(common) >= len(letters):
        return GBK
    return "utf-8" if "utf-8" in read else FIRST_PC


def _check_name(name: str, one: zipfile.ZipInfo) -> None:
    path = name.split("/")
    outside = name.startswith("/") or ".." in path or "\\" in name or DRIVE.match(name)
    if outside or one.filename != one.orig_filename:
        raise InputError(
            "The file contains the name {name!r}, which points outside its folder, so it "
            "is not read.",
            name=name[:60],
        )
    if not name.translate(JOINERS).isprintable():
        raise InputError(
            "The file contains the name {name!r}, in which there is a character that cannot be "
            "shown; rename it.",
            name=name[:60],
        )


def _check_kind(shown: str, one: zipfile.ZipInfo) -> None:
    if one.flag_bits & LOCKED:
        raise InputError("The file is locked with a password; save it without one.")
    if stat.S_ISLNK(one.external_attr >> 16):
        raise InputError(
            "The file contains a link ({name}) instead of a file, so it is not read.", name=shown
        )
    if one.compress_type not in PLAIN:
        raise InputError(
            "In the file, {name} is compressed in a way that cannot be read; save it as an "
            "ordinary .zip file.",
            name=shown,
        )
