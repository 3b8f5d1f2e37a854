"""Read untrusted zip files: names and types are checked, bytes are counted.

Only plain files are read, into memory, and never more than the caller allows: sizes in headers are
not trusted.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from rnndemo.errors import InputError
from rnndemo.storage.npz import BROKEN

MAX_PACKED = 64_000_000  # bytes
MAX_UNPACKED = 64_000_000  # bytes of all members together
MAX_MEMBERS = 20_000
MAX_PATH = 300  # bytes per member in the central directory, on average
ZIP_START = b"PK"
END, END_SIZE, END_64, END_64_SIZE = b"PK\x05\x06", 22, b"PK\x06\x07", 20
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Members:
    """The files in an open zip file."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file
        self.left = MAX_UNPACKED
        self.infos = {one.filename: one for one in file.infolist() if not one.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files, without folders, as in the central directory."""
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
            _check_infos(file.infolist())
            yield Members(file)
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


def _check_infos(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise _too_many()
    seen: set[str] = set()
    for one in infos:
        shown = one.orig_filename[:60]
        if not one.filename:
            raise InputError("The file contains a file without a name, so it is not read.")
        if one.flag_bits & 0x1:
            raise InputError("The file is locked with a password; save it without one.")
        if _leads_out(one):
            raise InputError(
                "The file contains the name {name!r}, which points outside its folder, so it "
                "is not read.",
                name=shown,
            )
        if stat.S_ISLNK(one.external_attr >> 16):
            raise InputError(
                "The file contains a link ({name}) instead of a file, so it is not read.",
                name=shown,
            )
        if one.compress_type not in PLAIN:
            raise InputError(
                "In the file, {name} is compressed in a way that cannot be read; save it as an "
                "ordinary .zip file.",
                name=shown,
            )
        if one.filename in seen:
            raise InputError("The file contains {name} twice.", name=shown)
        seen.add(one.filename)


def _leads_out(one: zipfile.ZipInfo) -> bool:
    name = one.orig_filename
    odd = name != one.filename or not name.isprintable() or "\\" in name or ":" in name
    return odd or name.startswith("/") or ".." in name.split("/")
