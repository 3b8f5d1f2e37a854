"""Places that the command line names: a file or a folder, which must have a name of its own."""

from __future__ import annotations

import argparse
from pathlib import Path


def file_given(text: str) -> Path:
    """Return the path of a file to write; argparse reports the error."""
    path = Path(text)
    if not path.name:
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a file")
    return path


def folder_given(text: str) -> Path:
    """Return the path of a folder to write; argparse reports the error."""
    path = Path(text)
    if not text or not path.resolve().name:
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a folder")
    return path
